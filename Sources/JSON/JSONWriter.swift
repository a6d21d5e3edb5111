package import Values

/// Writes JSON straight into a buffer, without values in between: for log lines and hot answers.
///
/// Commas are the writer's; that each member has a key and each key once is the caller's.
package struct JSONWriter {
    package let buffer: ByteBuffer
    private var needsComma = false

    package init(_ buffer: ByteBuffer) { self.buffer = buffer }

    /// Writes an object; the closure writes its members.
    package mutating func object<Failure>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try nest(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes an array; the closure writes its elements.
    package mutating func array<Failure>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try nest(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// Writes a member that is an object.
    package mutating func object<Failure>(
        _ key: StaticString, _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try object(members)
    }

    /// Writes a member that is an array.
    package mutating func array<Failure>(
        _ key: StaticString, _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try array(elements)
    }

    package mutating func field(_ key: StaticString, _ text: String) {
        self.key(key)
        value(text)
    }

    package mutating func field(_ key: StaticString, _ number: some BinaryInteger) {
        self.key(key)
        value(number)
    }

    package mutating func field(_ key: StaticString, _ truth: Bool) {
        self.key(key)
        value(truth)
    }

    package mutating func field(_ key: StaticString, _ value: JSON) {
        self.key(key)
        self.value(value)
    }

    /// Writes a key of the code, which must need no escape; its value comes next.
    package mutating func key(_ key: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        buffer.append(key)
        buffer.append("\":" as StaticString)
        needsComma = false
    }

    /// Writes a key that is not of the code; its value comes next.
    package mutating func key(escaping key: String) {
        separate()
        JSON.append(quoted: key, to: buffer)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func value(_ text: String) {
        separate()
        JSON.append(quoted: text, to: buffer)
    }

    package mutating func value(_ number: some BinaryInteger) {
        separate()
        buffer.append(number)
    }

    package mutating func value(_ truth: Bool) {
        separate()
        buffer.append(truth ? "true" : "false" as StaticString)
    }

    package mutating func value(_ value: JSON) {
        separate()
        value.append(to: buffer)
    }

    private mutating func nest<Failure>(
        _ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        separate()
        buffer.append(open)
        needsComma = false
        try body(&self)
        buffer.append(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
