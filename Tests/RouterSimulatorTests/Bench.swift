import Values
import Wires

@testable import RouterSimulator

/// A machine whose time the test moves.
struct Bench {
    var machine: RouterMachine
    var now: Instant = 1_795_000_000_000

    static let phone = MACAddress(bits: 0x024C_4700_0001)
    static let other = MACAddress(bits: 0x024C_4700_0002)

    init(loginBy: String = "cookie,http-chap,http-pap", version: RouterRelease = RouterRelease(7, 16, 2)) {
        var settings = RouterSettings()
        settings.loginBy = loginBy
        settings.version = version
        settings.password = Secret("open")
        settings.seed = 7
        machine = RouterMachine(settings, at: now)
    }

    mutating func wait(_ span: Span) {
        now = now + span
        machine.advance(to: now)
    }

    @discardableResult
    mutating func run(
        _ menu: String, _ verb: String, _ arguments: [String: String] = [:], by user: RouterUser = .full
    ) throws -> RouterReply {
        try machine.perform(RouterCommand(menu, verb, arguments), by: user, at: now)
    }

    /// Makes a user, with a profile of its own where properties of one are given; returns the row's number.
    @discardableResult
    mutating func makeUser(
        _ name: String = "v1", _ properties: [String: String] = [:], profile: [String: String] = [:]
    ) throws -> String {
        var row = ["name": name, "password": "secret"].merging(properties) { $1 }
        if !profile.isEmpty {
            try run("/ip/hotspot/user/profile", "add", ["name": "p-\(name)"].merging(profile) { $1 })
            row["profile"] = "p-\(name)"
        }
        guard case .value(let id) = try run("/ip/hotspot/user", "add", row) else { return "" }
        return id
    }

    /// Sends the login form with the plain password; returns the page.
    @discardableResult
    mutating func logIn(
        _ mac: MACAddress = Bench.phone, _ name: String = "v1", password: String = "secret",
        more: [String: String] = [:]
    ) -> ServletPage? {
        page("POST", "/login", from: mac, form: ["username": name, "password": password].merging(more) { $1 })
    }

    /// What the phone sees at a path of the simulator itself.
    @discardableResult
    mutating func page(
        _ method: String, _ target: String, from mac: MACAddress = Bench.phone, form: [String: String] = [:],
        cookies: [String: String] = [:]
    ) -> ServletPage? {
        guard let address = WebAddress(authority: "127.0.0.1:8090", target: target) else { return nil }
        let request = PhoneRequest(
            method, address, form: form, cookies: cookies, directAuthority: "127.0.0.1:8090")
        guard case .page(let page) = machine.answer(request, from: mac, at: now) else { return nil }
        return page
    }

    func isOnline(_ mac: MACAddress = Bench.phone) -> Bool { machine.session(of: mac) != nil }

    func user(_ name: String = "v1") -> Record {
        machine.records(of: "/ip/hotspot/user").first { $0["name"] == name } ?? [:]
    }

    var active: [Record] { machine.records(of: "/ip/hotspot/active") }
    var lastLog: String { machine.records(of: "/log").last?["message"] ?? "" }
}

extension ServletPage {
    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
