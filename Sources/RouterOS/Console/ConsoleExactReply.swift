/// Rows read so that nothing in a value can be taken for something else: each property with its length in bytes.
///
/// Slower than one `print`, so it is used only where the reply to that one was ambiguous.
enum ConsoleExactReply {
    /// The script that prints them: for each row its id, for each property name, length and value.
    static func line(_ menu: Menu, _ conditions: String, _ printing: ConsolePrinting) -> String {
        let path = ConsoleLine.path(menu)
        let property = printing("($k . \" \" . [:len $t])") + ";" + printing("$t")
        return
            ":foreach r in=[\(path) find\(conditions)] do={\(printing("(\"row \" . $r)"));:local all [\(path) get $r];"
            + ":foreach k,v in=$all do={:local t [:tostr $v];\(property)}}"
    }

    /// The rows of its output.
    static func rows(
        _ bytes: [UInt8], of menu: RouterMenu?
    ) throws(ConsoleReply.Flaw) -> [(id: RouterID, values: [String: String])] {
        var rows: [(id: RouterID, values: [String: String])] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let words = try line(&rest).split(separator: " ")
            guard words.count == 2 else { throw .malformed }
            if words[0] == "row" {
                guard let id = RouterID(words[1]) else { throw .malformed }
                rows.append((id, [:]))
                continue
            }
            let name = String(words[0])
            guard !rows.isEmpty, let count = Int(words[1]), (0...rest.count).contains(count) else { throw .malformed }
            let value = WireText.decode(rest.prefix(count))
            rest = rest.dropFirst(count)
            guard try line(&rest).isEmpty else { throw .malformed }
            if name != ".id" {
                rows[rows.count - 1].values[name] = ConsoleValue.normal(value, menu?.property(name))
            }
        }
        return rows
    }

    /// Takes one line.
    private static func line(_ rest: inout ArraySlice<UInt8>) throws(ConsoleReply.Flaw) -> String {
        guard let end = rest.firstIndex(of: 10) else { throw .malformed }
        var line = rest[..<end]
        if line.last == 13 { line = line.dropLast() }
        rest = rest[(end + 1)...]
        return String(decoding: line, as: UTF8.self)
    }
}
