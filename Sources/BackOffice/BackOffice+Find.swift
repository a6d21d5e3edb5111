import HTTPServer
import SQL
import Subscribers
import Tenancy
import Values
import Vouchers

extension BackOffice {
    /// Finds a voucher by its code as somebody typed it, and goes to its page; a hardware address leads to its chain.
    func find(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        let text = try request.query("code") ?? ""
        if MACAddress(text) != nil { return .seeOther("\(Addresses.why)?q=\(Addresses.encoded(text))") }
        if visit.staff.role.has(.lines),
            let line = try store.read(.tenant(tenant), { try $0.line(named: text, of: tenant) })
        {
            return .seeOther("\(Addresses.lines)/\(line.id)")
        }
        let formats = try store.read(.tenant(tenant)) { try $0.codeFormats(of: tenant) }
        let typed = try TypedCode(text, formats: formats)
        let hashes = typed.candidates.map { codeKeys.hash($0, of: tenant) }
        let found = try store.read(.tenant(tenant)) { transaction in
            for hash in hashes {
                if let voucher = try transaction.voucher(found: hash, of: tenant) { return voucher as Voucher? }
            }
            return nil
        }
        guard let found else { throw VoucherRefusal.unknown }
        return .seeOther("\(Addresses.vouchers)/\(found.id)")
    }
}
