/// Why a document could not be made, in words for the person who can put it right.
package struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What sort of mistake it is, and so whose.
    package enum Kind: Hashable, Sendable {
        /// A voucher design is wrong.
        case design
        /// A sheet format or a preset is wrong.
        case format
        /// A value cannot be printed: no code, a letter no font knows.
        case content
        /// The logo cannot be used.
        case logo
        /// The text does not fit into a QR code.
        case qr
        /// The document could not be stored or handed over: disk full, reader gone.
        case output
        /// The graphics library failed; its own words are in the message.
        case library
    }

    package let kind: Kind
    /// What is wrong and what to do about it.
    package let message: String
    /// The file the mistake stands in.
    package var file: String?
    /// The line in the file, counted from 1.
    package var line: Int?
    /// The element or section in the file: `<text data-field="code">`.
    package var element: String?

    package init(_ kind: Kind, _ message: String, file: String? = nil, line: Int? = nil, element: String? = nil) {
        self.kind = kind
        self.message = message
        self.file = file
        self.line = line
        self.element = element
    }

    /// `classic.svg:12: <image>: …`, the parts that are known.
    package var description: String {
        let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
        return [place, element ?? "", message].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    /// The same mistake, said to stand in `file`.
    func inFile(_ file: String) -> Self {
        var placed = self
        placed.file = file
        return placed
    }
}
