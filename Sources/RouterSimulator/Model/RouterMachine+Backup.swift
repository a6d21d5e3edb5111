import Values
import Wires

/// `/system backup`: the settings as a file that only a router reads, and back.
extension RouterMachine {
    /// What an encrypted file of a real router begins with, by the tools that take such files apart.
    private static let mark: [UInt8] = [0xEF, 0xA8, 0x91, 0x73]

    /// Writes the settings to a file.
    mutating func saveBackup(_ command: RouterCommand) throws(RouterTrap) -> RouterReply {
        try forbidStrangers(command, beside: ["name", "password", "dont-encrypt", "encryption"])
        let name = command.arguments["name"] ?? "\(singletons["/system/identity"]?["name"] ?? "MikroTik")-backup"
        let state = snapshot
        let kept = ["format", "singletons", "tables"].map { ($0, state[$0] ?? .null) }
        let text = WireJSON.object(Dictionary(uniqueKeysWithValues: kept)).bytes
        let sum = Self.hash(text)
        let body = Self.veiled((0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } + text, command.password)
        let head = Self.mark + (0..<4).map { UInt8(truncatingIfNeeded: (body.count + 8) >> (8 * $0)) }
        try write(head + body, asFile: Self.fileName(name))
        note("system,info", "backup saved")
        return .value("Configuration backup saved")
    }

    /// Takes the settings of a file over and starts anew; files, phones and the clock stay.
    mutating func loadBackup(_ command: RouterCommand) throws(RouterTrap) {
        try forbidStrangers(command, beside: ["name", "password", "force-v6-to-v7-configuration-upgrade"])
        guard let name = command.arguments["name"] else { throw .missing("name") }
        guard let file = files[Self.fileName(name)] else { throw .noMatch("name") }
        let length = file.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard file.prefix(4).elementsEqual(Self.mark), length == file.count, length >= 16 else {
            throw .failure("invalid backup file")
        }
        let body = Self.veiled(Array(file.dropFirst(8)), command.password)
        let sum = body.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let text = Array(body.dropFirst(8))
        guard sum == Self.hash(text), let state = WireJSON(text) else { throw .failure("incorrect password") }
        let before = files
        guard restore(state) else { throw .failure("invalid backup file") }
        files = before
        schedule = [:]
        reboot()
    }

    private static func fileName(_ name: String) -> String { name.hasSuffix(".backup") ? name : name + ".backup" }

    /// No encryption to rely on: enough that a wrong password is noticed and nothing can be read by chance.
    private static func veiled(_ bytes: [UInt8], _ password: String) -> [UInt8] {
        var chance = Chance(seed: hash(Array(password.utf8)))
        return bytes.map { $0 ^ UInt8(truncatingIfNeeded: chance.next()) }
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension RouterCommand {
    fileprivate var password: String { arguments["password"] ?? "" }
}
