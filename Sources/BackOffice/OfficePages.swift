import Locales
import Templates

/// The pages in one language, with all that is the same for everybody folded in.
struct OfficePages: Sendable {
    let language: Language
    let signIn: ReadyPage
    let dashboard: ReadyPage
    let vouchers: ReadyPage
    let batch: ReadyPage
    let newBatch: ReadyPage
    let making: ReadyPage
    let voucher: ReadyPage
    let why: ReadyPage
    let packages: ReadyPage
    let lines: ReadyPage
    let line: ReadyPage
    let newLine: ReadyPage
    let lineChange: ReadyPage
    let routers: ReadyPage
    let router: ReadyPage
    let routerWay: ReadyPage
    let routerReplace: ReadyPage
    let routerSessions: ReadyPage
    let routerTraffic: ReadyPage
    let routerDrift: ReadyPage
    let newAdoption: ReadyPage
    let adoption: ReadyPage
    let changeKinds: ReadyPage
    let changeRows: ReadyPage
    let changeForm: ReadyPage
    let changePreview: ReadyPage
    let change: ReadyPage
    let backups: ReadyPage
    let backup: ReadyPage
    let payments: ReadyPage
    let payment: ReadyPage
    let unmatched: ReadyPage
    let paymentAccounts: ReadyPage
    let newPaymentAccount: ReadyPage
    let paymentAccount: ReadyPage
    let problem: ReadyPage

    init(library: TemplateLibrary, locales: Locales, info: LanguageInfo, assets: OfficeAssets) throws {
        language = info.language
        let others = locales.languages.filter { $0.language != info.language }
        let values: TemplateValues = [
            "lang": .text(info.language.tag), "dir": .text(info.direction), "scriptHref": .text(assets.scriptHref),
            "languages": .list(
                others.map { ["tag": .text($0.language.tag), "label": .text($0.nativeName)] as TemplateValues }),
            "dashboardHref": .text(Addresses.dashboard), "vouchersHref": .text(Addresses.vouchers),
            "packagesHref": .text(Addresses.packages), "routersHref": .text(Addresses.routers),
            "linesHref": .text(Addresses.lines), "newLineHref": .text(Addresses.newLine),
            "paymentsHref": .text(Addresses.payments), "accountsHref": .text(Addresses.paymentAccounts),
            "newAccountHref": .text(Addresses.newPaymentAccount), "unmatchedHref": .text(Addresses.unmatched),
            "signOutAction": .text(Addresses.signOuts),
            "findAction": .text(Addresses.find), "newHref": .text(Addresses.newBatch),
            "createAction": .text(Addresses.batches), "signInAction": .text(Addresses.signIn),
            "newRouterHref": .text(Addresses.newAdoption), "adoptAction": .text(Addresses.adoptions),
        ]
        func page(_ name: String) throws -> ReadyPage {
            guard let template = library["office/\(name)"] else { throw TemplateError(missing: "office/\(name).html") }
            return try template.specialised(with: values) { locales.plain($0, info.language) }.ready
        }
        signIn = try page("sign-in")
        dashboard = try page("dashboard")
        vouchers = try page("vouchers")
        batch = try page("batch")
        newBatch = try page("batch-new")
        making = try page("making")
        voucher = try page("voucher")
        why = try page("why")
        packages = try page("packages")
        lines = try page("lines")
        line = try page("line")
        newLine = try page("line-new")
        lineChange = try page("line-change")
        routers = try page("routers")
        router = try page("router")
        routerWay = try page("router-way")
        routerReplace = try page("router-replace")
        routerSessions = try page("router-sessions")
        routerTraffic = try page("router-traffic")
        routerDrift = try page("router-drift")
        newAdoption = try page("adoption-new")
        adoption = try page("adoption")
        changeKinds = try page("router-change-kinds")
        changeRows = try page("router-change-rows")
        changeForm = try page("router-change-form")
        changePreview = try page("router-change-preview")
        change = try page("router-change")
        backups = try page("router-backups")
        backup = try page("router-backup")
        payments = try page("payments")
        payment = try page("payment")
        unmatched = try page("payments-unmatched")
        paymentAccounts = try page("payment-accounts")
        newPaymentAccount = try page("payment-account-new")
        paymentAccount = try page("payment-account")
        problem = try page("problem")
    }
}
