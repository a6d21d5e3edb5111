import Crypto
import JSON
package import RouterOS
import Values

/// The exact steps of an order, made from a fresh reading, and a fingerprint of what was read.
package struct ChangePlan: Sendable {
    package let order: ChangeOrder
    package let version: RouterVersion
    package let steps: [ChangeStep]
    /// Changes with every row that is touched and, where order matters, with the order of the rows.
    package let fingerprint: String
    /// The highest id of each table that is touched.
    let newest: [String: String]

    init(_ order: ChangeOrder, _ steps: [ChangeStep], _ picture: RouterPicture, key: SecretKey) {
        self.order = order
        self.steps = steps
        version = picture.version
        newest = Dictionary(
            Set(steps.map(\.path)).compactMap { path in
                // Built-in rows stand at the end of the numbers, as `*FFFFFFFE`, and count for nothing.
                picture.tables[path]?.filter { !$0.flag("dynamic") }.compactMap(\.id).filter { $0.number < 0xFFFF_0000 }
                    .max { $0.number < $1.number }.map { (path, $0.description) }
            }
        ) { first, _ in first }
        var parts = ["\(picture.version)", order.json.description] + steps.map(\.json.description)
        for path in Set(steps.map(\.path)).sorted() where RouterSchema.menu(path)?.commands["move"] != nil {
            let ids = picture.tables[path]?.filter { !$0.flag("dynamic") }.compactMap { $0.id?.description } ?? []
            parts.append(ids.joined(separator: ","))
        }
        // Keyed, since a row may hold a password that could be guessed from a plain digest.
        fingerprint = Hex.encode(Array(hmacSHA256(parts.joined(separator: "\n"), key: key).prefix(16)))
    }

    /// Whether everything can be undone afterwards.
    package var isReversible: Bool { !steps.isEmpty && steps.allSatisfy(\.isReversible) }
}
