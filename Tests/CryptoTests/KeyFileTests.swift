import Crypto
import Glibc
import TestKit
import Testing
import Values

@Suite struct KeyFileTests {
    @Test("A key file is made with mode 0600 and read back")
    func createsAndLoads() throws {
        let path = try Scratch.directory() + "/key"
        let key = try SecretKey.create(at: path)
        #expect(hmacSHA256("m", key: try SecretKey.load(from: path)) == hmacSHA256("m", key: key))
        var facts = stat()
        #expect(unsafe stat(path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600 && facts.st_size == 65 && facts.st_nlink == 1)
    }

    @Test("An existing key file is never replaced")
    func keepsExisting() throws {
        let path = try Scratch.directory() + "/key"
        let key = try SecretKey.create(at: path)
        #expect(throws: KeyFileError.alreadyExists(path: path)) { try SecretKey.create(at: path) }
        #expect(hmacSHA256("m", key: try SecretKey.load(from: path)) == hmacSHA256("m", key: key))
    }

    @Test("A key file that others may read is refused")
    func refusesOpenFile() throws {
        let path = try Scratch.directory() + "/key"
        try SecretKey.create(at: path)
        #expect(unsafe chmod(path, 0o640) == 0)
        #expect(throws: KeyFileError.readableByOthers(path: path)) { try SecretKey.load(from: path) }
    }

    @Test(
        "A file that holds no key is refused",
        arguments: ["", "abc\n", String(repeating: "g", count: 64), String(repeating: "a", count: 66)])
    func refusesMalformed(text: String) throws {
        let path = try Scratch.directory() + "/key"
        let file = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(unsafe write(file, text, text.utf8.count) == text.utf8.count)
        close(file)
        #expect(throws: KeyFileError.malformed(path: path)) { try SecretKey.load(from: path) }
    }

    @Test("A missing file and a missing folder are told apart from damage")
    func missing() throws {
        let path = try Scratch.directory() + "/none/key"
        #expect(throws: KeyFileError.missing(path: path)) { try SecretKey.load(from: path) }
        #expect(throws: KeyFileError.system(path: path, number: ENOENT)) { try SecretKey.create(at: path) }
    }
}
