import Values

/// The fields of a posted form.
package struct Form: Sendable {
    /// One file of a form.
    package struct UploadedFile: Sendable, Hashable {
        /// As the browser says, without any path; not to be used as a path.
        package let filename: String
        /// As the browser says.
        package let contentType: String
        package let bytes: [UInt8]

        package init(filename: String, contentType: String, bytes: [UInt8]) {
            self.filename = filename
            self.contentType = contentType
            self.bytes = bytes
        }
    }

    private(set) var fields: [(name: String, value: String)] = []
    /// The files, by field; the last of a name counts.
    package private(set) var files: [String: UploadedFile] = [:]

    /// Fields and files that one form may have.
    static let partLimit = 1_000

    package init() {}

    /// The value of a field, the first where there are several.
    package subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All values of a field, in order; check boxes share a name.
    package func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    mutating func add(_ name: String, _ value: String) throws(RequestRefusal) {
        guard fields.count < Self.partLimit else { throw .malformedForm }
        fields.append((name, value))
    }

    mutating func add(_ name: String, _ file: UploadedFile) throws(RequestRefusal) {
        guard files.count < Self.partLimit else { throw .malformedForm }
        files[name] = file
    }

    /// Reads `application/x-www-form-urlencoded`; WHATWG URL section 5.1.
    init(urlEncoded bytes: [UInt8]) throws(RequestRefusal) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
            if end > start {
                let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                try add(
                    Self.decode(bytes[start..<equals]), Self.decode(bytes[min(equals + 1, end)..<end]))
            }
            start = end + 1
        }
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) throws(RequestRefusal) -> String {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe Percent.decode($0, plusIsSpace: true) }
        guard let text else { throw .malformedText }
        return text
    }
}
