package import Crypto
package import Entitlements
import Guests
package import HTTPServer
import Messages
package import Payments
package import Provisioning
package import SQL
package import Values
import Vouchers

/// The hotspot's own pages: what a phone's pop-up browser sees.
///
/// They work without scripts, cookies and storage: what a page must remember travels in signed links and form fields.
package struct Captive: Surface {
    package enum Audience: Hashable, Sendable {
        /// Nobody signs in at the gate; what is shown depends on signed links and on the device.
        case anyone
    }

    // swift-format-ignore
    package static let routes: [Route<Captive>] = [
        .get ("/{tenant}/{site}",                            .anyone, Captive.login),
        .get ("/{tenant}/{site}/redemptions",                .anyone, Captive.login),
        .post("/{tenant}/{site}/redemptions",                .anyone, Captive.redeem),
        .post("/{tenant}/{site}/reconnections",              .anyone, Captive.reconnect),
        .get ("/{tenant}/{site}/reconnections",              .anyone, Captive.login),
        .get ("/{tenant}/{site}/connections/{token}",        .anyone, Captive.connection),
        .get ("/{tenant}/{site}/connections/{token}/state",  .anyone, Captive.connectionState),
        .get ("/{tenant}/{site}/offers",                     .anyone, Captive.offer),
        .get ("/{tenant}/{site}/trials",                     .anyone, Captive.trial),
        .post("/{tenant}/{site}/trials",                     .anyone, Captive.takeTrial),
        .get ("/{tenant}/{site}/pairings",                   .anyone, Captive.login),
        .post("/{tenant}/{site}/pairings",                   .anyone, Captive.beginPairing),
        .get ("/{tenant}/{site}/pairings/{token}",           .anyone, Captive.pairing),
        .get ("/{tenant}/{site}/pairings/{token}/state",     .anyone, Captive.pairingState),
        .get ("/{tenant}/{site}/guests/{token}",             .anyone, Captive.guests),
        .post("/{tenant}/{site}/guests/{token}",             .anyone, Captive.bringGuest),
        .get ("/{tenant}/{site}/guests/{token}/removals",    .anyone, Captive.guests),
        .post("/{tenant}/{site}/guests/{token}/removals",    .anyone, Captive.removeGuest),
        .get ("/{tenant}/{site}/payments",                   .anyone, Captive.login),
        .post("/{tenant}/{site}/payments",                   .anyone, Captive.pay),
        .get ("/{tenant}/{site}/payments/{token}",           .anyone, Captive.payment),
        .get ("/{tenant}/{site}/payments/{token}/state",     .anyone, Captive.paymentState),
        .get ("/{tenant}/{site}/payments/{token}/retries",   .anyone, Captive.payment),
        .post("/{tenant}/{site}/payments/{token}/retries",   .anyone, Captive.payAgain),
        .get ("/{tenant}/{site}/receipts",                   .anyone, Captive.receipt),
        .post("/{tenant}/{site}/receipts",                   .anyone, Captive.enterReceipt),
        .get ("/{tenant}/{site}/wallets/{token}",            .anyone, Captive.wallet),
        .get ("/{tenant}/{site}/wallets/{token}/purchases",  .anyone, Captive.wallet),
        .post("/{tenant}/{site}/wallets/{token}/purchases",  .anyone, Captive.spend),
        .get ("/{tenant}/{site}/wallets/{token}/payments",   .anyone, Captive.wallet),
        .post("/{tenant}/{site}/wallets/{token}/payments",   .anyone, Captive.payRest),
        .get ("/{tenant}/{site}/status",                     .anyone, Captive.statusOfDevice),
        .get ("/{tenant}/{site}/status/{token}",             .anyone, Captive.status),
        .post("/{tenant}/{site}/logouts",                    .anyone, Captive.logOut),
        .get ("/{tenant}/{site}/logouts",                    .anyone, Captive.login),
        .get ("/{tenant}/{site}/logged-out",                 .anyone, Captive.loggedOut),
        .get ("/{tenant}/v/{code}",                          .anyone, Captive.joinAnywhere),
        .get ("/{tenant}/{site}/v/{code}",                   .anyone, Captive.join),
        .get ("/{tenant}/{site}/logo",                       .anyone, Captive.logo),
        .get ("/{tenant}/{site}/api",                        .anyone, Captive.captiveAPI),
    ]

    let store: Store
    let places: PlaceDirectory
    let known: KnownDevices
    let provisioner: Provisioner
    let payments: PaymentKeeper
    let recent: RecentPayments
    let codeKeys: CodeKeys
    let guestKeys: GuestKeys
    let messageKeys: MessageKeys
    let tokenKey: SecretKey
    let spentChallenges = SpentChallenges()
    let now: @Sendable () -> Instant

    /// - Throws: `SQLError`.
    package init(
        store: Store, places: PlaceDirectory, known: KnownDevices, provisioner: Provisioner, payments: PaymentKeeper,
        masterKey: SecretKey, now: @escaping @Sendable () -> Instant
    ) throws {
        self.store = store
        self.places = places
        self.known = known
        self.provisioner = provisioner
        self.payments = payments
        recent = try RecentPayments(store, at: now())
        codeKeys = CodeKeys(masterKey)
        guestKeys = GuestKeys(masterKey)
        messageKeys = MessageKeys(masterKey)
        tokenKey = masterKey.derived(for: "captive-token")
        self.now = now
    }

    package func admit(_ audience: Audience, _ request: Request) throws {}

    package func problem(_ error: any Error, _ request: Request) -> Response {
        ProblemPage(error, request, places).response()
    }

    /// The place of a request.
    ///
    /// - Throws: `CaptiveRefusal.unknownSite`.
    func place(_ request: Request) throws(CaptiveRefusal) -> Place {
        // Tenant and site are the first captures of every route that has both; slugs need no escapes, but may have some.
        let written = request.withFirstParameters { places.place($0, $1, loop: request.loop) }
        guard let place = written ?? places[request.parameter("tenant"), request.parameter("site")] else {
            throw .unknownSite
        }
        return place
    }
}

/// What the gate itself says no to.
package enum CaptiveRefusal: String, Refusal, CaseIterable {
    case unknownSite = "site.unknown"
    /// The page was opened without the router's word which device asks.
    case unknownDevice = "device.unknown"
    /// The link is too old.
    case expiredLink = "session.expired"
    /// The link or form was not made by us, or for something else.
    case forgedLink = "session.forged"
    /// The entitlement of the link is over.
    case ended = "entitlement.ended"

    package var kind: RefusalKind {
        switch self {
        case .unknownSite: .notFound
        case .unknownDevice: .invalid
        case .expiredLink, .ended: .gone
        case .forgedLink: .forbidden
        }
    }
}
