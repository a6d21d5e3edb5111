import Values

/// The files on the router's flash; the hotspot's pages lie in `hotspot/`.
struct RouterFiles: Sendable {
    /// One file.
    struct File: Sendable {
        let id: UInt32
        var bytes: [UInt8]
        var modified: Instant
    }

    private(set) var files: [String: File] = [:]
    private var nextID: UInt32 = 1
    /// How many bytes there is room for in all.
    var capacity = 64 << 20

    /// How many bytes there is room for.
    var free: Int { max(0, capacity - files.values.reduce(0) { $0 + $1.bytes.count }) }

    subscript(name: String) -> [UInt8]? { files[name]?.bytes }

    @discardableResult
    mutating func write(_ name: String, _ bytes: [UInt8], at now: Instant) -> UInt32 {
        let id = files[name]?.id ?? nextID
        if id == nextID { nextID += 1 }
        files[name] = File(id: id, bytes: bytes, modified: now)
        return id
    }

    mutating func remove(_ id: UInt32) {
        for (name, file) in files where file.id == id { files[name] = nil }
    }

    func name(of id: UInt32) -> String? { files.first { $0.value.id == id }?.key }

    /// The rows of `/file`; contents are read back only while they are short and text.
    func rows(at machine: RouterMachine) -> [(id: UInt32, values: [String: String])] {
        files.sorted { $0.value.id < $1.value.id }.map { name, file in
            var values = [
                "name": name, "size": String(file.bytes.count), "type": Self.type(of: name),
                "last-modified": machine.clock.dateTime(at: file.modified, machine.version),
            ]
            if file.bytes.count <= 4_096 { values["contents"] = String(validating: file.bytes, as: UTF8.self) }
            return (file.id, values)
        }
    }

    /// `.html file`, as the router names what a file is.
    private static func type(of name: String) -> String {
        let last = name.split(separator: "/").last ?? ""
        return last.lastIndex(of: ".").map { last[$0...] + " file" } ?? "file"
    }

    /// The longest contents that REST takes; measured between 61,250 and 61,500 on 7.24.4.
    static let longestContents = 61_250
}

extension RouterMachine {
    /// Puts a file on the flash, whatever room there is.
    package mutating func store(_ bytes: [UInt8], as name: String) {
        files.write(name, bytes, at: now)
        touch()
    }

    /// The content of a file.
    package func file(_ name: String) -> [UInt8]? { files[name] }

    /// The names of all files.
    package var fileNames: [String] { files.files.keys.sorted() }

    /// Leaves room for so many bytes more.
    package mutating func setFreeFlash(_ count: Int) { files.capacity += count - files.free }

    /// Writes a file if there is room for it.
    mutating func write(_ bytes: [UInt8], asFile name: String) throws(RouterTrap) {
        guard bytes.count - (files[name]?.count ?? 0) <= files.free else { throw .failure("no space left on device") }
        store(bytes, as: name)
    }

    /// `add`, `set`, `remove` and `read` of `/file`.
    mutating func changeFiles(_ command: RouterCommand) throws(RouterTrap) -> RouterReply {
        let arguments = command.arguments
        if command.verb == "read" { return try readFile(command) }
        let strangers = arguments.keys.sorted().filter { ![".id", "numbers", "name", "contents", "type"].contains($0) }
        if let stranger = strangers.first { throw .unknown(stranger) }
        let bytes = arguments["contents"].map { Array($0.utf8) }
        if let bytes, bytes.count > RouterFiles.longestContents { throw .failure("contents too long") }
        if command.verb == "add" {
            // Before version 7 files came by upload only.
            guard version >= RouterRelease(7, 0) else { throw .noSuchCommand }
            guard let name = arguments["name"], !name.isEmpty else { throw .missing("name") }
            guard files[name] == nil else { throw .failure("file already exists") }
            return .value(RowNumber.text(files.write(name, bytes ?? [], at: now)))
        }
        guard let wanted = arguments[".id"] ?? arguments["numbers"] else { throw .missing(".id") }
        if command.verb == "remove" {
            try removeFiles(wanted.split(separator: ",").map(String.init))
            return .nothing
        }
        let name = RowNumber.read(wanted).flatMap { files.name(of: $0) } ?? wanted
        guard let file = files.files[name] else { throw .noSuchItem }
        switch command.verb {
        case "set":
            let new = arguments["name"] ?? name
            if new != name { files.remove(file.id) }
            files.write(new, bytes ?? file.bytes, at: now)
        default: throw .lacks(command.verb)
        }
        return .nothing
    }

    /// Removes files by number or name, all or none of them.
    private mutating func removeFiles(_ words: [String]) throws(RouterTrap) {
        let ids = words.map { RowNumber.read($0) ?? files.files[$0]?.id }
        guard !ids.isEmpty, ids.allSatisfy({ id in id.flatMap { files.name(of: $0) } != nil }) else {
            throw .noSuchItem
        }
        for id in ids.compactMap(\.self) { files.remove(id) }
    }

    /// A piece of a file of any size, from 7.13 on; measured by CE on 7.23.1: 32,768 bytes at most.
    private func readFile(_ command: RouterCommand) throws(RouterTrap) -> RouterReply {
        guard version >= RouterRelease(7, 13) else { throw .noSuchCommand }
        try forbidStrangers(command, beside: ["file", "offset", "chunk-size", "as-value"])
        guard let name = command.arguments["file"] else { throw .missing("file") }
        guard let bytes = files[name] else { throw .noMatch("file") }
        guard let count = Int(command.arguments["chunk-size"] ?? ""), (1...32_768).contains(count) else {
            throw .range("chunk-size", 1...32_768)
        }
        let offset = max(0, Int(command.arguments["offset"] ?? "0") ?? 0)
        let piece = String(decoding: bytes.dropFirst(offset).prefix(count), as: UTF8.self)
        return .records([["chunk-size": String(count), "data": piece, "offset": String(offset)]])
    }
}
