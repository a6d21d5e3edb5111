import Arguments
import Crypto
import Documents
import HTTPServer
import Locales
import Messages
import SQL
import Templates
import Values
import Vouchers

/// What a person at the terminal is told about an error: one sentence, what to do, no trace.
enum Sentence {
    static func about(_ error: any Error) -> String {
        switch error {
        case let error as SQLError: error.sentence
        case MessageRefusal.holeUnknown(let name, let known):
            "there is no {\(name)} in this message; there are: \(known.map { "{\($0)}" }.joined(separator: ", "))"
        case let error as any Refusal: words[error.code] ?? "refused: \(error.code)"
        case let error as any CustomStringConvertible: error.description
        default: "\(error)"
        }
    }

    private static let words: [String: String] = [
        "alphabet.characters": "the alphabet may hold digits and letters from A to Z, each once",
        "alphabet.size": "the alphabet needs 8 to 36 characters",
        "alphabet.unsuited":
            "14 or 18 characters allow no check character that finds swapped neighbours; use one more or one less",
        "format.length": "codes have 6 to 24 characters",
        "format.prefix": "the prefix may have up to 8 letters and digits",
        "format.grouping": "groups have 2 to 8 characters; 0 for none",
        "format.guessable": "such short codes could be guessed; make them longer or the batch smaller",
        "batch.size": "a batch has 1 to 1,000,000 vouchers",
        "batch.validity": "the validity must end after it begins",
        "voucher.malformed": "that is no voucher code and no hardware address",
        "voucher.mistyped": "one character of the code is wrong",
        "print.nothing-left": "every voucher of this batch is used or void; there is nothing to print",
        "line.address-unfit": "that is no address; write it like 192.0.2.10",
        "line.device-unfit": "that is no hardware address; write it like 02:00:00:00:00:01",
        "line.incomplete": "kind, package or router is missing",
        "line.unknown": "there is no such line; `lango line list` lists them",
        "line.name-taken": "a line has this name already",
        "line.name-unfit": "a line's name has 2 to 40 letters, digits or . _ - @, without spaces",
        "line.password-unfit": "a line's password has 6 to 40 printable characters without spaces",
        "line.address-taken": "another line behind the router has this address",
        "line.address-missing": "a line of kind static needs --address",
        "line.passwordless": "a line of kind static has no password",
        "line.package-unfit":
            "the package is not for lines: they run by the clock, not by connected time",
        "line.closed": "the line is closed; make a new one",
        "line.suspended-already": "the line is suspended already",
        "line.runs-already": "the line is in service already",
        "access.none": "nobody got access by this; a voucher must have been used, a payment must have come",
        "access.line": "this is a line; see `lango line suspend`, `restore` and `set-package`",
        "access.over": "the access is over",
        "access.suspended-already": "the access is suspended already",
        "access.not-suspended": "the access is not suspended",
        "access.device-unknown": "the device is not in this access; it may have logged out by itself",
        "access.rate-unfit": "that is no speed; write upload/download such as 5M/10M",
        "replacement.same": "a router cannot take its own place",
        "replacement.not-serving": "the router that takes over must have answered once, and not be released",
        "backup.no-such-version": "there is no such version; `lango router backups` lists them",
        "backup.unreadable": "the backup was sealed under another key and cannot be read",
        "ledger.unbalanced": "the amounts do not add up to nothing",
        "ledger.insufficient": "there is not enough money in the account",
        "ledger.period-closed": "the books are closed for that day; enter it on a later one",
        "ledger.cannot-close": "choose a day that is over and later than the last closing",
        "ledger.unknown-posting": "there is no such entry in the books",
        "ledger.already-reversed": "the entry was taken back already",
        "ledger.is-reversal": "the entry takes another one back; enter the first one anew instead",
        "payment.not-offered": "the package cannot be bought now",
        "payment.no-account": "there is no account in this currency; see `lango payments add-account`",
        "payment.phone-unfit":
            "no open account asks such a number: M-PESA has Kenyan numbers, an account of MTN those of its country",
        "payment.amount-unfit": "only whole units are asked for, at least one and at most 250,000",
        "payment.prompt-open": "this phone is being asked already; wait two minutes or let its payer answer",
        "payment.too-soon": "the provider refuses the same amount from the same phone within two minutes",
        "payment.unknown": "there is no such payment; `lango payments list` lists them",
        "payment.receipt-unknown": "no unassigned money has this receipt and fits the number",
        "payment.already-assigned": "this money was given to somebody already",
        "payment.not-refundable": "nothing was paid, it was given back, or that is asked for already",
        "payment.same-person": "whoever asked for a refund cannot confirm it",
        "message.template-unfit": "a text has 1 to 900 characters on one line",
        "message.template-broken": "a brace has no other half; holes are written like {amount}",
        "message.not-repeatable": "only what failed, expired or is in doubt is sent again, and no one-time code",
        "message.unknown": "there is no such message; `lango messages list` lists them",
        "guess.locked": "too many wrong guesses; wait a while",
        "backup.busy": "a backup or a restore of this router is under way",
    ]
}

extension Locales {
    /// The language that an option names.
    func language(named tag: String) throws(Misuse) -> Language {
        if let language = language(tag) { return language }
        throw Misuse("there is no language \(tag); there are \(languages.map(\.language.tag).joined(separator: ", "))")
    }
}

/// What was asked for is understood, but cannot be: the exit code is 1, where misuse has 64.
struct Declined: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Invocation {
    /// One line of text from an option that is needed.
    ///
    /// - Throws: `Misuse` that names the option and what is wrong with its text.
    func line(_ option: String, maximum: Int) throws(Misuse) -> String {
        do throws(CleanText.Flaw) {
            return try CleanText.line(required(option), maximum: maximum)
        } catch {
            switch error {
            case .empty: throw Misuse("--\(option) is empty")
            case .tooLong: throw Misuse("--\(option) is too long: it takes up to \(maximum) characters")
            case .controlCharacters: throw Misuse("--\(option) holds control characters")
            }
        }
    }

    /// The same for an option that may be left out; nil then.
    func optionalLine(_ option: String, maximum: Int) throws(Misuse) -> String? {
        self[option] == nil ? nil : try line(option, maximum: maximum)
    }
}
