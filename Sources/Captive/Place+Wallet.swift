import Catalog
import HTTPServer
import Locales
import Payments
import Templates
import Values

/// A wallet that whoever looks at a payment may spend.
struct WalletOffer {
    let wallet: Wallet
    /// Where its pages are.
    let path: String
    /// The key under which the page's form buys.
    let purchase: ID<WalletPurchase>
}

/// How the page of a wallet is filled in.
extension Place {
    func walletPage(_ visit: WalletVisit, problem: (any Refusal)?) -> Response {
        let (pages, wallet) = (visit.pages, visit.wallet)
        let shown = packages.values.filter {
            $0.isListed && $0.trial == nil && $0.price.minorUnits > 0
                && $0.price.currency == wallet.balance.currency
        }.sorted { ($0.price.minorUnits, $0.name) < ($1.price.minorUnits, $1.name) }
        let facts: [(String, Fact)] = [("amount", .money(wallet.balance)), ("phone", .text(wallet.phone.masked))]
        let isEmpty = wallet.balance.minorUnits == 0
        let word = isEmpty ? ".empty" : shown.contains(where: wallet.covers) ? "" : ".rest"
        var values: TemplateValues = [
            "pageHref": .text(visit.path), "purchase": .text(visit.purchase.description),
            "heading": .text(locales.format("wallet.heading\(isEmpty ? ".empty" : "")", pages.language, facts)),
            "text": .text(locales.format("wallet.text\(word)", pages.language, facts)),
            "buyAction": .text(visit.path + "/purchases"),
            "bought": .list(shown.filter(wallet.covers).map { entry($0, pages, missing: nil) }),
            "backHref": .text("\(path)?other=1&\(visit.handover.onward)"),
        ]
        let short = shown.filter { !wallet.covers($0) }
        if !isEmpty, currencies.contains(wallet.balance.currency), !short.isEmpty {
            values["restAction"] = .text(visit.path + "/payments")
            values["missing"] = .list(short.map { entry($0, pages, missing: $0.price + wallet.balance * -1) })
        }
        values["isEmpty"] = .flag(isEmpty)
        values["hasBought"] = .flag(shown.contains(where: wallet.covers))
        words(of: problem, pages.language, into: &values)
        let status = problem.map { Problem.status(of: $0.kind) } ?? 200
        return html(pages.wallet, values, status: status, carrying: visit.handover)
    }

    private func entry(_ offer: Package, _ pages: CaptivePages, missing: Money?) -> TemplateValues {
        var values = CaptivePages.values(of: offer, locales, pages.language)
        values["id"] = .text(offer.id.description)
        if let missing {
            values["price"] = .text(
                locales.format("wallet.missing", pages.language, [("amount", .money(missing))]))
        }
        return values
    }

    /// What the page of a payment says and offers of the wallet in which its money lies.
    func tell(
        _ offered: WalletOffer, of payment: Payment, _ handover: Handover, _ pages: CaptivePages,
        into values: inout TemplateValues
    ) {
        let (wallet, walletPath) = (offered.wallet, offered.path)
        let onward = handover.onward.isEmpty ? "" : "?\(handover.onward)"
        values["more"] = .text(
            locales.format("wallet.now", pages.language, [("amount", .money(wallet.balance))]))
        values["walletHref"] = .text(walletPath + onward)
        values["offerHref"] = nil
        guard case .package(let id, _) = payment.purchase, let offer = packages[id], offer.isListed else { return }
        if wallet.covers(offer) {
            values["walletAction"] = .text(walletPath + "/purchases")
            values["walletLabel"] = .text(
                locales.format("wallet.buy", pages.language, [("package", .text(offer.name))]))
        } else if currencies.contains(offer.price.currency) {
            values["walletAction"] = .text(walletPath + "/payments")
            let missing = offer.price + wallet.balance * -1
            values["walletLabel"] = .text(
                locales.format("wallet.pay", pages.language, [("amount", .money(missing))]))
        }
        values["offer"] = .text(id.description)
        values["purchase"] = .text(offered.purchase.description)
    }
}
