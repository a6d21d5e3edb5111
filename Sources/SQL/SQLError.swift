import Values

/// What the engine said: its own code and words, and what they mean to us.
///
/// Arguments are never part of the message. Sources: https://www.sqlite.org/rescode.html; PostgreSQL 15 manual,
/// appendix A.
package struct SQLError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// A unique key exists already.
        case duplicate
        /// Another rule of the schema: a check, a reference, a missing value.
        case constraint
        /// Locked or in conflict with another transaction; the same work may succeed when tried again.
        case busy
        /// No room on the disk.
        case full
        /// The file or the server does not allow writing.
        case readOnly
        /// The file is damaged or is not a database.
        case damaged
        /// The file cannot be opened or the server cannot be reached.
        case unavailable
        /// A statement tried to leave its tenant.
        case fenced
        /// A column holds another type than was asked for.
        case mismatch
        /// The schema is newer than this program.
        case newerSchema
        case other
    }

    package let kind: Kind
    package let code: String
    package let message: String

    package init(_ kind: Kind, code: String, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    /// Whether nothing can be kept until somebody looks after the disk, the file or the server.
    package var isOfTheDisk: Bool {
        switch kind {
        case .full, .readOnly, .damaged, .unavailable: true
        case .duplicate, .constraint, .busy, .fenced, .mismatch, .newerSchema, .other: false
        }
    }

    /// The sentence, so that logs tell it too.
    package var description: String { sentence }

    /// One sentence for the person who starts the program: what is wrong and what to do.
    package var sentence: String {
        switch kind {
        case .full: "The disk that holds the database is full. Free some space and start again. (\(message))"
        case .readOnly: "The database cannot be written to. Check the owner and the mount of its folder. (\(message))"
        case .damaged:
            "The database file is damaged or is not a database. Restore the last backup, or move the file away to "
                + "begin with an empty one. (\(message))"
        case .unavailable: "The database cannot be opened. (\(message))"
        case .newerSchema: "The database was made by a newer version of Lango: \(message). Install that version."
        case .busy: "The database is held by another program. Stop that program or try again. (\(message))"
        case .duplicate, .constraint, .fenced, .mismatch, .other: "The database refused: \(message) (code \(code))."
        }
    }
}

extension SQLError: Passing {
    /// A server that restarts is back within seconds; a disk is not emptied by waiting.
    package var retryAfter: Int? { kind == .unavailable || kind == .busy ? 5 : nil }
}
