import Locales
import MobileMoney
import Payments
import SQL
import Templates
import Tenancy
import Values

/// An account with how far it has come, as it was read.
struct AccountView: Sendable {
    let account: RailAccount
    let standing: AccountStanding
    /// The payment by which staff tried it last, with what its provider told of it.
    let test: Payment?
    let testReceipts: [PaymentReceipt]
    /// Who may order that money goes back.
    let initiator: String?
    let addresses: (confirmation: String, validation: String)
}

extension BackOffice {
    func accountView(_ account: RailAccount, _ transaction: borrowing Transaction) throws -> AccountView {
        guard let standing = try transaction.standing(of: account.id, of: account.tenant) else {
            throw SQLError(.damaged, code: "rail-account", message: "An account is there and not there")
        }
        let test = try standing.test.flatMap { try transaction.payment($0, of: account.tenant) }
        return AccountView(
            account: account, standing: standing, test: test,
            testReceipts: try test.map { try transaction.receipts(of: $0.id, of: account.tenant) } ?? [],
            initiator: accounts.initiator(of: account), addresses: accounts.addresses(of: account.id))
    }
}

/// How an account is told to staff: four steps, each with its state and one sentence.
struct AccountSheet {
    let desk: Desk
    let view: AccountView

    private struct Step {
        let chip: String
        let label: String
        let text: String
    }

    var row: TemplateValues {
        [
            "href": .text(Addresses.account(view.account.id)), "title": .text(desk.title(of: view.account)),
            "stateClass": .text(view.account.isOpen ? "active" : "used"),
            "stateLabel": .text(desk.words(view.account.isOpen ? "account.open" : "account.closed")),
            "missing": .text(missing),
        ]
    }

    /// The first thing that is still to be done; a bank's account wants nothing here.
    private var missing: String {
        guard view.account.rail == .mpesa else { return "" }
        if view.standing.checkFlaw != nil || view.standing.checkedAt == nil {
            return desk.words("account.missing.keys")
        }
        if view.standing.registeredAt == nil { return desk.words("account.missing.addresses") }
        if view.test?.state != .paid { return desk.words("account.missing.test") }
        return desk.words("account.missing.nothing")
    }

    var values: TemplateValues {
        let own = Addresses.account(view.account.id)
        var values = row.merging([
            "onPayments": true, "isMpesa": .flag(view.account.rail == .mpesa), "isOpen": .flag(view.account.isOpen),
            "store": TemplateValue(view.account.storeNumber.isEmpty ? nil : view.account.storeNumber),
            "stateAction": .text(own + "/states"),
            "confirmation": .text(view.addresses.confirmation), "validation": .text(view.addresses.validation),
            "checkAction": .text(own + "/checks"), "keysAction": .text(own + "/keys"),
            "registerAction": .text(own + "/registrations"), "testAction": .text(own + "/tests"),
            "initiatorAction": .text(own + "/initiators"), "isWaiting": .flag(view.test?.state.isOpen == true),
            "testHref": TemplateValue(view.test.map { "\(Addresses.payments)/\($0.id)" }),
        ])
        write(keys, "keys", into: &values)
        write(addresses, "road", into: &values)
        write(test, "test", into: &values)
        write(giveBack, "back", into: &values)
        write(list, "list", into: &values)
        return values
    }

    private func write(_ step: Step, _ name: TemplateKey, into values: inout TemplateValues) {
        values[name] = .list([
            ["stateClass": .text(step.chip), "stateLabel": .text(step.label), "text": .text(step.text)]
        ])
    }

    private var keys: Step {
        let standing = view.standing
        guard let at = standing.checkedAt else { return step("pending", "todo", desk.words("account.keys.todo")) }
        guard let flaw = standing.checkFlaw else {
            return step("done", "good", desk.words("account.keys.good", ["at": .instant(at)]))
        }
        return step("failed", "bad", desk.words(flaw.messageKey))
    }

    private var addresses: Step {
        let standing = view.standing
        if let flaw = standing.registerFlaw { return step("failed", "bad", desk.words(flaw.messageKey)) }
        guard let at = standing.registeredAt else {
            return step("pending", "todo", desk.words("account.register.todo"))
        }
        return step("done", "good", desk.words("account.register.good", ["at": .instant(at)]))
    }

    private var list: Step {
        view.standing.readsList
            ? step("done", "good", desk.words("account.list.good"))
            : step("expired", "optional", desk.words("account.list.todo"))
    }

    /// What the first payment showed, in one sentence for each outcome.
    private var test: Step {
        guard let payment = view.test else { return step("pending", "todo", desk.words("account.test.todo")) }
        switch payment.state {
        case .new, .sending, .asked: return step("pending", "going", desk.words("account.test.asking"))
        case .silent: return step("unconfirmed", "going", desk.words(PaymentReason.outcomeUnknown.messageKey))
        case .failed:
            let reason = payment.reason ?? .refusedByProvider
            return step("failed", "bad", desk.words(reason.messageKey))
        case .paid:
            let told = view.testReceipts.contains { [.callback, .incoming].contains($0.road) }
            let receipt = payment.receipt?.text ?? ""
            return told
                ? step("done", "good", desk.words("account.test.good", ["receipt": .text(receipt)]))
                : step("unconfirmed", "half", desk.words("account.test.untold"))
        }
    }

    private var giveBack: Step {
        guard let name = view.initiator else {
            return step("expired", "optional", desk.words("account.initiator.todo"))
        }
        return step("done", "good", desk.words("account.initiator.good", ["name": .text(name)]))
    }

    private func step(_ chip: String, _ word: String, _ text: String) -> Step {
        Step(chip: chip, label: desk.words("account.step.\(word)"), text: text)
    }
}
