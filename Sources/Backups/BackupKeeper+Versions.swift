import RouterOS
import SQL
package import Tenancy
import Values

/// Writing and reading versions.
extension BackupKeeper {
    /// Keeps an export; one with the same settings as the version before only notes that it was seen again.
    func keep(
        _ export: ExportText, _ version: RouterVersion, of router: Router, _ wish: Wish
    ) async throws -> (backup: Backup, isNew: Bool) {
        let (id, now) = (ID<Backup>(at: now()), now())
        let bytes = Array(export.text.utf8)
        guard let sealed = archive.seal(bytes, for: id) else { throw BackupFlaw.tooLarge }
        let digest = archive.digest(export.settings)
        return try await store.write(.tenant(router.tenant)) { transaction in
            let last = try transaction.newestBackup(.export, of: router.id, of: router.tenant)
            if let last, last.digest == digest {
                try transaction.noteSeen(last, at: now)
                return (last, false)
            }
            let number = try transaction.nextBackupVersion(of: router.id, of: router.tenant)
            let backup = Backup(
                id: id, tenant: router.tenant, router: router.id, version: number, kind: .export,
                exportVersion: number, takenAt: now, seenAt: now, reason: wish.reason, takenBy: wish.person,
                routerOS: version.description, note: export.omissions.joined(separator: "; "), size: bytes.count,
                digest: digest)
            try transaction.insert(backup, sealed: sealed, password: nil)
            return (backup, true)
        }
    }

    /// Keeps a binary backup of the settings that an export shows; tells its version.
    func keep(
        _ content: (bytes: [UInt8], password: Secret), _ version: RouterVersion, beside export: Backup, _ wish: Wish
    ) async throws -> Int {
        let (id, now) = (ID<Backup>(at: now()), now())
        guard let sealed = archive.seal(content.bytes, for: id) else { throw BackupFlaw.tooLarge }
        let password = archive.seal(content.password, for: id)
        let digest = archive.digest(content.bytes)
        return try await store.write(.tenant(export.tenant)) { transaction in
            let number = try transaction.nextBackupVersion(of: export.router, of: export.tenant)
            let backup = Backup(
                id: id, tenant: export.tenant, router: export.router, version: number, kind: .binary,
                exportVersion: export.version, takenAt: now, seenAt: now, reason: wish.reason, takenBy: wish.person,
                routerOS: version.description, note: "", size: content.bytes.count, digest: digest)
            try transaction.insert(backup, sealed: sealed, password: password)
            return number
        }
    }

    /// The versions of a router, newest first.
    package func backups(of router: Router) throws -> [Backup] {
        try store.read(.tenant(router.tenant)) { try $0.backups(of: router.id, of: router.tenant) }
    }

    /// How a router stands; nil where it never had a turn.
    package func state(of router: Router) throws -> BackupState? {
        try store.read(.tenant(router.tenant)) { try $0.backupState(of: router.id, of: router.tenant) }
    }

    /// A version with its content.
    ///
    /// - Throws: `BackupRefusal`, `SQLError`.
    package func content(_ version: Int, of router: Router) throws -> (backup: Backup, content: BackupContent) {
        let found = try store.read(.tenant(router.tenant)) { transaction in
            try transaction.backup(version, of: router.id, of: router.tenant).flatMap { backup in
                try transaction.sealedContent(of: backup).map { (backup, $0) }
            }
        }
        guard let (backup, sealed) = found else { throw BackupRefusal.noSuchVersion }
        return (backup, try archive.content(sealed.content, sealed.password, of: backup.id))
    }

    /// The settings that a version holds; of a binary backup those of the export beside it.
    ///
    /// - Throws: `BackupRefusal`, `SQLError`.
    package func export(_ version: Int, of router: Router) throws -> (backup: Backup, export: ExportText) {
        var found = try content(version, of: router)
        if found.backup.kind == .binary { found = try content(found.backup.exportVersion, of: router) }
        guard let export = ExportText(found.content.text) else { throw BackupRefusal.unreadable }
        return (found.backup, export)
    }

    /// What differs between two versions.
    ///
    /// - Throws: `BackupRefusal`, `SQLError`.
    package func diff(from old: Int, to new: Int, of router: Router) throws -> ExportDiff {
        ExportDiff(from: try export(old, of: router).export, to: try export(new, of: router).export)
    }
}
