import HTTPServer
import SQL
import Subscribers
import Support
import Tenancy
import Values
import Vouchers

extension BackOffice {
    /// Finds a voucher by its code as somebody typed it, and goes to its page; a device or a payment leads to its chain.
    func find(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let text = try request.query("code") ?? ""
        let andLines = visit.staff.role.has(.lines)
        return try store.read(.tenant(tenant)) { [codeKeys] transaction in
            switch try transaction.accessName(text, of: tenant, andLines: andLines) {
            case .line(let line): return .seeOther("\(Addresses.lines)/\(line.id)")
            case .device, .payment, .purchase, .receipt:
                return .seeOther("\(Addresses.why)?q=\(Addresses.encoded(text))")
            case .code(let typed):
                guard let found = try transaction.voucher(typed: typed, of: tenant, keys: codeKeys) else {
                    throw VoucherRefusal.unknown
                }
                return .seeOther("\(Addresses.vouchers)/\(found.id)")
            }
        }
    }
}
