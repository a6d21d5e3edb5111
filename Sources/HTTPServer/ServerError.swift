/// Why a server did not start, in a sentence for the operator.
package struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Sendable { case settings, address, portBusy, portForbidden, certificate, resources, library }

    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
