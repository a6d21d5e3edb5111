import Catalog
import Entitlements
import HTTPServer
import Ledger
import Locales
import Payments
import Provisioning
import SQL
import Tenancy
import Values

extension Captive {
    // MARK: Spending what is kept for a number

    /// What is in a wallet, and what it buys with one press.
    func wallet(_ request: Request) throws -> Response {
        let visit = try walletVisit(request, try Handover(query: request, at: place(request)))
        return visit.page(nil)
    }

    /// Buys a package from a wallet: one write, then the page that waits for the router.
    func spend(_ request: Request) throws -> Response {
        let form = try request.form()
        let visit = try walletVisit(request, try Handover(form: form, at: place(request)))
        guard let id = ID<WalletPurchase>(form["purchase"] ?? ""), let offer = ID<Package>(form["offer"] ?? "") else {
            throw CaptiveRefusal.forgedLink
        }
        let (place, handover) = (visit.place, visit.handover)
        let order = WalletOrder(
            id: id, tenant: place.tenant.id, phone: visit.wallet.phone, offer: offer,
            device: try payingDevice(handover, place), in: visit.pages.language.tag, now: now())
        return .later { [self] resumption in
            store.write(.tenant(order.tenant)) {
                try $0.buy(order)
            } then: { [self] outcome in
                if case .success(let purchase) = outcome { admitted(purchase.admission, handover, place) }
                resumption.finish {
                    do {
                        return .seeOther(
                            connectionPath(try outcome.get().admission, isProven: true, handover, place))
                    } catch let refusal as PaymentRefusal {
                        return visit.page(refusal)
                    } catch LedgerRefusal.insufficient {
                        return visit.page(WalletShortage())
                    }
                }
            }
        }
    }

    /// Asks the wallet's phone for what is missing to a package; both together pay it.
    func payRest(_ request: Request) throws -> Response {
        let form = try request.form()
        let visit = try walletVisit(request, try Handover(form: form, at: place(request)))
        let (place, handover) = (visit.place, visit.handover)
        let offer = try place.offer(named: form["offer"] ?? "")
        // What came in since the page was made may be enough.
        guard !visit.wallet.covers(offer) else { return .seeOther(visit.address) }
        let device = try payingDevice(handover, place)
        let order = PaymentOrder(
            tenant: place.tenant.id, wish: .package(offer.id, device), phone: visit.wallet.phone,
            in: visit.pages.language.tag, usesWallet: true, now: now())
        return begin(order, device, handover, place) { visit.page($0) }
    }

    private func walletVisit(_ request: Request, _ handover: Handover) throws -> WalletVisit {
        let place = try place(request)
        let token = request.parameter("token")
        let pass = try walletPass(reading: token, at: place)
        let tenant = place.tenant.id
        guard let wallet = try store.read(.tenant(tenant), { try $0.wallet(pass.wallet, of: tenant) }) else {
            throw CaptiveRefusal.expiredLink
        }
        return WalletVisit(
            place: place, handover: handover, pages: place.pages(place.language(request, handover)), wallet: wallet,
            path: "\(place.path)/wallets/\(token)", purchase: ID(at: now()))
    }
}

/// Somebody who may spend a wallet, and the device at which they do.
struct WalletVisit: Sendable {
    let place: Place
    let handover: Handover
    let pages: CaptivePages
    let wallet: Wallet
    /// Where the wallet's pages are, without what the router handed over.
    let path: String
    /// The key under which the page's forms buy, drawn with the page.
    let purchase: ID<WalletPurchase>

    var address: String { path + (handover.onward.isEmpty ? "" : "?\(handover.onward)") }

    func page(_ problem: (any Refusal)?) -> Response { place.walletPage(self, problem: problem) }
}

/// The wallet has less than the package costs: somebody spent it in between.
private struct WalletShortage: Refusal {
    let kind = RefusalKind.conflict
    let code = "wallet.short"
}

extension Wallet {
    func covers(_ offer: Package) -> Bool {
        balance.currency == offer.price.currency && balance.minorUnits >= offer.price.minorUnits
    }
}

extension WalletPurchase {
    fileprivate var admission: Admission {
        let device = Device(
            entitlement: entitlement, mac: self.device.mac, router: self.device.router,
            username: Device.username(entitlement, self.device.mac))
        return Admission(device: device, effect: effect)
    }
}
