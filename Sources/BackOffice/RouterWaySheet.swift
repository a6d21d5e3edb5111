import HTTPServer
import Provisioning
import RouterOS
import Templates
import Tenancy
import Values

/// The form of a way to a router as it was filled in.
struct RouterWayForm: Sendable {
    enum Field: String, Hashable, Sendable { case address, username }

    struct Mistakes: Error, Sendable { let fields: Set<Field> }

    let address: String
    let username: String
    /// Empty where it stays; never shown again.
    private let password: String
    private let dropsKey: Bool

    /// As it is now.
    init(_ router: Router) {
        (address, username, password, dropsKey) = (router.address, router.username, "", false)
    }

    /// What came back; a text that is far too long is cut, since it is wrong whatever it ends with.
    init(_ form: Form) {
        func text(_ name: String) -> String { String((form[name] ?? "").prefix(300)) }
        address = text("address")
        username = text("username")
        password = text("password")
        dropsKey = form["drop-key"] == "yes"
    }

    /// What is wanted, or everything that is wrong at once.
    func amendment() throws(Mistakes) -> RouterAmendment {
        var amendment = RouterAmendment()
        amendment.address = RouterAddresses(address)
        amendment.username = try? CleanText.line(username, maximum: 60)
        if !password.isEmpty { amendment.password = Secret(password) }
        if dropsKey { amendment.key = .remove }
        let wrong: [Field?] = [
            amendment.address == nil ? .address : nil, amendment.username == nil ? .username : nil,
        ]
        guard wrong.allSatisfy({ $0 == nil }) else { throw Mistakes(fields: Set(wrong.compactMap(\.self))) }
        return amendment
    }
}

/// How a router is reached, as the values of its template.
struct RouterWaySheet {
    let router: Router
    let standings: [WayStanding]
    /// With which we log in over SSH.
    let key: SSHUserKey?
    let desk: Desk

    func values(_ form: RouterWayForm, wrong: Set<RouterWayForm.Field>) -> TemplateValues {
        [
            "onRouters": true, "routerName": .text(router.name), "routerHref": .text(Addresses.router(router.id)),
            "ways": .list(rows), "hasMistakes": .flag(!wrong.isEmpty), "address": .text(form.address),
            "addressError": TemplateValue(wrong.contains(.address) ? desk.words("way.address.wrong") : nil),
            "username": .text(form.username),
            "usernameError": TemplateValue(wrong.contains(.username) ? desk.words("way.username.wrong") : nil),
            "wayAction": .text(Addresses.router(router.id, "ways")),
            "keyAction": .text(Addresses.router(router.id, "keys")), "hasKey": .flag(router.sshKeySealed != nil),
            "keyCommands": TemplateValue(key?.commands(for: router.username)),
        ]
    }

    /// What was tried last and what became of it, a way a row; those that were never tried stand there, too.
    var rows: [TemplateValues] {
        (RouterAddresses(router.address)?.ways ?? []).map { way in
            let standing = standings.first { $0.address == way.description }
            let (chip, word) =
                standing.map { $0.trouble.isEmpty ? ("up", "works") : ("down", "fails") } ?? ("off", "untried")
            return [
                "address": .text(way.description), "stateClass": .text(chip),
                "stateLabel": .text(desk.words("way.\(word)")),
                "at": .text(standing.map { desk.moment($0.triedAt) } ?? ""),
                "trouble": TemplateValue(standing.flatMap { $0.trouble.isEmpty ? nil : $0.trouble }),
            ]
        }
    }
}
