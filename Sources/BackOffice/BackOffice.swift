package import Adoption
package import Backups
package import Crypto
package import HTTPServer
package import Inventory
package import Locales
package import Monitoring
package import Payments
package import Provisioning
package import RouterChanges
package import SQL
import Subscribers
package import Telemetry
package import Templates
import Tenancy
package import Values
package import Vouchers

/// The pages of an ISP's staff: who is online, the vouchers, the routers.
///
/// They work without scripts; scripts only save key strokes and reloads.
package struct BackOffice: Surface {
    package enum Audience: Hashable, Sendable {
        case anyone
        /// A member of staff who is signed in and has the right.
        case staff(Right)
    }

    // swift-format-ignore
    package static let routes: [Route<BackOffice>] = [
        .get ("/",                             .staff(.look),     BackOffice.dashboard),

        .get ("/sign-in",                      .anyone,           BackOffice.signInForm),
        .post("/sign-in",                      .anyone,           BackOffice.signIn),
        .post("/sign-outs",                    .staff(.look),     BackOffice.signOut),
        .get ("/assets/{version}/{file}",      .anyone,           BackOffice.asset),

        .get ("/vouchers",                     .staff(.vouchers), BackOffice.batches),
        .get ("/vouchers/{voucher}",           .staff(.vouchers), BackOffice.voucher),
        .post("/vouchers/{voucher}/voidings",  .staff(.vouchers), BackOffice.voidVoucher),
        .post("/vouchers/{voucher}/boosts",    .staff(.vouchers), BackOffice.boostVoucher),
        .get ("/find",                         .staff(.vouchers), BackOffice.find),
        .get ("/why",                          .staff(.vouchers), BackOffice.why),
        .post("/accesses/{access}/suspensions", .staff(.vouchers), BackOffice.suspendAccess),
        .post("/accesses/{access}/restorations", .staff(.vouchers), BackOffice.restoreAccess),
        .post("/accesses/{access}/speeds",     .staff(.vouchers), BackOffice.setAccessSpeed),
        .post("/accesses/{access}/removals",   .staff(.vouchers), BackOffice.removeDevice),

        .get ("/batches/new",                  .staff(.vouchers), BackOffice.newBatch),
        .post("/batches",                      .staff(.vouchers), BackOffice.makeBatch),
        .get ("/batches/{batch}",              .staff(.vouchers), BackOffice.batch),
        .get ("/batches/{batch}/cards",        .staff(.vouchers), BackOffice.cards),
        .get ("/batches/{batch}/table",        .staff(.vouchers), BackOffice.table),
        .post("/batches/{batch}/voidings",     .staff(.vouchers), BackOffice.voidBatch),

        .get ("/makings/{making}",             .staff(.vouchers), BackOffice.making),
        .get ("/makings/{making}/events",      .staff(.vouchers), BackOffice.makingEvents),
        .post("/makings/{making}/cancellations", .staff(.vouchers), BackOffice.cancelMaking),

        .get ("/adoptions/new",                .staff(.routers),  BackOffice.newAdoption),
        .post("/adoptions",                    .staff(.routers),  BackOffice.makeAdoption),
        .get ("/routers/{router}/adoption",    .staff(.routers),  BackOffice.adoption),
        .get ("/routers/{router}/adoption/script", .staff(.routers), BackOffice.adoptionScript),
        .post("/routers/{router}/adoptions",   .staff(.routers),  BackOffice.renewAdoption),
        .post("/routers/{router}/releases",    .staff(.routers),  BackOffice.releaseRouter),
        .get ("/packages",                     .staff(.look),     BackOffice.packages),

        .get ("/lines",                        .staff(.lines),    BackOffice.lines),
        .get ("/lines/new",                    .staff(.lines),    BackOffice.newLine),
        .post("/lines",                        .staff(.lines),    BackOffice.makeLine),
        .get ("/lines/{line}",                 .staff(.lines),    BackOffice.line),
        .get ("/lines/{line}/change",          .staff(.lines),    BackOffice.lineAsItIs),
        .post("/lines/{line}/changes",         .staff(.lines),    BackOffice.changeLine),
        .post("/lines/{line}/boosts",          .staff(.lines),    BackOffice.boostLine),
        .post("/lines/{line}/suspensions",     .staff(.lines),    BackOffice.suspendLine),
        .post("/lines/{line}/restorations",    .staff(.lines),    BackOffice.restoreLine),
        .post("/lines/{line}/closings",        .staff(.lines),    BackOffice.closeLine),

        .get ("/payments",                     .staff(.payments), BackOffice.payments),
        .get ("/payments/reviews",             .staff(.payments), BackOffice.paymentReviews),
        .get ("/payments/unmatched",           .staff(.payments), BackOffice.unmatched),
        .post("/payments/unmatched/assignments", .staff(.payments), BackOffice.assignReceipt),
        .get ("/payments/accounts",            .staff(.payments), BackOffice.paymentAccounts),
        .post("/payments/accounts",            .staff(.payments), BackOffice.makePaymentAccount),
        .get ("/payments/accounts/new",        .staff(.payments), BackOffice.newPaymentAccount),
        .get ("/payments/accounts/{account}",  .staff(.payments), BackOffice.paymentAccount),
        .post("/payments/accounts/{account}/checks",        .staff(.payments), BackOffice.checkAccount),
        .post("/payments/accounts/{account}/keys",          .staff(.payments), BackOffice.changeAccountKeys),
        .post("/payments/accounts/{account}/registrations", .staff(.payments), BackOffice.registerAccount),
        .post("/payments/accounts/{account}/tests",         .staff(.payments), BackOffice.testAccount),
        .post("/payments/accounts/{account}/initiators",    .staff(.payments), BackOffice.nameInitiator),
        .post("/payments/accounts/{account}/states",        .staff(.payments), BackOffice.openAccount),
        .get ("/payments/{payment}",           .staff(.payments), BackOffice.payment),
        .post("/payments/{payment}/reviews",   .staff(.payments), BackOffice.reviewPayment),

        .get ("/routers",                      .staff(.look),     BackOffice.routers),
        .get ("/routers/{router}",             .staff(.routers),  BackOffice.router),
        .get ("/routers/{router}/{section}",   .staff(.routers),  BackOffice.routerSection),
        .get ("/routers/{router}/sessions",    .staff(.routers),  BackOffice.routerSessions),
        .get ("/routers/{router}/sessions/events", .staff(.routers), BackOffice.routerSessionEvents),
        .get ("/routers/{router}/traffic",     .staff(.routers),  BackOffice.routerTraffic),
        .get ("/routers/{router}/drift",       .staff(.routers),  BackOffice.routerDrift),
        .post("/routers/{router}/sweeps",      .staff(.routers),  BackOffice.sweepRouter),
        .get ("/routers/{router}/configuration",              .staff(.routers), BackOffice.changeKinds),
        .get ("/routers/{router}/configuration/{kind}",       .staff(.routers), BackOffice.changeRows),
        .get ("/routers/{router}/configuration/{kind}/{deed}", .staff(.routers), BackOffice.changeForm),
        .post("/routers/{router}/configuration/previews",     .staff(.routers), BackOffice.previewChange),
        .post("/routers/{router}/configuration/changes",      .staff(.routers), BackOffice.makeChange),
        .get ("/routers/{router}/configuration/changes/{change}", .staff(.routers), BackOffice.routerChange),
        .post("/routers/{router}/configuration/changes/{change}/undoings", .staff(.routers), BackOffice.undoChange),
        .get ("/routers/{router}/backups",     .staff(.routers),  BackOffice.backupList),
        .post("/routers/{router}/backups",     .staff(.routers),  BackOffice.takeBackup),
        .get ("/routers/{router}/backups/{version}",           .staff(.routers), BackOffice.backupVersion),
        .get ("/routers/{router}/backups/{version}/file",      .staff(.routers), BackOffice.backupFile),
        .get ("/routers/{router}/backups/{version}/plan",      .staff(.routers), BackOffice.restorePlan),
        .post("/routers/{router}/backups/{version}/restores",  .staff(.routers), BackOffice.beginRestore),
        .post("/routers/{router}/readings",    .staff(.routers),  BackOffice.readRouter),
        .post("/routers/{router}/certificates", .staff(.routers), BackOffice.confirmCertificate),
        .get ("/routers/{router}/replacement", .staff(.routers),  BackOffice.replacement),
        .post("/routers/{router}/replacements", .staff(.routers), BackOffice.replaceRouter),
        .get ("/routers/{router}/way",         .staff(.routers),  BackOffice.routerWay),
        .post("/routers/{router}/ways",        .staff(.routers),  BackOffice.amendRouter),
        .post("/routers/{router}/keys",        .staff(.routers),  BackOffice.makeRouterKey),
        .post("/routers/{router}/dismissals",  .staff(.routers),  BackOffice.forgetRouter),
    ]

    /// Where the surface is mounted; its links begin with it.
    package static let path = "/office"

    let store: Store
    let locales: Locales
    let pages: [Language: OfficePages]
    let assets: OfficeAssets
    let printer: VoucherPrinter
    let designs: PrintDesigns
    let maker: BatchMaker
    let codeKeys: CodeKeys
    let lineDesk: LineDesk
    let provisioner: Provisioner
    let inventory: InventoryKeeper
    /// Nil where routers are not followed.
    let traffic: TrafficKeeper?
    let changer: RouterChanger
    let backups: BackupKeeper
    let adoptions: AdoptionDesk
    let keeper: PaymentKeeper
    let accounts: AccountDesk
    let log: Log
    let now: @Sendable () -> Instant

    let sessions: SessionCookie
    /// What the sign-in form is bound to before there is a session.
    let doorCookie: SessionCookie
    let tokenKey: SecretKey
    /// Seals what a form carries that must not be read on the way, such as a password between two steps.
    let formKey: SecretKey
    package let csrf: CSRF?
    package let security: SecurityHeaders

    let pauses = SignInPauses()
    /// What a browser keeps in which somebody signed in: strangers' wrong passwords do not keep its owner out.
    let knownBrowsers: SessionCookie
    /// The hash that a password is compared with where nobody has the name, so that this takes as long.
    let nobodysHash: String
    let figures: Figures
    let makings = Makings()
    let presses = Seats(6)
    let passwordBench = Workbench(threads: 2, waiting: 64)
    let bench = Workbench(threads: 2, waiting: 64)
    let makerBench = Workbench(threads: 2, waiting: 16)

    /// Puts the pages together; hashes one password, which takes a moment.
    ///
    /// - Throws: `TemplateError` where a file of `portal/office` is missing or wrong.
    package init(
        store: Store, library: TemplateLibrary, locales: Locales, printer: VoucherPrinter, designs: PrintDesigns,
        masterKey: SecretKey, provisioner: Provisioner, inventory: InventoryKeeper, traffic: TrafficKeeper?,
        changer: RouterChanger, backups: BackupKeeper, adoptions: AdoptionDesk, payments: PaymentKeeper,
        accounts: AccountDesk, publicURL: String, log: Log, now: @escaping @Sendable () -> Instant
    ) throws {
        self.store = store
        self.locales = locales
        self.printer = printer
        self.designs = designs
        self.provisioner = provisioner
        self.inventory = inventory
        self.traffic = traffic
        self.changer = changer
        self.backups = backups
        self.adoptions = adoptions
        keeper = payments
        self.accounts = accounts
        self.log = log
        self.now = now
        assets = try OfficeAssets(library: library)
        var pages: [Language: OfficePages] = [:]
        for info in locales.languages {
            pages[info.language] = try OfficePages(library: library, locales: locales, info: info, assets: assets)
        }
        self.pages = pages
        let key = masterKey.derived(for: "office")
        codeKeys = CodeKeys(masterKey)
        lineDesk = LineDesk(keys: LineKeys(masterKey), now: now)
        maker = BatchMaker(store: store, keys: codeKeys)
        sessions = SessionCookie(name: "lango-office", key: key, lifetime: .hours(12))
        doorCookie = SessionCookie(name: "lango-office-door", key: key, lifetime: .hours(2))
        knownBrowsers = SessionCookie(name: "lango-office-known", key: key, lifetime: .days(365))
        tokenKey = key.derived(for: "office-token")
        formKey = key.derived(for: "office-form")
        csrf = CSRF(key: key)
        security = SecurityHeaders(contentPolicy: Self.contentPolicy)
        nobodysHash = Passwords.hash(Secret(Base64URL.encode(SystemRandom.bytes(18))))
        figures = Figures(store: store)
    }

    /// Own styles and scripts from own addresses, nothing inline.
    private static let contentPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    package func admit(_ audience: Audience, _ request: Request) throws {
        guard case .staff(let right) = audience else { return }
        let visit = try visit(request)
        request.principal = visit
        guard visit.staff.role.has(right) else { throw OfficeRefusal.forbidden }
    }

    package func session(of request: Request) -> [UInt8]? {
        (request.principal as? Visit)?.session ?? doorCookie.payload(of: request, at: now())
    }

    package func problem(_ error: any Error, _ request: Request) -> Response {
        problemPage(error, request)
    }
}
