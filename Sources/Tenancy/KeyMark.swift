package import Crypto
package import SQL

/// What a store remembers of the key that seals its codes and passwords, so that another key is noticed at once.
///
/// The mark is a keyed digest: it tells nothing of the key.
let keyMarkMigration = Migration(
    60, "create-key-mark",
    """
    CREATE TABLE main.key_mark (
        id {int} NOT NULL PRIMARY KEY CHECK (id = 1),
        digest {bytes} NOT NULL
    ) {strict};
    """)

extension Store {
    /// Whether the store knows this key; the first one that it is shown is remembered.
    ///
    /// - Throws: `SQLError`.
    package func recognises(_ key: SecretKey) throws -> Bool {
        let mark = hmacSHA256("lango", key: key.derived(for: "key mark"))
        if let known = try read(.platform, { try $0.keyMark() }) { return known == mark }
        return try writeNow(.platform) { transaction in
            try transaction.run(
                "INSERT INTO main.key_mark (id, digest) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", mark)
            return try transaction.keyMark() == mark
        }
    }
}

extension Transaction {
    fileprivate borrowing func keyMark() throws(SQLError) -> [UInt8]? {
        try first("SELECT digest FROM key_mark WHERE id = 1") { (row: borrowing Row) throws(SQLError) in try row[0] }
    }
}
