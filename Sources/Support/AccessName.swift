package import SQL
package import Subscribers
package import Tenancy
package import Values
package import Vouchers

/// What a person may name to ask about somebody's access: the one place where such texts are told apart.
///
/// A further name, such as a phone number or the number of a receipt, is a further case here, with its way to an
/// entitlement in `accessFacts(about:)`: the customer's or the payment's newest one. The chain from there on is the same.
package enum AccessName: Hashable, Sendable {
    case device(MACAddress)
    /// The account of a line: the name with which it dials in, or is listed.
    case line(Line)
    case code(TypedCode)

}

extension Transaction {
    /// What a text names that a person typed; lines only for who may see them.
    ///
    /// - Throws: `TypedCode.Flaw` where it names nothing.
    package borrowing func accessName(
        _ text: String, of tenant: ID<Tenant>, andLines: Bool
    ) throws -> AccessName {
        if let mac = MACAddress(text) { return .device(mac) }
        if andLines, let line = try line(named: text, of: tenant) { return .line(line) }
        return .code(try TypedCode(text, formats: try codeFormats(of: tenant)))
    }

    /// The voucher of a code as somebody typed it; nil where there is none.
    package borrowing func voucher(
        typed: TypedCode, of tenant: ID<Tenant>, keys: CodeKeys
    ) throws(SQLError) -> Voucher? {
        for code in typed.candidates {
            if let found = try voucher(found: keys.hash(code, of: tenant), of: tenant) { return found }
        }
        return nil
    }
}
