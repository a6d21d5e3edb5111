import Crypto
import MobileMoney
import Statements
import Values

/// Makes news of the lines of a bank's statement.
struct StatementEvidence {
    /// The most lines without a bank's reference in one file: each must be remembered, to tell the same ones apart.
    private static let mostNameless = 200_000

    let account: RailAccount
    /// The local time at the account.
    let offset: UTCOffset
    private var nameless: [UInt64: UInt16] = [:]

    init(_ account: RailAccount, offset: UTCOffset) {
        self.account = account
        self.offset = offset
    }

    mutating func arrival(of entry: StatementEntry, at now: Instant) throws(StatementFlaw) -> Arrival {
        guard entry.amount.currency == account.currency else { throw .currency }
        let time = time(of: entry)
        // Clocks of banks run ahead of ours by a little, and their days by a time zone.
        guard time.instant < now + .days(1) else { throw .future }
        var arrival = Arrival(receipt: try receipt(of: entry), amount: entry.amount, paidAt: time.instant)
        arrival.isTimed = time.isTimed
        arrival.payer = payer(of: entry)
        arrival.payerName = entry.payerName.isEmpty ? nil : String(entry.payerName.prefix(100))
        if !entry.reference.isEmpty { arrival.reference = TypedReference(entry.reference) }
        guard account.rail != .mpesa else { return arrival }
        arrival.mentions = TypedReference.mentions(in: entry.narrative)
        if let mark = MpesaMark(in: entry.narrative) {
            arrival.aliases = arrival.receipt.map { [ReceiptName(account.rail, $0)] } ?? []
            (arrival.receipt, arrival.receiptRail) = (mark.receipt, .mpesa)
            if let payer = mark.payer, arrival.payer == .absent { arrival.payer = .number(payer) }
        }
        return arrival
    }

    private func time(of entry: StatementEntry) -> (instant: Instant, isTimed: Bool) {
        switch entry.time {
        case .exact(let instant): return (instant, true)
        case .local(let milliseconds):
            let local = Instant(milliseconds: milliseconds)
            return (local - offset(at: local), true)
        case .day(let day):
            let noon = Instant(milliseconds: day * 86_400_000 + 43_200_000)
            return (noon - offset(at: noon), false)
        }
    }

    /// Who paid, where it is told; a bank may tell the number of his account, which is no phone's.
    private func payer(of entry: StatementEntry) -> PayerMark {
        let mark = PayerMark(entry.payer)
        guard account.rail != .mpesa, case .number(let number) = mark else { return mark }
        return number.digits.hasPrefix("25") && number.digits.utf8.count == 12 ? mark : .absent
    }

    // MARK: Names

    /// The bank's own name of the line, else one made of all that it says and of how many same ones came before it.
    private mutating func receipt(of entry: StatementEntry) throws(StatementFlaw) -> ReceiptNumber? {
        if let name = entry.bankReference.flatMap({ name(of: $0) }) { return name }
        let all = [
            account.id.description, "\(entry.time)", entry.amount.plain, entry.reference, entry.payer, entry.payerName,
            entry.narrative, entry.balance?.plain ?? "",
        ].joined(separator: "\u{1F}")
        let digest = SHA256.hash(all)
        let key = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard nameless.count < Self.mostNameless || nameless[key] != nil else { throw .noReference }
        let number = (nameless[key] ?? 0) &+ 1
        nameless[key] = number
        return ReceiptNumber("LINE-\(Hex.encode(Array(digest.prefix(10))))-\(number)")
    }

    /// A reference as a receipt; nil for words that stand for none.
    ///
    /// Two banks may give the same one, so an account of which we only know statements adds the end of its number.
    private func name(of reference: String) -> ReceiptNumber? {
        // What stands behind a backslash is the branch that booked it.
        let own = reference.prefix { $0 != "\\" }
        if account.rail == .mpesa { return ReceiptNumber(own) }
        let plain = String(own.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        let isNone =
            ["NONREF", "NOTPROVIDED", "NONE", "N-A", "NA"].contains(plain)
            || plain.allSatisfy { $0 == "0" || $0 == "-" }
        guard !isNone else { return nil }
        let whole = account.rail == .bank ? "\(account.shortCode.suffix(6))-\(plain)" : plain
        guard whole.utf8.count > 40 else { return ReceiptNumber(whole) }
        return ReceiptNumber("\(whole.prefix(20))-\(Hex.encode(Array(SHA256.hash(whole).prefix(8))))")
    }
}
