import Entitlements
import HTTPServer
import Provisioning
import SQL
import Telemetry
import Templates
import Tenancy
import Values

/// What staff do with an access, from a voucher's page or from the page that tells why somebody is online or is not.
extension BackOffice {
    func suspendAccess(_ request: Request) throws -> Response {
        let (order, now) = (try order(request), now())
        let text = try request.form()["reason"] ?? ""
        let reason: String
        do throws(CleanText.Flaw) {
            reason = try CleanText.line(text, maximum: 200)
        } catch {
            throw AccessRefusal.reasonUnfit
        }
        return carryOut(order, .accessSuspended, "access.suspended") {
            try $0.suspend($1, because: reason, by: order.visit.staff.name, of: $2, at: now)
        }
    }

    func restoreAccess(_ request: Request) throws -> Response {
        let (order, now) = (try order(request), now())
        return carryOut(order, .accessRestored, "access.restored") {
            try $0.restore($1, by: order.visit.staff.name, of: $2, at: now)
        }
    }

    /// Takes a speed, or nothing for the package's.
    func setAccessSpeed(_ request: Request) throws -> Response {
        let (order, now) = (try order(request), now())
        let text = try request.form()["rate"] ?? ""
        let rate = RateLimit(text)
        guard rate != nil || text.isEmpty else { throw AccessRefusal.rateUnfit }
        return carryOut(order, .speedSet, "access.speed-set") {
            try $0.setSpeed(rate, of: $1, of: $2, at: now)
        }
    }

    func removeDevice(_ request: Request) throws -> Response {
        let (order, now) = (try order(request), now())
        guard let mac = MACAddress(try request.form()["device"] ?? "") else { throw AccessRefusal.deviceUnknown }
        return carryOut(order, .deviceRemoved, "access.device-removed") {
            try $0.sendAway(mac, from: $1, of: $2, at: now)
        }
    }

    /// The access that a text from a path or a query names.
    func access(_ text: String, of visit: Visit) throws -> Entitlement {
        let tenant = visit.tenant.id
        guard let id = ID<Entitlement>(text),
            let found = try store.read(.tenant(tenant), { try $0.entitlement(id, of: tenant) }),
            found.source != .subscription
        else { throw RequestRefusal.notFound }
        return found
    }

    /// Who asks for something, and of which access.
    private struct Order: Sendable {
        let visit: Visit
        let access: Entitlement
    }

    private func order(_ request: Request) throws -> Order {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        return Order(visit: visit, access: try access(request.parameter("access"), of: visit))
    }

    /// Carries out an order in one write and leads back to the page of the access; `event` is what the log calls it.
    private func carryOut(
        _ order: Order, _ notice: Notice, _ event: StaticString,
        _ deed: @escaping @Sendable (borrowing Transaction, ID<Entitlement>, ID<Tenant>) throws -> Set<ID<Router>>
    ) -> Response {
        let (entitlement, visit, tenant) = (order.access, order.visit, order.visit.tenant.id)
        let page =
            entitlement.source == .voucher
            ? "\(Addresses.vouchers)/\(entitlement.sourceID)" : "\(Addresses.why)?access=\(entitlement.id)"
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try deed(transaction, entitlement.id, tenant)
            } then: { [self] outcome in
                if case .success(let routers) = outcome {
                    for router in routers { provisioner.nudge(router) }
                    log.notice(event, ["entitlement.id": .id(entitlement.id), "staff.id": .id(visit.staff.id)])
                }
                resumption.finish { [self] in
                    _ = try outcome.get()
                    return done(notice, at: page)
                }
            }
        }
    }
}

/// What staff may do with an access now, as values of the part that has the forms.
struct AccessSheet {
    private let entitlement: Entitlement
    private let desk: Desk

    init(_ entitlement: Entitlement, desk: Desk) {
        self.entitlement = entitlement
        self.desk = desk
    }

    /// `suspension` is the newest one.
    func values(for suspension: Suspension?) -> TemplateValues {
        let balance = entitlement.balance(at: desk.now)
        guard !balance.isOver, entitlement.source != .subscription else { return TemplateValues() }
        let own = "\(Addresses.accesses)/\(entitlement.id)"
        var values: TemplateValues = [
            "removeAction": .text(own + "/removals"),
            "staffRate": TemplateValue(entitlement.pacing.staffRate.map { String($0.text) }),
        ]
        guard case .suspended(let since) = balance else {
            values["speedAction"] = .text(own + "/speeds")
            values["suspendAction"] = .text(own + "/suspensions")
            return values
        }
        values["restoreAction"] = .text(own + "/restorations")
        values["suspended"] = .text(desk.moment(since))
        values["suspendedBy"] = .text(suspension?.by ?? "")
        values["suspendReason"] = .text(suspension?.reason ?? "")
        values["endsAnyway"] = TemplateValue(entitlement.wallEnd(at: desk.now).map { desk.moment($0) })
        return values
    }
}
