import Crypto
package import RouterOS
import Values

/// How a router is reached for a backup.
package struct BackupWays: Sendable {
    /// The transport that everybody shares.
    package let transport: any RouterTransport
    /// The console on a connection of its own, so that a long export holds nobody up; nil where no address is over SSH.
    package let console: SSHTransport?

    package init(transport: any RouterTransport, console: SSHTransport?) {
        self.transport = transport
        self.console = console
    }
}

/// Why a backup could not be taken, where the router itself is not to blame.
enum BackupFlaw: Error, Hashable, CustomStringConvertible {
    case exportNeedsSSH(version: String)
    case binaryNeedsSSH
    /// What came is no export, or not all of it.
    case notWhole
    /// The file has another length than the router says, or than it says itself.
    case truncated
    case tooLarge

    var description: String {
        switch self {
        case .exportNeedsSSH(let version):
            "A backup of RouterOS \(version) needs SSH: add ssh:// to the router's addresses (from 7.13 on an export comes "
                + "over every way)."
        case .binaryNeedsSSH:
            "A binary backup needs SSH: add ssh:// to the router's addresses."
        case .notWhole: "The router's export came incomplete; nothing was kept of it."
        case .truncated: "The router's backup file came incomplete; nothing was kept of it."
        case .tooLarge: "The backup is too large to be kept."
        }
    }
}

/// Takes backups from one router.
struct BackupTaker: Sendable {
    private let ways: BackupWays
    /// Our files on a router: the same names each time, so that a lost connection never leaves more than one of each.
    static let fileName = "lango-backup"

    init(_ ways: BackupWays) { self.ways = ways }

    /// The version of a router that answers.
    func knock() async throws -> RouterVersion {
        let resource = try await ways.transport.readRecord(.systemResource, properties: ["version"])
        guard let version = resource["version"].flatMap({ RouterVersion($0) }) else {
            throw RouterError(.notReady, in: .systemResource)
        }
        return version
    }

    /// The settings as commands, without secrets.
    ///
    /// - Throws: `RouterError`, `BackupFlaw`.
    func export(of version: RouterVersion) async throws -> ExportText {
        let text: String
        if let console = ways.console {
            text = try await console.export(of: version)
        } else if version >= RouterVersion(7, 13) {
            text = try await ways.transport.export(throughFile: Self.fileName)
        } else {
            throw BackupFlaw.exportNeedsSSH(version: version.description)
        }
        guard let export = ExportText(text) else { throw BackupFlaw.notWhole }
        return export
    }

    /// The router's own backup, encrypted with a password drawn for it.
    ///
    /// - Throws: `RouterError`, `BackupFlaw`.
    func binary() async throws -> (bytes: [UInt8], password: Secret) {
        guard let console = ways.console else { throw BackupFlaw.binaryNeedsSSH }
        let password = Secret(Base64URL.encode(SystemRandom.bytes(24)))
        let file = Self.fileName + ".backup"
        try await console.saveBackup(as: Self.fileName, password: password)
        let outcome: Result<[UInt8], any Error>
        do {
            let size = try await console.size(ofFile: file)
            let bytes = try await console.download(file)
            guard bytes.count == size, BinaryBackup.isWhole(bytes) else { throw BackupFlaw.truncated }
            outcome = .success(bytes)
        } catch {
            outcome = .failure(error)
        }
        // It is encrypted, and the next backup replaces it where it cannot be removed now.
        try? await console.remove(file: file)
        return (try outcome.get(), password)
    }
}

/// What is known of the router's own files: a mark, then the length of all in four bytes, the least significant first.
///
/// Source: tools that take such files apart (BigNerd95/RouterOS-Backup-Tools).
enum BinaryBackup {
    private static let marks: [[UInt8]] = [
        [0x88, 0xAC, 0xA1, 0xB1], [0xEF, 0xA8, 0x91, 0x72], [0xEF, 0xA8, 0x91, 0x73],
    ]

    /// Whether nothing is missing; of a form that is not known nobody can tell.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 8 else { return false }
        guard marks.contains(Array(bytes.prefix(4))) else { return true }
        return bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == bytes.count
    }
}
