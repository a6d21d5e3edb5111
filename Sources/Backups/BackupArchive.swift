import Compression
import Crypto
import SQL
import Tenancy
package import Values

/// Seals what backups hold, each bound to its row, so that none can be moved to another.
struct BackupArchive: Sendable {
    private let key: SecretKey
    private let digestKey: SecretKey

    init(_ masterKey: SecretKey) {
        key = masterKey.derived(for: "router-backup")
        digestKey = masterKey.derived(for: "router-backup-digest")
    }

    func digest(_ bytes: [UInt8]) -> [UInt8] { hmacSHA256(bytes, key: digestKey) }

    /// Nil for more than can be kept.
    func seal(_ bytes: [UInt8], for id: ID<Backup>) -> [UInt8]? {
        Deflate.pack(bytes).map { Seal.seal($0, key: key, boundTo: context("content", id)) }
    }

    func seal(_ password: Secret, for id: ID<Backup>) -> [UInt8] {
        Seal.seal(password, key: key, boundTo: context("password", id))
    }

    /// - Throws: `BackupRefusal.unreadable` for what was sealed under another key.
    func content(_ sealed: [UInt8], _ passwordSealed: [UInt8]?, of id: ID<Backup>) throws(BackupRefusal)
        -> BackupContent
    {
        guard let packed = try? Seal.open(sealed, key: key, boundTo: context("content", id)),
            let bytes = Deflate.unpack(packed)
        else { throw .unreadable }
        guard let passwordSealed else { return BackupContent(bytes: bytes, password: nil) }
        guard let password = try? Seal.openText(passwordSealed, key: key, boundTo: context("password", id)) else {
            throw .unreadable
        }
        return BackupContent(bytes: bytes, password: password)
    }

    private func context(_ what: String, _ id: ID<Backup>) -> [UInt8] { Array("\(what) \(id)".utf8) }
}

/// Why something is not done with a backup.
package enum BackupRefusal: String, Refusal, CaseIterable {
    case noSuchVersion = "backup.no-such-version"
    /// Sealed under another key.
    case unreadable = "backup.unreadable"
    /// A backup or a restore of the router is under way.
    case busy = "backup.busy"

    package var kind: RefusalKind {
        switch self {
        case .noSuchVersion: .notFound
        case .unreadable, .busy: .conflict
        }
    }
}
