package import Values

/// The characters that a batch's codes are made of, and what else a person may type for them.
package struct Alphabet: Hashable, Sendable, CustomStringConvertible {
    /// Why a set of characters cannot serve.
    package enum Flaw: String, Refusal, CaseIterable {
        /// Only `0`–`9` and `A`–`Z`, each once.
        case characters = "alphabet.characters"
        /// Fewer than 8 or more than 36.
        case size = "alphabet.size"
        /// 14 and 18 characters allow no check character that finds swapped neighbours: leave one out or add one.
        case unsuited = "alphabet.unsuited"

        package var kind: RefusalKind { .invalid }
    }

    /// The characters, in the order in which the check character counts them.
    package let symbols: [UInt8]
    /// The value of every byte that stands for a symbol, look-alikes and lower case included; 255 for none.
    private let values: [UInt8]
    let check: CheckCharacter

    package init(_ text: some StringProtocol) throws(Flaw) {
        let symbols = Array(text.uppercased().utf8)
        guard symbols.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) }),
            Set(symbols).count == symbols.count
        else { throw .characters }
        guard (8...36).contains(symbols.count) else { throw .size }
        guard let check = CheckCharacter(size: symbols.count) else { throw .unsuited }
        self.symbols = symbols
        self.check = check
        values = Self.readings(of: symbols)
    }

    private init(known text: StaticString, size: Int) {
        symbols = Array(text.description.utf8)
        check = CheckCharacter(size: size) ?? .linear(modulus: size, weight: 2)
        values = Self.readings(of: symbols)
    }

    /// 25 characters of which no two are mistaken for each other, on paper or read aloud from it.
    package static let standard = Alphabet(known: "23456789ACDEFHJKMNPRTUWXY", size: 25)
    /// For keypads and for people who read no Latin letters.
    package static let digits = Alphabet(known: "0123456789", size: 10)

    package var description: String { String(decoding: symbols, as: UTF8.self) }

    /// The value of a typed byte, or nil where it stands for no symbol.
    package func value(_ byte: UInt8) -> Int? {
        let value = values[Int(byte)]
        return value == 255 ? nil : Int(value)
    }

    /// Characters that print alike.
    ///
    /// Where an alphabet holds exactly one of a group, all of it stand for that one.
    private static let lookAlikes = ["0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV"].map { Array($0.utf8) }

    private static func readings(of symbols: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, symbol) in symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        for group in lookAlikes {
            let members = group.filter { symbols.contains($0) }
            guard members.count == 1 else { continue }
            for byte in group { values[Int(byte)] = values[Int(members[0])] }
        }
        for upper in 65...90 { values[upper + 32] = values[upper] }
        return values
    }
}
