/// A statement: a text that is known when the program is built, so that no value can ever become part of it.
///
/// Parameters are `$1`, `$2`…; both engines read that. Reads name a table plainly (`FROM voucher`) and so see the
/// tenant's rows only. Writes name it as `main.voucher`. Work in the platform's scope reads `main.voucher` too.
package struct Query: ExpressibleByStringLiteral, Sendable {
    let text: StaticString
    /// The alias whose rows are locked until the transaction ends; SQLite has one writer and needs no word for it.
    let locked: StaticString?
    /// Whether others may lock the same rows in the same way.
    let isShared: Bool

    package init(stringLiteral text: StaticString) {
        self.text = text
        locked = nil
        isShared = false
    }

    private init(_ text: StaticString, locking alias: StaticString, isShared: Bool = false) {
        self.text = text
        locked = alias
        self.isShared = isShared
    }

    /// A `SELECT` whose rows of one table, named by its alias, nobody else may change until the transaction ends.
    package static func locking(_ alias: StaticString, _ text: StaticString) -> Self { Self(text, locking: alias) }

    /// A `SELECT` whose rows of one table, named by its alias, nobody may change until the transaction ends, but others may
    /// share.
    package static func sharing(_ alias: StaticString, _ text: StaticString) -> Self {
        Self(text, locking: alias, isShared: true)
    }

    /// Where the text stands in memory: the key under which a connection keeps the prepared statement.
    var address: UInt { unsafe UInt(bitPattern: text.utf8Start) }
}

/// Whose rows a piece of work may see and change.
package enum Scope: Hashable, Sendable {
    /// One tenant's, and nothing else, whatever the statement says.
    case tenant(high: UInt64, low: UInt64)
    /// All of them: migrations, workers, the platform owner.
    case platform
}
