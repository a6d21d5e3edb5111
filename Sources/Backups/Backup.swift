package import Tenancy
package import Values

/// A version of a router's settings; its content is read by itself.
package struct Backup: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The settings as commands, without secrets; for people to read, and for a router that replaces another.
        case export
        /// The router's own file, encrypted: everything, for this very router.
        case binary
    }

    /// Why it was taken.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case schedule
        /// Somebody asked for it.
        case asked
        /// The router was about to be restored.
        case beforeRestore = "before-restore"
    }

    package let id: ID<Backup>
    package let tenant: ID<Tenant>
    package let router: ID<Router>
    /// Counted from 1, over both kinds.
    package let version: Int
    package let kind: Kind
    /// The export that the router had when this was taken; of an export its own version.
    package let exportVersion: Int
    package let takenAt: Instant
    /// When the router was last found with the same settings.
    package let seenAt: Instant
    package let reason: Reason
    /// Who asked for it; empty for the schedule.
    package let takenBy: String
    /// The version of RouterOS.
    package let routerOS: String
    /// What the router could not tell, in a sentence; empty where it told everything.
    package let note: String
    /// Bytes of the content.
    package let size: Int
    /// A keyed digest: of an export's settings without its date, of a binary backup's bytes.
    package let digest: [UInt8]
}

/// The content of a version.
package struct BackupContent: Sendable {
    package let bytes: [UInt8]
    /// What a binary backup is encrypted with.
    package let password: Secret?

    /// The text of an export.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
