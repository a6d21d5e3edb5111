/// A text that must not appear in a log, an error or a page.
///
/// Every printed form is `••••`; `revealed` is the one way to the text, and easy to search for.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "••••" }
    package var debugDescription: String { "••••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
