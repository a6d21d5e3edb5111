package import Tenancy
package import Values

/// The name under which everything that an adoption makes on a router is known again.
package struct RouterMark: Hashable, Sendable, CustomStringConvertible {
    /// Eight hexadecimal digits: the random end of the router's key.
    package let description: String

    package init(_ router: ID<Router>) { description = String(router.description.suffix(8)) }

    /// The user, its group, the certificate, the tunnel and the folder of pages.
    package var name: String { "lango-\(description)" }

    /// The comment of every row that has one.
    package var comment: String { "lango:adopt/\(description)" }

    /// The script in whose source a value is remembered that was there before.
    func memory(of what: String) -> String { "\(name) was \(what)" }
}
