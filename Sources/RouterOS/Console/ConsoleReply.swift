/// What the console prints for `:put [… print as-value]`: `.id=*1;name=a;comment=;.id=*2;…`.
///
/// Nothing in a value is escaped, so a comment may look like properties or like another row. The ids, printed on a line
/// of their own before, tell where rows begin; the names of the menu tell where values end. A reply in which a row or a
/// property appears twice is ambiguous and is read again in another way, see `exact`.
struct ConsoleReply {
    /// Why a reply cannot be taken.
    enum Flaw: Error { case malformed, ambiguous }

    /// The rows by id, in order.
    private(set) var rows: [(id: RouterID, values: [String: String])] = []

    /// Takes the ids of a `find` and the rows of a `print`.
    init(ids: [RouterID], _ bytes: some RandomAccessCollection<UInt8>, of menu: RouterMenu?) throws(Flaw) {
        let bytes = Array(bytes)
        var starts: [Int] = []
        var position = 0
        for id in ids {
            let mark = Array("\(starts.isEmpty ? "" : ";").id=\(id)".utf8)
            guard let start = Self.find(mark, in: bytes, from: position) else { throw .malformed }
            guard !starts.isEmpty || start == 0 else { throw .malformed }
            starts.append(start)
            position = start + mark.count
        }
        guard Self.count(Array(";.id=*".utf8), in: bytes) == max(0, ids.count - 1) else { throw .ambiguous }
        guard !ids.isEmpty || bytes.isEmpty else { throw .malformed }
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
            var values = try Self.fields(bytes[start..<end].drop { $0 == UInt8(ascii: ";") }, of: menu)
            values[".id"] = nil
            rows.append((ids[index], values))
        }
    }

    /// The names and values of one row.
    ///
    /// A semicolon ends a value where a name follows that the menu knows; behind a value that is no free text any name
    /// will do, since newer versions have names that we do not know.
    static func fields(_ bytes: ArraySlice<UInt8>, of menu: RouterMenu?) throws(Flaw) -> [String: String] {
        var values: [String: String] = [:]
        var name = ""
        var value: [UInt8] = []
        for part in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            if let (key, rest) = field(part), name.isEmpty || ends(name, before: key, menu) {
                if !name.isEmpty { try keep(name, value, in: &values, menu) }
                (name, value) = (key, Array(rest))
            } else {
                guard !name.isEmpty else { throw .malformed }
                value.append(UInt8(ascii: ";"))
                value += part
            }
        }
        if !name.isEmpty { try keep(name, value, in: &values, menu) }
        return values
    }

    private static func keep(
        _ name: String, _ value: [UInt8], in values: inout [String: String], _ menu: RouterMenu?
    ) throws(Flaw) {
        let text = String(decoding: value, as: UTF8.self)
        guard values.updateValue(ConsoleValue.normal(text, menu?.property(name)), forKey: name) == nil else {
            throw .ambiguous
        }
    }

    /// `name=rest`; nil where no name begins the part.
    private static func field(_ part: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
        guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = String(decoding: part[..<equals], as: UTF8.self)
        guard ConsoleLine.isName(name) else { return nil }
        return (name, part[(equals + 1)...])
    }

    private static func ends(_ name: String, before next: String, _ menu: RouterMenu?) -> Bool {
        guard let menu else { return true }
        if next == ".id" || menu.property(next) != nil { return true }
        guard let property = menu.property(name) else { return true }
        return property.type != .text
    }

    /// The output without lines of the log that the router echoes to every console:
    /// `17:20:06 echo: system,error,critical login failure …`.
    ///
    /// Seen in captures; they fall between the lines of an answer.
    static func withoutEchoes(_ bytes: [UInt8]) -> [UInt8] {
        let mark = Array(" echo: ".utf8)
        guard find(mark, in: bytes) else { return bytes }
        var kept: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 10 }
            let whole = rest.prefix(line.count + 1)
            let isTime = line.prefix(8).elementsEqual("00:00:00".utf8) { byte, form in
                form == UInt8(ascii: ":") ? byte == form : (48...57).contains(byte)
            }
            if !(isTime && line.dropFirst(8).starts(with: mark)) { kept += whole }
            rest = rest.dropFirst(whole.count)
        }
        return kept
    }

    // MARK: Bytes

    private static func find(_ wanted: [UInt8], in bytes: [UInt8]) -> Bool {
        var position = 0
        while let first = bytes[position...].firstIndex(of: wanted[0]) {
            if bytes[first...].starts(with: wanted) { return true }
            position = first + 1
        }
        return false
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while position + wanted.count <= bytes.count {
            guard let first = bytes[position...].firstIndex(of: wanted[0]) else { return nil }
            if bytes[first...].starts(with: wanted), isMark(bytes, at: first + wanted.count) { return first }
            position = first + 1
        }
        return nil
    }

    /// Whether an id ends here.
    private static func isMark(_ bytes: [UInt8], at end: Int) -> Bool {
        end >= bytes.count || bytes[end] == UInt8(ascii: ";")
    }

    private static func count(_ wanted: [UInt8], in bytes: [UInt8]) -> Int {
        var count = 0
        var position = 0
        while let first = bytes[position...].firstIndex(of: wanted[0]) {
            if bytes[first...].starts(with: wanted) { count += 1 }
            position = first + 1
        }
        return count
    }
}

/// Forms of values that the console has for itself (FACTS 3).
enum ConsoleValue {
    /// The form that REST and the binary API give: `true` for `yes`, `5m` for `00:05:00`, commas between words.
    static func normal(_ text: String, _ property: RouterProperty?) -> String {
        switch property?.type {
        case .bool: RouterValue.truth(text).map { RouterValue.text($0) } ?? text
        case .duration: text.contains(":") ? RouterDuration(text)?.text ?? text : text
        case .flags, .list, .addresses: text.replacing(";", with: ",")
        default: text
        }
    }
}
