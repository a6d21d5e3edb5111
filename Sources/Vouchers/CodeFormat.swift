package import Crypto
package import Values

/// How the codes of a batch look.
package struct CodeFormat: Hashable, Sendable {
    /// Why a format cannot serve.
    package enum Flaw: String, Refusal, CaseIterable {
        /// 6 to 24 characters, the check character included.
        case length = "format.length"
        /// Up to 8 letters and digits.
        case prefix = "format.prefix"
        /// Groups of 2 to 8, or 0 for none.
        case grouping = "format.grouping"
        /// So few codes are possible that guessing would find one: make them longer.
        case guessable = "format.guessable"

        package var kind: RefusalKind { .invalid }
    }

    package let alphabet: Alphabet
    /// How many characters a person types, the check character included, the prefix not.
    package let length: Int
    /// Printed before each code, in capitals; may be left out when typing.
    package let prefix: String
    /// After how many characters a hyphen is printed; 0 for none.
    package let grouping: Int

    package init(
        alphabet: Alphabet = .standard, length: Int = 10, prefix: String = "", grouping: Int = 5
    ) throws(Flaw) {
        guard (6...24).contains(length) else { throw .length }
        let prefix = prefix.uppercased()
        guard prefix.utf8.count <= 8,
            prefix.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
        else { throw .prefix }
        guard grouping == 0 || (2...8).contains(grouping) else { throw .grouping }
        self.alphabet = alphabet
        self.length = length
        self.prefix = prefix
        self.grouping = grouping
    }

    /// Refuses a batch of which more than one code in ten thousand possible ones would be good.
    package func checkRoom(for count: Int) throws(Flaw) {
        var room = 1.0
        for _ in 1..<length { room *= Double(alphabet.symbols.count) }
        guard room >= Double(count) * 10_000 else { throw .guessable }
    }

    /// A fresh code: random characters and their check character.
    package func makeCode(_ picker: inout RandomPicker) -> VoucherCode {
        var bytes = Array(prefix.utf8)
        bytes.reserveCapacity(bytes.count + length)
        var state = CheckState(alphabet.check)
        for _ in 1..<length {
            let symbol = picker.next()
            bytes.append(symbol)
            state.take(alphabet.value(symbol) ?? 0)
        }
        bytes.append(alphabet.symbols[state.completion])
        return VoucherCode(canonical: bytes)
    }

    /// The code as it is printed: `WIFI-7F3KA-22HJX`.
    package func printed(_ code: VoucherCode) -> String { grouped(code, by: grouping) }

    /// The code for a table: as printed, but for one that a spreadsheet would take for a number or a date, which is
    /// grouped otherwise; typed hyphens count for nothing.
    package func tabulated(_ code: VoucherCode) -> String {
        [grouping, 5, 4, 3].lazy.map { grouped(code, by: $0) }.first { !SpreadsheetGuess.isNoText($0) } ?? printed(code)
    }

    private func grouped(_ code: VoucherCode, by size: Int) -> String {
        let body = Array(code.bytes.dropFirst(prefix.utf8.count))
        guard size > 0 else {
            return prefix.isEmpty ? code.text : prefix + "-" + String(decoding: body, as: UTF8.self)
        }
        var groups = stride(from: 0, to: body.count, by: size).map { start in
            String(decoding: body[start..<min(start + size, body.count)], as: UTF8.self)
        }
        // A last group of one character would look like a slip of the printer.
        if let last = groups.last, last.utf8.count == 1, groups.count > 1 {
            groups.removeLast()
            groups[groups.count - 1] += last
        }
        if !prefix.isEmpty { groups.insert(prefix, at: 0) }
        return groups.joined(separator: "-")
    }
}

/// A code in its canonical form: prefix and characters in capitals, nothing between them.
package struct VoucherCode: Hashable, Sendable {
    package let bytes: [UInt8]

    init(canonical bytes: [UInt8]) { self.bytes = bytes }

    /// The characters; the code is as good as money, so no log and no error may carry it.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
