/// A mistake in a template, told so that its author can mend it.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The template's name, such as `captive/login`.
    package let file: String
    /// The line of the tag, from 1; 0 where the whole file is meant.
    package let line: Int
    /// What is wrong and what to do.
    package let advice: String

    /// A file that ought to be there and is not.
    package init(missing file: String) {
        self.file = file
        line = 0
        advice = "This file is missing"
    }

    init(_ place: Place, _ advice: String) {
        file = place.file
        line = place.line
        self.advice = advice
    }

    package var description: String { "\(file):\(line): \(advice)" }
}

/// Where a tag stands.
struct Place: Hashable, Sendable {
    let file: String
    var line: Int
}
