import Catalog
import Crypto
import HTTPServer
import Locales
import Templates
import Tenancy
import Values
import Vouchers

/// The form of a new batch as it was filled in, right or wrong, so that nothing typed is lost.
struct BatchForm: Sendable {
    /// A field that people fill in, by its name in the form.
    enum Field: String, CaseIterable, Sendable {
        case package, site, count, until, alphabet, length, prefix, grouping, note
    }

    private var texts: [Field: String]

    /// An empty form with what is usual.
    init() {
        texts = [.count: "100", .alphabet: BatchAlphabet.clear.rawValue, .length: "10", .grouping: "5"]
    }

    /// What came back; a text that is far too long is cut, since it is wrong whatever it ends with.
    init(_ form: Form) {
        texts = [:]
        for field in Field.allCases { texts[field] = String((form[field.rawValue] ?? "").prefix(300)) }
    }

    subscript(_ field: Field) -> String { texts[field] ?? "" }

    /// What a form is read against.
    struct Setting: Sendable {
        let offers: [Package]
        let sites: [Site]
        let visit: Visit
        let now: Instant
    }

    /// The order, or what is wrong with each field: the key of a message.
    func order(_ setting: Setting) throws(Mistakes) -> BatchOrder {
        var mistakes = Mistakes()
        let offer = mistakes.take(.package) { setting.offers.first { $0.id.description == self[.package] } }
        let site: Site?? =
            self[.site].isEmpty
            ? .some(nil) : mistakes.take(.site) { setting.sites.first { $0.id.description == self[.site] } }
        let count = mistakes.take(.count) { Self.number(self[.count], in: 1...BatchOrder.largestSize) }
        let until: Instant?? =
            self[.until].isEmpty
            ? .some(nil) : mistakes.take(.until) { Self.day(self[.until], after: setting.now, setting.visit.zone) }
        let note = mistakes.take(.note) { Self.line(self[.note], maximum: 120) }
        let format = format(&mistakes)
        guard mistakes.isEmpty, let offer, let site, let count, let until, let note, let format else { throw mistakes }
        do {
            return try BatchOrder(
                offer: offer, site: site?.id, size: count, format: format, note: note, validFrom: setting.now,
                validUntil: until, madeBy: setting.visit.staff.login)
        } catch CodeFormat.Flaw.guessable {
            mistakes.add(.length, "guessable")
        } catch BatchOrder.Flaw.validity {
            mistakes.add(.until)
        } catch {
            mistakes.add(.count)
        }
        throw mistakes
    }

    private func format(_ mistakes: inout Mistakes) -> CodeFormat? {
        let alphabet = mistakes.take(.alphabet) { BatchAlphabet(rawValue: self[.alphabet])?.alphabet }
        let length = mistakes.take(.length) { Self.number(self[.length], in: 6...24) }
        let prefix = mistakes.take(.prefix) { try? CodeFormat(prefix: self[.prefix]).prefix }
        let grouping = mistakes.take(.grouping) {
            Self.number(self[.grouping], in: 0...8).flatMap { try? CodeFormat(grouping: $0).grouping }
        }
        guard let alphabet, let length, let prefix, let grouping else { return nil }
        return mistakes.take(.length) {
            try? CodeFormat(alphabet: alphabet, length: length, prefix: prefix, grouping: grouping)
        }
    }

    /// Digits, with commas and spaces between them as people write thousands.
    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        let digits = text.filter { $0 != "," && $0 != " " }
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int(digits), range.contains(number)
        else { return nil }
        return number
    }

    private static func line(_ text: String, maximum: Int) -> String? {
        do throws(CleanText.Flaw) {
            return try CleanText.line(text, maximum: maximum)
        } catch {
            return error == .empty ? "" : nil
        }
    }

    /// The beginning of the day `2026-12-31` here; a day that there is, that is to come, and within ten years.
    private static func day(_ text: String, after now: Instant, _ zone: TimeZoneID) -> Instant? {
        let parts = text.split(separator: "-").compactMap { Int64($0) }
        guard text.utf8.count == 10, parts.count == 3, (2_000...9_999).contains(parts[0]),
            (1...12).contains(parts[1]), (1...31).contains(parts[2])
        else { return nil }
        // Month by month from a guess that is never late, since the calendar is known in one direction only.
        let guess = (parts[0] - 1_970) * 365 + (parts[0] - 1_969) / 4 + (parts[1] - 1) * 30 - 4
        guard let days = (guess...guess + 40).first(where: { CivilDate(daysSinceEpoch: $0).description == text }) else {
            return nil
        }
        let noon = Instant(milliseconds: days * 86_400_000 + 43_200_000)
        let start = zone.startOfDay(containing: noon - zone.offset(at: noon))
        return start > now && start < now + .days(3_660) ? start : nil
    }
}

/// What is wrong with a form, field by field.
struct Mistakes: Error {
    private(set) var keys: [BatchForm.Field: String] = [:]

    var isEmpty: Bool { keys.isEmpty }

    mutating func add(_ field: BatchForm.Field, _ word: String? = nil) {
        keys[field] = keys[field] ?? "batch-new.wrong.\(word ?? field.rawValue)"
    }

    /// Notes a mistake where there is no value.
    mutating func take<Value>(_ field: BatchForm.Field, _ value: () -> Value?) -> Value? {
        guard let value = value() else {
            add(field)
            return nil
        }
        return value
    }
}

/// The sets of characters that staff choose from.
enum BatchAlphabet: String, CaseIterable, Sendable {
    case clear, digits, letters

    var alphabet: Alphabet? {
        switch self {
        case .clear: .standard
        case .digits: .digits
        case .letters: try? Alphabet("ACDEFHJKMNPRTUWXY")
        }
    }
}
