import Testing
import Values

@testable import RouterSimulator

@Suite struct HotspotTests {
    // MARK: Limits

    static let timeLimits: [(user: [String: String], profile: [String: String], lasts: Span)] = [
        (["limit-uptime": "1h"], [:], .hours(1)), ([:], ["session-timeout": "30m"], .minutes(30)),
        (["limit-uptime": "1h"], ["session-timeout": "10m"], .minutes(10)),
        (["limit-uptime": "5m"], ["session-timeout": "10m"], .minutes(5)),
        ([:], ["idle-timeout": "7m"], .minutes(7)),
    ]

    @Test("A session ends on its second, not before", arguments: timeLimits)
    func timeLimit(user: [String: String], profile: [String: String], lasts: Span) throws {
        var bench = Bench()
        try bench.makeUser("v1", user, profile: profile)
        bench.logIn()
        bench.wait(lasts - .seconds(1))
        #expect(bench.isOnline())
        bench.wait(.seconds(1))
        #expect(!bench.isOnline())
        #expect(bench.user()["uptime"] == RouterDuration.text(lasts))
    }

    @Test("A limit that passed long ago still counts only its own time")
    func lateLook() throws {
        var bench = Bench()
        try bench.makeUser("v1", ["limit-uptime": "1h"])
        bench.logIn()
        bench.wait(.days(3))
        #expect(bench.user()["uptime"] == "1h")
    }

    @Test("limit-uptime adds up over sessions, and ends in a refusal")
    func cumulative() throws {
        var bench = Bench()
        try bench.makeUser("v1", ["limit-uptime": "1h"])
        bench.logIn()
        bench.wait(.minutes(40))
        bench.page("GET", "/logout")
        #expect(bench.user()["uptime"] == "40m")
        bench.wait(.hours(5))
        bench.logIn()
        #expect(bench.active.first?["session-time-left"] == "20m")
        bench.wait(.minutes(20))
        #expect(!bench.isOnline())
        let page = bench.logIn()
        #expect(page?.text.contains("user v1 has reached uptime limit") == true)
        try bench.run("/ip/hotspot/user", "reset-counters", ["numbers": "v1"])
        #expect(bench.user()["uptime"] == "0s")
        bench.logIn()
        #expect(bench.isOnline())
    }

    @Test("session-timeout starts anew at every login")
    func sessionTimeout() throws {
        var bench = Bench()
        try bench.makeUser("v1", profile: ["session-timeout": "10m"])
        for _ in 0..<3 {
            bench.logIn()
            #expect(bench.isOnline())
            bench.wait(.minutes(10))
            #expect(!bench.isOnline())
        }
        #expect(bench.user()["uptime"] == "30m")
    }

    static let byteLimits: [(limit: [String: String], up: Int64, down: Int64, counted: (Int64, Int64), ends: Bool)] = [
        (["limit-bytes-in": "1000"], 999, 5_000, (999, 5_000), false),
        (["limit-bytes-in": "1000"], 1_000, 0, (1_000, 0), true),
        (["limit-bytes-in": "1000"], 9_000, 10, (1_000, 10), true),
        (["limit-bytes-out": "1000"], 5_000, 999, (5_000, 999), false),
        (["limit-bytes-out": "1000"], 5_000, 2_000, (5_000, 1_000), true),
        (["limit-bytes-total": "1000"], 400, 599, (400, 599), false),
        (["limit-bytes-total": "1000"], 400, 900, (400, 600), true),
        (["limit-bytes-total": "5000000000"], 1_000_000_000, 9_000_000_000, (1_000_000_000, 4_000_000_000), true),
        (["limit-bytes-total": "0"], 1 << 40, 1 << 40, (1 << 40, 1 << 40), false),
    ]

    @Test("A byte limit ends the session at its last byte; `in` is the upload", arguments: byteLimits)
    func byteLimit(
        limit: [String: String], up: Int64, down: Int64, counted: (Int64, Int64), ends: Bool
    ) throws {
        var bench = Bench()
        try bench.makeUser("v1", limit)
        bench.logIn()
        bench.machine.traffic(Bench.phone, up: up, down: down, at: bench.now)
        #expect(bench.isOnline() == !ends)
        if !ends { bench.page("GET", "/logout") }
        #expect(bench.user()["bytes-in"] == String(counted.0))
        #expect(bench.user()["bytes-out"] == String(counted.1))
        if ends { #expect(bench.logIn()?.text.contains("has reached traffic limit") == true) }
    }

    @Test("Lifetime counters stand still while a session lives")
    func countersWait() throws {
        var bench = Bench()
        try bench.makeUser()
        bench.logIn()
        bench.machine.traffic(Bench.phone, up: 1_500, down: 20_000, at: bench.now)
        bench.wait(.minutes(9))
        #expect(bench.user()["bytes-out"] == "0")
        #expect(bench.active.first?["bytes-out"] == "20000")
        #expect(bench.active.first?["packets-in"] == "2")
        #expect(bench.active.first?["uptime"] == "9m")
        bench.page("GET", "/logout")
        #expect(bench.user()["bytes-out"] == "20000")
        #expect(bench.user()["uptime"] == "9m")
    }

    static let sharing: [(shared: String, logins: Int, allowed: Int)] = [
        ("1", 2, 1), ("2", 3, 2), ("unlimited", 5, 5),
    ]

    @Test("shared-users bounds the sessions of one name", arguments: sharing)
    func sharedUsers(shared: String, logins: Int, allowed: Int) throws {
        var bench = Bench()
        try bench.makeUser("v1", profile: ["shared-users": shared, "rate-limit": "6M/4M"])
        var last: ServletPage?
        for number in 1...logins { last = bench.logIn(MACAddress(bits: 0x0200_0000_0000 + UInt64(number))) }
        #expect(bench.active.count == allowed)
        if allowed < logins { #expect(last?.text.contains("no more sessions are allowed for user v1") == true) }
        let queues = bench.machine.records(of: "/queue/simple")
        #expect(queues.count == allowed)
        #expect(queues.first?["name"] == "<hotspot-v1>")
        #expect(queues.first?["max-limit"] == "6000000/4000000")
        if allowed > 1 { #expect(queues[1]["name"] == "<hotspot-v1-2>") }
    }

    @Test("A phone that left loses its session after keepalive-timeout, not before")
    func keepalive() throws {
        var bench = Bench()
        try bench.makeUser("v1", profile: ["keepalive-timeout": "2m"])
        bench.logIn()
        bench.wait(.hours(3))
        #expect(bench.isOnline())
        bench.machine.phoneLeaves(Bench.phone, at: bench.now)
        bench.wait(.seconds(119))
        #expect(bench.isOnline())
        bench.wait(.seconds(1))
        #expect(!bench.isOnline())
        #expect(bench.lastLog == "v1 (10.5.50.2): logged out: keepalive timeout")
    }

    // MARK: Who may come in

    static let refusals: [(user: [String: String], name: String, password: String, words: String)] = [
        ([:], "v1", "wrong", "invalid username or password"), ([:], "v9", "secret", "invalid username or password"),
        (["disabled": "yes"], "v1", "secret", "invalid username or password"),
        (
            ["mac-address": "02-00-00-00-00-99"], "v1", "secret",
            "user v1 is not allowed to log in from this MAC address"
        ),
        ([:], "02:00:00:00:00:99", "", "invalid username (02:00:00:00:00:99): this MAC address is not yours"),
    ]

    @Test("Who may not come in is told why, on the page and in the log", arguments: refusals)
    func refuses(user: [String: String], name: String, password: String, words: String) throws {
        var bench = Bench()
        try bench.makeUser("v1", user)
        let page = bench.logIn(Bench.phone, name, password: password)
        #expect(page?.text.contains(words) == true)
        #expect(bench.lastLog == "\(name) (10.5.50.2): login failed: \(words)")
        #expect(!bench.isOnline())
    }

    @Test("The API lets a host in by its address and password, once")
    func commandLogin() throws {
        var bench = Bench()
        try bench.makeUser()
        bench.page("GET", "/login")
        let login = { (more: [String: String]) in
            ["ip": "10.5.50.2", "user": "v1", "password": "secret"].merging(more) { $1 }
        }
        let menu = "/ip/hotspot/active"
        #expect(throws: RouterTrap.failure("wrong MAC provided")) {
            try bench.run(menu, "login", login(["mac-address": "02:00:00:00:00:99"]))
        }
        #expect(throws: RouterTrap.failure("invalid username or password")) {
            try bench.run(menu, "login", login(["password": "x"]))
        }
        #expect(throws: RouterTrap.failure("unknown host IP 10.5.50.77")) {
            try bench.run(menu, "login", login(["ip": "10.5.50.77"]))
        }
        #expect(try bench.run(menu, "login", login(["mac-address": "02:4c:47:00:00:01"])) == .nothing)
        #expect(bench.active.first?["user"] == "v1")
        #expect(throws: RouterTrap.failure("already logged in")) { try bench.run(menu, "login", login([:])) }
        #expect(bench.page("GET", "/x")?.text.contains("Simulated internet") == true)
    }

    @Test("A device is let in by its hardware address where mac is allowed")
    func macLogin() throws {
        var bench = Bench(loginBy: "mac,http-chap")
        try bench.run("/ip/hotspot/user", "add", ["name": Bench.phone.description])
        bench.page("GET", "/x")
        #expect(bench.active.first?["login-by"] == "mac")
        bench.page("GET", "/x", from: Bench.other)
        #expect(!bench.isOnline(Bench.other))
    }

    @Test("The trial is short, once a day, and counted per device")
    func trial() throws {
        var bench = Bench(loginBy: "http-chap,trial")
        let enter = "/login?username=T-\(Bench.phone)"
        bench.page("GET", enter)
        #expect(bench.active.first?["login-by"] == "trial")
        bench.wait(.minutes(30))
        #expect(!bench.isOnline())
        #expect(bench.page("GET", enter)?.text.contains("has reached uptime limit") == true)
        bench.wait(.days(1))
        bench.page("GET", enter)
        #expect(bench.isOnline())
    }

    @Test("A bypassed device passes without login, a blocked one not at all")
    func bindings() throws {
        var bench = Bench()
        try bench.run("/ip/hotspot/ip-binding", "add", ["mac-address": Bench.phone.description, "type": "bypassed"])
        try bench.run("/ip/hotspot/ip-binding", "add", ["address": "10.5.50.3", "type": "blocked"])
        #expect(bench.page("GET", "/x")?.text.contains("Simulated internet") == true)
        #expect(bench.machine.records(of: "/ip/hotspot/host").first?["bypassed"] == "true")
        #expect(bench.page("GET", "/x", from: Bench.other) == nil)
    }

    // MARK: Cutting access

    @Test("Disabling or deleting the user cuts nothing by itself")
    func nothingByItself() throws {
        var bench = Bench()
        let id = try bench.makeUser()
        bench.logIn()
        try bench.run("/ip/hotspot/user", "set", [".id": id, "disabled": "true"])
        bench.wait(.minutes(1))
        #expect(bench.isOnline())
        try bench.run("/ip/hotspot/user", "remove", [".id": id])
        bench.wait(.minutes(1))
        #expect(bench.isOnline())
    }

    @Test(
        "A removed session comes back by cookie, of the browser or of the device, even for a disabled user",
        arguments: ["cookie,http-pap", "mac-cookie,http-pap"])
    func cookiesLetBackIn(loginBy: String) throws {
        var bench = Bench(loginBy: loginBy)
        let id = try bench.makeUser()
        let set = bench.logIn()?.header("Set-Cookie")
        let value = set?.split(separator: ";").first?.split(separator: "=").last.map { String($0) } ?? ""
        let session = try #require(bench.active.first?[".id"])
        try bench.run("/ip/hotspot/user", "disable", [".id": id])
        try bench.run("/ip/hotspot/active", "remove", [".id": session])
        #expect(!bench.isOnline())
        bench.page("GET", "/login", cookies: ["hotspot": value])
        #expect(bench.isOnline())
        #expect(bench.active.first?["login-by"] == loginBy.split(separator: ",").first.map { String($0) })
    }

    @Test(
        "The full cut keeps the device out",
        arguments: ["cookie,http-pap", "mac-cookie,http-pap", "cookie,mac-cookie,http-chap,http-pap"])
    func fullCut(loginBy: String) throws {
        var bench = Bench(loginBy: loginBy)
        let id = try bench.makeUser()
        let set = bench.logIn()?.header("Set-Cookie")
        let value = set?.split(separator: ";").first?.split(separator: "=").last.map { String($0) } ?? ""
        try bench.run("/ip/hotspot/user", "disable", [".id": id])
        for menu in ["/ip/hotspot/cookie", "/ip/hotspot/active", "/ip/hotspot/host"] {
            let ids = bench.machine.records(of: menu).compactMap { $0[".id"] }
            #expect(!ids.isEmpty, "\(menu)")
            try bench.run(menu, "remove", [".id": ids.joined(separator: ",")])
        }
        for target in ["/x", "/login", "/status"] { bench.page("GET", target, cookies: ["hotspot": value]) }
        bench.logIn()
        #expect(!bench.isOnline())
    }

    @Test("Logging out drops the device's cookie, the browser's only when asked")
    func logoutCookies() throws {
        var bench = Bench(loginBy: "cookie,mac-cookie,http-pap")
        try bench.makeUser()
        bench.logIn()
        #expect(bench.machine.records(of: "/ip/hotspot/cookie").count == 2)
        bench.page("GET", "/logout")
        #expect(bench.machine.records(of: "/ip/hotspot/cookie").compactMap { $0["mac-cookie"] } == ["false"])
        bench.logIn()
        bench.page("GET", "/logout?erase-cookie=true")
        #expect(bench.machine.records(of: "/ip/hotspot/cookie").isEmpty)
    }

    @Test("Cookies expire")
    func cookieExpiry() throws {
        var bench = Bench(loginBy: "cookie,http-pap")
        try bench.makeUser()
        bench.logIn()
        #expect(bench.machine.records(of: "/ip/hotspot/cookie").first?["expires-in"] == "3d")
        bench.wait(.days(3))
        #expect(bench.machine.records(of: "/ip/hotspot/cookie").isEmpty)
    }

    // MARK: Power

    @Test("A reboot counts the sessions, a power cut loses what was not saved")
    func power() throws {
        var bench = Bench()
        try bench.makeUser()
        bench.logIn()
        bench.wait(.minutes(10))
        bench.machine.reboot(at: bench.now)
        #expect(bench.active.isEmpty)
        #expect(bench.user()["uptime"] == "10m")
        #expect(bench.machine.records(of: "/system/resource").first?["uptime"] == "0s")
        bench.logIn()
        bench.wait(.minutes(3))
        bench.page("GET", "/logout")
        #expect(bench.user()["uptime"] == "13m")
        bench.machine.cutPower(losingClock: true, ntpAfter: .minutes(1), at: bench.now)
        #expect(bench.user()["uptime"] == "10m")
        #expect(bench.machine.records(of: "/system/clock").first?["date"] == "1970-01-02")
        #expect(bench.machine.records(of: "/system/ntp/client").first?["status"] == "waiting")
        bench.wait(.minutes(1))
        #expect(bench.machine.records(of: "/system/clock").first?["date"] == "2026-11-18")
    }

    @Test("A device that went away leaves the host table after the server's idle-timeout")
    func hosts() {
        var bench = Bench()
        bench.page("GET", "/x")
        bench.wait(.hours(1))
        bench.machine.phoneLeaves(Bench.phone, at: bench.now)
        bench.wait(.minutes(5) - .seconds(1))
        #expect(bench.machine.records(of: "/ip/hotspot/host").count == 1)
        bench.wait(.seconds(1))
        #expect(bench.machine.records(of: "/ip/hotspot/host").isEmpty)
    }

    @Test("A phone that comes back under another hardware address is a stranger with another lease")
    func newMAC() throws {
        var bench = Bench(loginBy: "mac-cookie,http-pap")
        try bench.makeUser()
        bench.logIn()
        let phone = bench.machine.phoneChanges(Bench.phone, to: MACAddress(bits: 0xAABB), at: bench.now)
        #expect(phone?.address.description == "10.5.50.3")
        bench.page("GET", "/x", from: MACAddress(bits: 0xAABB))
        #expect(!bench.isOnline(MACAddress(bits: 0xAABB)))
        #expect(bench.isOnline())
        bench.wait(.minutes(2))
        #expect(!bench.isOnline())
    }
}

extension Span {
    fileprivate static func - (left: Self, right: Self) -> Self { left + Span(milliseconds: -right.milliseconds) }
}
