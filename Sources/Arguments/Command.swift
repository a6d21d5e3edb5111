/// One command of a program: what it is called, what it takes, what it does.
///
/// Parsing and help read the same table, so they cannot disagree.
package struct Command: Sendable {
    /// The words that call it: `["vouchers", "generate"]`.
    package let path: [String]
    /// One line of help.
    package let summary: String
    /// What stands behind the words, by the names that help shows; each is needed but the last ones in brackets,
    /// such as `[TABLE]`.
    ///
    /// A last one that ends in `…` takes all that follow.
    package let operands: [String]
    package let options: [Option]
    package let run: @Sendable (Invocation) async throws -> Void

    package init(
        _ path: String, _ summary: String, operands: [String] = [], options: [Option] = [],
        run: @escaping @Sendable (Invocation) async throws -> Void
    ) {
        self.path = path.split(separator: " ").map(String.init)
        self.summary = summary
        self.operands = operands
        self.options = options
        self.run = run
    }

    /// One `--name value` or `--name`.
    package struct Option: Sendable {
        package let name: String
        /// What help calls the value; nil for a switch without one.
        package let placeholder: String?
        package let summary: String
        package let isRequired: Bool

        private init(name: String, placeholder: String?, summary: String, isRequired: Bool) {
            self.name = name
            self.placeholder = placeholder
            self.summary = summary
            self.isRequired = isRequired
        }

        /// An option with a value.
        package static func value(
            _ name: String, _ placeholder: String, _ summary: String, isRequired: Bool = false
        ) -> Self {
            Self(name: name, placeholder: placeholder, summary: summary, isRequired: isRequired)
        }

        /// A switch that is on when it is there.
        package static func flag(_ name: String, _ summary: String) -> Self {
            Self(name: name, placeholder: nil, summary: summary, isRequired: false)
        }
    }
}

/// A command as it was typed.
package struct Invocation: Sendable {
    private let values: [String: String]
    private let operands: [String: String]
    /// What the last operand of the table takes beyond one, where it ends in `…`; it is among these too.
    package let rest: [String]

    init(values: [String: String], operands: [String: String], rest: [String] = []) {
        self.values = values
        self.operands = operands
        self.rest = rest
    }

    /// The value of an option; nil where it was not given.
    package subscript(_ option: String) -> String? { values[option] }

    /// Whether a switch was given.
    package func has(_ flag: String) -> Bool { values[flag] != nil }

    /// An operand of the command's table; empty where it was left out.
    package func operand(_ name: String) -> String { operands[name] ?? "" }

    /// The value of an option that the table says is required.
    package func required(_ option: String) -> String { values[option] ?? "" }

    /// A whole number within a range; nil where the option was not given.
    ///
    /// - Throws: `Misuse` that names the option and the range.
    package func number(_ option: String, in range: ClosedRange<Int>) throws(Misuse) -> Int? {
        guard let text = values[option] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Misuse("--\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// The command line was not understood; the message says what would be.
package struct Misuse: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
