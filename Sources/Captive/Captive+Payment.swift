import Catalog
import Entitlements
import HTTPServer
import Locales
import MobileMoney
import Payments
import Phones
import Provisioning
import SQL
import Tenancy
import Values

extension Captive {
    // MARK: Buying

    /// One package with its price, and a field for the number that pays.
    func offer(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        guard handover.mac != nil else { throw CaptiveRefusal.unknownDevice }
        let offer = try place.offer(named: try request.query("offer") ?? "")
        return place.offerPage(place.pages(place.language(request, handover)), handover, offer)
    }

    /// Begins a payment: one write, then a page that tells what to do on the phone.
    func pay(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let device = try payingDevice(handover, place)
        let offer = try place.offer(named: form["offer"] ?? "")
        let typed = form["phone"] ?? ""
        let phone: PhoneNumber
        do {
            phone = try PayingPhone.read(
                typed, isSure: form["sure"] == typed, region: TypedPhone.region(of: place.tenant.currency))
        } catch {
            return place.offerPage(pages, handover, offer, phone: typed, problem: error)
        }
        let order = PaymentOrder(
            tenant: place.tenant.id, wish: .package(offer.id, device), phone: phone,
            in: place.language(request, handover).tag, now: now())
        return begin(order, device, handover, place) {
            place.offerPage(pages, handover, offer, phone: typed, problem: $0)
        }
    }

    /// Asks the same number for the same package anew, after a payment that came to nothing.
    func payAgain(_ request: Request) throws -> Response {
        let place = try place(request)
        let form = try request.form()
        let handover = try Handover(form: form, at: place)
        let pages = place.pages(place.language(request, handover))
        let pass = try paymentPass(reading: request.parameter("token"), at: place)
        let payment = try payment(pass, place)
        let device = try payingDevice(handover, place)
        guard pass.isProven, case .package(let id, _) = payment.purchase else { throw CaptiveRefusal.forgedLink }
        let offer = try place.offer(named: id.description)
        guard case .failed(_, .now) = PaymentStage(payment, at: now()) else {
            return .seeOther(paymentPath(pass, handover, place))
        }
        let order = PaymentOrder(
            tenant: place.tenant.id, wish: .package(id, device), phone: payment.phone,
            in: place.language(request, handover).tag, now: now())
        return begin(order, device, handover, place) { place.offerPage(pages, handover, offer, problem: $0) }
    }

    func payingDevice(_ handover: Handover, _ place: Place) throws(CaptiveRefusal) -> PayingDevice {
        guard let mac = handover.mac, let router = place.router(named: handover.identity) else {
            throw CaptiveRefusal.unknownDevice
        }
        return PayingDevice(
            site: place.site.id, router: router.id, mac: mac, address: handover.address ?? IPv4Address(bits: 0))
    }

    func begin(
        _ order: PaymentOrder, _ device: PayingDevice, _ handover: Handover, _ place: Place,
        refused: @escaping @Sendable (PaymentRefusal) -> Response
    ) -> Response {
        .later { [self] resumption in
            payments.begin(order) { outcome in
                if case .success(let payment) = outcome {
                    recent.note(payment.id, by: device.mac, of: order.tenant)
                    // As soon as it is paid, the device is one that has access.
                    known.add(device.mac, of: order.tenant)
                }
                resumption.finish {
                    do {
                        let pass = PaymentPass(try outcome.get().id, .begun)
                        return .seeOther(paymentPath(pass, handover, place))
                    } catch let refusal as PaymentRefusal {
                        return refused(refusal)
                    }
                }
            }
        }
    }

    // MARK: Waiting

    /// What became of a payment; leads on by itself as soon as the device may go online.
    func payment(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        let pages = place.pages(place.language(request, handover))
        let token = request.parameter("token")
        let pass = try paymentPass(reading: token, at: place)
        let payment = try payment(pass, place)
        let stage = PaymentStage(payment, at: now())
        guard stage == .granted else {
            return place.paymentPage(
                pages, handover, payment, stage, pass, token: token, wallet: try wallet(of: payment, stage, pass, place)
            )
        }
        guard let entitlement = payment.entitlement, case .package(_, let device) = payment.purchase else {
            throw CaptiveRefusal.expiredLink
        }
        let access = DevicePass(
            entitlement: entitlement, mac: device.mac, isProven: pass.isProven, effect: payment.effect)
        guard payment.effect != nil else {
            return try statusPage(access, handover, place, pages, mayBeOffline: true)
        }
        let query = handover.onward
        let path = "\(place.path)/connections/\(signed(access, place, lasting: .hours(24)))"
        return .seeOther(path + (query.isEmpty ? "" : "?\(query)"))
    }

    /// The same for the page's script: `{"state": …, "href": …}`.
    func paymentState(_ request: Request) throws -> Response {
        let place = try place(request)
        let token = request.parameter("token")
        let pass = try paymentPass(reading: token, at: place)
        let stage = PaymentStage(try payment(pass, place), at: now())
        let query = try Handover(query: request, at: place).onward
        return Self.state(stage.word, at: "\(place.path)/payments/\(token)" + (query.isEmpty ? "" : "?\(query)"))
    }

    /// Where a device belongs that comes to the login page while its payment is under way.
    func underWay(_ mac: MACAddress, _ handover: Handover, _ place: Place) throws -> Response? {
        let tenant = place.tenant.id
        guard let id = recent.payment(of: mac, of: tenant) else { return nil }
        let payment = try store.read(.tenant(tenant)) { try $0.payment(id, of: tenant) }
        guard let payment, now() < payment.expiresAt else {
            recent.forget(mac, of: tenant)
            return nil
        }
        guard PaymentStage(payment, at: now()).isUnderWay, case .package(_, let device) = payment.purchase,
            device.site == place.site.id
        else { return nil }
        return .seeOther(paymentPath(PaymentPass(id, .none), handover, place))
    }

    /// The wallet in which a payment's money lies, where whoever looks may spend it.
    private func wallet(
        of payment: Payment, _ stage: PaymentStage, _ pass: PaymentPass, _ place: Place
    ) throws -> WalletOffer? {
        guard case .kept(let outcome) = stage, outcome != .refunded, pass.proof == .begun,
            let wallet = try store.read(.tenant(payment.tenant), { try $0.wallet(shownBy: payment) })
        else { return nil }
        return WalletOffer(wallet: wallet, path: walletPath(wallet, place), purchase: ID(at: now()))
    }

    func payment(_ pass: PaymentPass, _ place: Place) throws -> Payment {
        let tenant = place.tenant.id
        guard let payment = try store.read(.tenant(tenant), { try $0.payment(pass.payment, of: tenant) }) else {
            throw CaptiveRefusal.expiredLink
        }
        return payment
    }
}

/// The number that pays, as people type it.
enum PayingPhone {
    enum Flaw: Refusal {
        case unreadable(PhoneFlaw)
        /// A number of an operator without M-PESA; it may have been moved to Safaricom, so who insists is believed.
        case other(KenyanOperator)

        var kind: RefusalKind { .invalid }
        var code: String {
            switch self {
            case .unreadable(let flaw): flaw.code
            case .other: "phone.other-operator"
            }
        }
        var facts: [String: Fact] {
            switch self {
            case .unreadable: [:]
            case .other(let network): ["operator": .text(network.name)]
            }
        }
    }

    static func read(_ typed: String, isSure: Bool, region: String = "KE") throws(Flaw) -> PhoneNumber {
        let phone: PhoneNumber
        do throws(PhoneFlaw) {
            phone = try TypedPhone.read(typed, region: region)
        } catch {
            throw .unreadable(error)
        }
        if !isSure, let network = KenyanOperator(of: phone), !network.hasMpesa { throw .other(network) }
        return phone
    }
}
