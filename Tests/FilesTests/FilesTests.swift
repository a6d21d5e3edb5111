import Testing

@testable import Files

@Suite struct FilesTests {
    private static let here = String(#filePath.prefix(#filePath.count - "/FilesTests.swift".count))

    @Test("A file is read whole, a folder by name, a tree by path")
    func reads() throws {
        #expect(try Files.text(of: Self.here + "/FilesTests.swift").contains("reads whole".dropFirst(6)))
        #expect(try Files.names(in: Self.here) == ["FilesTests.swift"])
        let rooms = String(Self.here.prefix(Self.here.count - "/FilesTests".count))
        #expect(try Files.tree(below: rooms).contains("FilesTests/FilesTests.swift"))
    }

    @Test("What cannot be read is told with its path and the system's reason")
    func unreadable() {
        #expect(throws: Files.Unreadable(path: "/nowhere/at/all", reason: "No such file or directory")) {
            try Files.bytes(of: "/nowhere/at/all")
        }
        #expect(throws: Files.Unreadable.self) { try Files.names(in: "/nowhere") }
        #expect(throws: Files.Unreadable.self) { try Files.text(of: "/bin/true") }
    }
}
