import Entitlements
import HTTPServer
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values
import Vouchers

extension BackOffice {
    /// Gives a voucher that is in use another speed for a while, or more data.
    func boostVoucher(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Voucher>(request.parameter("voucher")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        guard let voucher = try store.read(.tenant(tenant), { try $0.voucher(id, of: tenant) }) else {
            throw RequestRefusal.notFound
        }
        guard let entitlement = voucher.entitlement else { throw OfficeRefusal.noBoost }
        return try boost(entitlement, request, visit, "voucher.boosted", at: "\(Addresses.vouchers)/\(id)")
    }

    /// Takes the form of a boost for an entitlement; `event` is what the log calls it.
    func boost(
        _ entitlement: ID<Entitlement>, _ request: Request, _ visit: Visit, _ event: StaticString, at page: String
    ) throws -> Response {
        let (form, tenant, now) = (try request.form(), visit.tenant.id, now())
        let order = BoostOrder(rate: form["rate"] ?? "", span: form["for"] ?? "", volume: form["data"] ?? "")
        guard let order else { throw OfficeRefusal.noBoost }
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.boost(entitlement, order, of: tenant, at: now)
            } then: { [self] outcome in
                if case .success(let routers?) = outcome {
                    for router in routers { provisioner.nudge(router) }
                    log.notice(event, ["entitlement.id": .id(entitlement), "staff.id": .id(visit.staff.id)])
                }
                resumption.finish { [self] in
                    guard try outcome.get() != nil else { throw OfficeRefusal.noBoost }
                    return done(.boostGiven, at: page)
                }
            }
        }
    }
}
