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
import Vouchers

extension Captive {
    /// "I have paid": a form for the receipt in the provider's message and the end of the number that paid.
    func receipt(_ request: Request) throws -> Response {
        let place = try place(request)
        let handover = try Handover(query: request, at: place)
        guard handover.mac != nil else { throw CaptiveRefusal.unknownDevice }
        return place.receiptPage(
            place.pages(place.language(request, handover)), handover, ReceiptForm(query: try request.query("payment")))
    }

    /// Lets the device in whose owner paid, as a voucher does that is entered again: nothing is paid or begun twice.
    func enterReceipt(_ request: Request) throws -> Response {
        let place = try place(request)
        let fields = try request.form()
        let handover = try Handover(form: fields, at: place)
        let pages = place.pages(place.language(request, handover))
        guard let mac = handover.mac, let router = place.router(named: handover.identity) else {
            throw CaptiveRefusal.unknownDevice
        }
        let form = ReceiptForm(fields)
        guard let receipt = ReceiptNumber(form.receipt) else {
            return place.receiptPage(pages, handover, form, problem: ReceiptForm.Flaw.receipt)
        }
        guard let ending = PhoneEnding(typed: form.phone) else {
            return place.receiptPage(pages, handover, form, problem: ReceiptForm.Flaw.phone)
        }
        let (tenant, now) = (place.tenant.id, now())
        let entry = ReceiptEntry(
            tenant: tenant, receipt: receipt, ending: ending,
            phone: form.wholePhone(in: TypedPhone.region(of: place.tenant.currency)),
            // A link that is too old or of another place only means that no payment is known.
            payment: (try? paymentPass(reading: form.payment, at: place))?.payment,
            throttle: GuessThrottle(
                of: tenant, device: "\(mac)", address: request.clientAddress, place: "\(place.site.id)", at: now),
            now: now)
        let visit = Visit(mac: mac, router: router.id, handover: handover)
        return .later { [self] resumption in
            store.write(.tenant(tenant)) {
                try $0.enter(entry, visit)
            } then: { [self] outcome in
                if case .success(let entered) = outcome { follow(entered, handover, place) }
                resumption.finish {
                    switch try outcome.get() {
                    case .refused(let refusal): place.receiptPage(pages, handover, form, problem: refusal)
                    case .inWallet(let wallet):
                        .seeOther(
                            walletPath(wallet, place) + (handover.onward.isEmpty ? "" : "?\(handover.onward)"))
                    case .admitted(let admission, _):
                        .seeOther(connectionPath(admission, isProven: true, handover, place))
                    case .paid(let payment, _):
                        .seeOther(paymentPath(PaymentPass(payment, .receipt), handover, place))
                    }
                }
            }
        }
    }

    private func follow(_ entered: Entered, _ handover: Handover, _ place: Place) {
        switch entered {
        case .admitted(let admission, let work):
            admitted(admission, handover, place)
            for router in work { provisioner.nudge(router) }
        case .paid(_, let work): for router in work { provisioner.nudge(router) }
        case .refused, .inWallet: break
        }
    }
}

/// What somebody typed on the page "I have paid".
struct ReceiptForm: Sendable {
    enum Flaw: String, Refusal, CaseIterable {
        case receipt = "receipt.malformed"
        case phone = "receipt.phone-malformed"
        var kind: RefusalKind { .invalid }
    }

    var receipt = ""
    var phone = ""
    /// The pass of the payment on whose page it was opened; empty for none.
    var payment = ""

    init(query payment: String?) { self.payment = payment ?? "" }

    init(_ form: Form) {
        receipt = form["receipt"] ?? ""
        phone = form["phone"] ?? ""
        payment = form["payment"] ?? ""
    }

    /// The number, where all of it was typed; the last digits alone are no number.
    func wholePhone(in region: String) -> PhoneNumber? { try? TypedPhone.read(phone, region: region) }
}

/// Which device asks, and behind which router.
private struct Visit: Sendable {
    let mac: MACAddress
    let router: ID<Router>
    let handover: Handover
}

/// What an entered receipt did.
private enum Entered: Sendable {
    case refused(any Refusal)
    /// The money lies in a wallet, which is theirs who showed the receipt.
    case inWallet(Wallet)
    case admitted(Admission, Set<ID<Router>>)
    /// The money is known; the page of its payment tells what became of it.
    case paid(ID<Payment>, Set<ID<Router>>)
}

extension Transaction {
    fileprivate borrowing func enter(_ entry: ReceiptEntry, _ visit: Visit) throws -> Entered {
        switch try enter(entry) {
        case .failure(let refusal): return .refused(refusal)
        case .success(.wallet(let phone, let money)):
            guard let wallet = try wallet(of: phone, in: money.currency, of: entry.tenant) else {
                return .refused(PaymentRefusal.receiptUnknown)
            }
            return .inWallet(wallet)
        case .success(.payment(let payment, let work)):
            guard payment.outcome == .granted, let entitlement = payment.entitlement else {
                return try wallet(shownBy: entry).map { .inWallet($0) } ?? .paid(payment.id, work)
            }
            let pass = DevicePass(entitlement: entitlement, mac: visit.mac, isProven: true)
            let device = try readmit(pass, behind: visit.router, of: entry.tenant, at: entry.now)
            switch try admit(device, at: visit.handover.address, of: entry.tenant, on: entry.now) {
            case .success(let admission): return .admitted(admission, work)
            case .failure(let refusal):
                // What was bought is over; what was paid beyond it may buy something new.
                guard try self.entitlement(entitlement, of: entry.tenant)?.balance(at: entry.now).isOver ?? false,
                    let wallet = try wallet(shownBy: entry)
                else { return .refused(refusal) }
                return .inWallet(wallet)
            }
        }
    }

    private borrowing func wallet(shownBy entry: ReceiptEntry) throws(SQLError) -> Wallet? {
        guard let receipt = try receipt(named: entry.receipt, of: entry.tenant) else { return nil }
        return try wallet(shownBy: receipt)
    }
}
