import RouterOS
import SQL
package import Tenancy
import Values

/// What restoring a version would do, from a fresh look at the router.
package struct RestorePlan: Hashable, Sendable {
    /// What a person should know before; the words stand in `locales/` under `restore.warning.<word>`.
    package enum Warning: String, Hashable, Sendable, CaseIterable {
        /// The router starts anew: all customers behind it are offline for some minutes.
        case restart
        /// Vouchers and customers that came since are unknown to the router afterwards.
        case older
        /// An export holds no passwords and keys.
        case noSecrets = "no-secrets"
        /// Every command is carried out beside what the router has, and the first that fails ends it.
        case beside
        /// The version was taken from another device.
        case otherDevice = "other-device"
        /// The router runs another version of RouterOS by now.
        case otherVersion = "other-version"
        /// A binary backup brings no certificates, user manager or files back.
        case notAll = "not-all"
    }

    package let backup: Backup
    /// From what the router has now to what it would have.
    package let diff: ExportDiff
    package let warnings: [Warning]
    /// Why it cannot be done, in a sentence; nil where it can.
    package let obstacle: String?
}

extension BackupKeeper {
    /// Looks at the router and tells what a restore would do; nothing is written.
    ///
    /// - Throws: `BackupRefusal`; what keeps the router from answering.
    package func plan(_ version: Int, of router: Router) async throws -> RestorePlan {
        let backup = try content(version, of: router).backup
        let wanted = try export(version, of: router).export
        let ways = try open(router)
        let taker = BackupTaker(ways)
        let running = try await taker.knock()
        let present = try await taker.export(of: running)
        var warnings: [RestorePlan.Warning] =
            backup.kind == .binary ? [.restart, .older, .notAll] : [.beside, .noSecrets]
        let devices = [wanted, present].map { $0.fact("serial number") ?? $0.fact("software id") }
        if devices[0] != devices[1] { warnings.append(.otherDevice) }
        if running.description != backup.routerOS { warnings.append(.otherVersion) }
        return RestorePlan(
            backup: backup, diff: ExportDiff(from: present, to: wanted), warnings: warnings,
            obstacle: (RestoreFlaw(backup, running) ?? (ways.console == nil ? .needsSSH : nil))?.description)
    }
}

/// Why a restore is not even tried.
enum RestoreFlaw: Error, Hashable, CustomStringConvertible {
    case needsSSH
    /// A binary backup is of a newer RouterOS, or of another major one.
    case otherRouterOS(backup: String, router: String)
    /// There is no backup of what the router has now.
    case noFreshBackup(String)
    /// What was brought to the router is not what was sent.
    case broughtDifferently

    var description: String {
        switch self {
        case .needsSSH:
            "A restore needs SSH: add ssh:// to the router's addresses."
        case .otherRouterOS(let backup, let router):
            "The backup is of RouterOS \(backup), the router runs \(router): install \(backup) or a later version of "
                + "the same line first."
        case .noFreshBackup(let reason): "No fresh backup could be taken before: \(reason)"
        case .broughtDifferently: "The file on the router is not the one that was sent; it was not loaded."
        }
    }

    /// A router takes backups of its own version and of older ones of the same line.
    init?(_ backup: Backup, _ running: RouterVersion) {
        guard backup.kind == .binary, let version = RouterVersion(backup.routerOS) else { return nil }
        guard version.major != running.major || running < version else { return nil }
        self = .otherRouterOS(backup: backup.routerOS, router: running.description)
    }
}
