import RouterOS
import Synchronization
import Testing
import Values

@Suite struct HotspotLoginTests {
    let router = FakeRouter()
    var client: HotspotClient { HotspotClient(router) { _ in } }
    let address = IPv4Address(bits: 0x0A05_3202)
    let mac = MACAddress(bits: 0x0200_0000_00AB)

    private func login(_ user: String = "ABCD") async throws(HotspotLoginError) -> HotspotSession {
        try await client.login(address: address, mac: mac, user: user, password: Secret("x1"))
    }

    @Test("A device is logged in once, however often it is asked for")
    func once() async throws {
        let session = try await login()
        #expect(session.user == "ABCD" && session.mac == mac && session.address == address)
        #expect(router.writes == ["login /ip/hotspot/active ip,mac-address,user,password"])
        #expect(try await login() == session)
        #expect(router.writes.count == 1)
    }

    @Test("A lost answer is settled by the active table")
    func lostReply() async throws {
        router.state.withLock { $0.lostReplies["login /ip/hotspot/active"] = .timedOut(maybeDone: true) }
        #expect(try await login().user == "ABCD")
        #expect(router.rows(.hotspotActive).count == 1)
    }

    @Test("A device that is online under another name is told apart")
    func other() async throws {
        router.plant(.hotspotActive, ["user": "WXYZ", "mac-address": mac.description])
        await #expect(throws: HotspotLoginError.alreadyLoggedIn(as: "WXYZ")) { try await login() }
    }

    @Test("A login that does not show up is not believed")
    func notConfirmed() async throws {
        let router = FakeRouter()
        let pauses = Mutex(0)
        let client = HotspotClient(Vanishing(inner: router)) { _ in pauses.withLock { $0 += 1 } }
        await #expect(throws: HotspotLoginError.notConfirmed) {
            try await client.login(address: address, mac: mac, user: "A", password: Secret("x"))
        }
        #expect(pauses.withLock { $0 } == 2)
    }

    static let refusals: [(kind: RouterError.Kind, meaning: HotspotLoginError)] = [
        (.failure("unknown host IP 10.5.50.2"), .hostUnknown),
        (.failure("invalid username or password"), .invalidCredentials),
        (.failure("wrong MAC provided"), .wrongDevice),
        (.failure("user A is not allowed to log in from this MAC address"), .wrongDevice),
        (.failure("invalid username (A): this MAC address is not yours"), .wrongDevice),
        (.failure("no more sessions are allowed for user A"), .tooManyDevices),
        (.failure("user A has reached uptime limit"), .limitReached),
        (.failure("user A has reached traffic limit"), .limitReached),
        (
            .failure("RADIUS server is not responding"),
            .router(RouterError(.failure("RADIUS server is not responding"), in: .hotspotActive))
        ),
        (.deviceMode, .router(RouterError(.deviceMode, in: .hotspotActive))),
    ]

    @Test("The router's words become reasons", arguments: refusals)
    func refused(kind: RouterError.Kind, meaning: HotspotLoginError) async throws {
        router.state.withLock { $0.refusals["login /ip/hotspot/active"] = kind }
        await #expect(throws: meaning) { try await login() }
    }

    @Test("No printed form holds the password")
    func secret() async throws {
        for entry in Self.refusals { #expect(!"\(entry.meaning)".contains("x1") && !"\(entry.meaning)".isEmpty) }
    }
}

/// A router whose active table stays empty.
private struct Vanishing: RouterTransport {
    let inner: FakeRouter

    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] { [] }

    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        try await inner.add(menu, values)
    }

    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {}
    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {}

    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] { [] }
}

@Suite struct HotspotCutTests {
    let router = FakeRouter()
    var client: HotspotClient { HotspotClient(router) { _ in } }
    let phone = MACAddress(bits: 0x0200_0000_0001)
    let laptop = MACAddress(bits: 0x0200_0000_0002)

    /// A user with a phone online, cookies of it and of a device that came earlier, and a stranger.
    private func furnish() {
        router.plant(.hotspotUser, ["name": "ABCD", "comment": "lango:v-1", "disabled": "false"])
        router.plant(.hotspotUser, ["name": "WXYZ", "comment": "lango:v-2", "disabled": "false"])
        router.plant(.hotspotCookie, ["user": "ABCD", "mac-address": laptop.description])
        router.plant(.hotspotCookie, ["user": "OLD", "mac-address": phone.description])
        router.plant(.hotspotCookie, ["user": "WXYZ", "mac-address": "02:00:00:00:00:99"])
        router.plant(.hotspotActive, ["user": "ABCD", "mac-address": phone.description])
        router.plant(.hotspotActive, ["user": "WXYZ", "mac-address": "02:00:00:00:00:99"])
        router.plant(.hotspotHost, ["mac-address": phone.description])
        router.plant(.hotspotHost, ["mac-address": "02:00:00:00:00:99"])
    }

    @Test("A user is disabled, then cookies, sessions and hosts go, then the user; others stay")
    func order() async throws {
        furnish()
        let cut = try await client.cut(users: ["ABCD"])
        var expected = HotspotCut()
        (expected.disabledUsers, expected.cookies, expected.sessions) = (1, 2, 1)
        (expected.hosts, expected.removedUsers) = (1, 1)
        #expect(cut == expected)
        let order = [
            "set /ip/hotspot/user disabled", "remove /ip/hotspot/cookie ", "remove /ip/hotspot/cookie ",
            "remove /ip/hotspot/active ", "remove /ip/hotspot/host ", "remove /ip/hotspot/user ",
        ]
        #expect(router.writes == order)
        #expect(router.rows(.hotspotUser).map { $0["name"] } == ["WXYZ"])
        #expect(router.rows(.hotspotCookie).map { $0["user"] } == ["WXYZ"])
        #expect(router.rows(.hotspotActive).count == 1 && router.rows(.hotspotHost).count == 1)
        router.forgetCalls()
        #expect(try await client.cut(users: ["ABCD"]) == HotspotCut() && router.writes.isEmpty)
    }

    @Test("A user that is kept stays disabled, and a device is cut by its address alone")
    func keeps() async throws {
        furnish()
        let kept = try await client.cut(users: ["ABCD"], removingUsers: false)
        #expect(kept.removedUsers == 0 && router.rows(.hotspotUser).first?["disabled"] == "true")
        let device = try await client.cut(users: [], devices: [try #require(MACAddress("02:00:00:00:00:99"))])
        #expect(device.cookies == 1 && device.sessions == 1 && device.hosts == 1 && device.disabledUsers == 0)
    }

    @Test("What vanishes meanwhile counts as done")
    func vanishing() async throws {
        furnish()
        router.state.withLock { state in
            state.vanishing = Set(state.rows.values.flatMap(\.keys))
        }
        #expect(try await client.cut(users: ["ABCD"]) == HotspotCut())
    }

    @Test("A cut that breaks off is finished by the next")
    func repeated() async throws {
        for broken in [
            "set /ip/hotspot/user", "remove /ip/hotspot/cookie", "remove /ip/hotspot/active", "remove /ip/hotspot/host",
            "remove /ip/hotspot/user",
        ] {
            let router = FakeRouter()
            let client = HotspotClient(router) { _ in }
            router.plant(.hotspotUser, ["name": "ABCD", "comment": "lango:v-1", "disabled": "false"])
            router.plant(.hotspotCookie, ["user": "ABCD", "mac-address": phone.description])
            router.plant(.hotspotActive, ["user": "ABCD", "mac-address": phone.description])
            router.plant(.hotspotHost, ["mac-address": phone.description])
            router.state.withLock { $0.lostReplies[broken] = .timedOut(maybeDone: true) }
            await #expect(throws: RouterError.self) { try await client.cut(users: ["ABCD"], devices: [phone]) }
            try await client.cut(users: ["ABCD"], devices: [phone])
            for menu in [.hotspotUser, .hotspotCookie, .hotspotActive, .hotspotHost] as [Menu] {
                #expect(router.rows(menu).isEmpty, "\(broken) \(menu)")
            }
        }
    }

    @Test("An operator's own user is not cut, nor anyone else in that call")
    func foreign() async throws {
        furnish()
        router.plant(.hotspotUser, ["name": "owner", "comment": "mine"])
        await #expect(throws: RouterError(.notOurs, in: .hotspotUser)) {
            try await client.cut(users: ["ABCD", "owner"])
        }
        #expect(router.writes.isEmpty)
    }

    @Test("Many users are found by one reading of each table")
    func many() async throws {
        for number in 0..<50 { router.plant(.hotspotUser, ["name": "U\(number)", "comment": "lango:\(number)"]) }
        let cut = try await client.cut(users: (0..<40).map { "U\($0)" })
        #expect(cut.disabledUsers == 40 && cut.removedUsers == 40)
        #expect(router.calls.count { $0.hasPrefix("read") } <= 5)
        #expect(router.rows(.hotspotUser).count == 10)
    }
}

@Suite struct HotspotReadingTests {
    let router = FakeRouter()
    var client: HotspotClient { HotspotClient(router) { _ in } }

    @Test("Users are read with their limits, their use and whose they are")
    func users() async throws {
        router.plant(
            .hotspotUser,
            [
                "name": "A", "comment": "lango:v-1 room 7", "profile": "p", "limit-uptime": "1d2h",
                "limit-bytes-total": "5000000000", "uptime": "1h30m", "bytes-in": "4294967297", "bytes-out": "9",
                "server": "hs1", "disabled": "true",
            ])
        router.plant(.hotspotUser, ["name": "B"])
        let ours = try await client.users()
        #expect(ours.map(\.name) == ["A"] && ours.first?.tag == RouterTag("v-1"))
        #expect(ours.first?.uptimeLimit == .upTo(.hours(26)) && ours.first?.isDisabled == true)
        #expect(ours.first?.volumeLimit == .upTo(DataVolume(bytes: 5_000_000_000)) && ours.first?.server == "hs1")
        #expect(ours.first?.usage.uploaded.bytes == 4_294_967_297)
        let all = try await client.users(ours: false)
        #expect(
            all.count == 2 && all[1].uptimeLimit == .unlimited && all[1].server == nil && all[1].profile == "default")
    }

    @Test("Usage is what ended sessions used and what is under way")
    func usage() async throws {
        router.plant(.hotspotUser, ["name": "A", "uptime": "1h", "bytes-in": "100", "bytes-out": "1000"])
        router.plant(.hotspotActive, ["user": "A", "uptime": "5m", "bytes-in": "10", "bytes-out": "20"])
        router.plant(.hotspotActive, ["user": "A", "uptime": "1m", "bytes-in": "1", "bytes-out": "2"])
        let usage = try #require(try await client.standing(of: "A")).usage
        #expect(usage.uptime == .minutes(66) && usage.uploaded.bytes == 111 && usage.downloaded.bytes == 1_022)
        #expect(try await client.standing(of: "B") == nil)
    }

    @Test("Tags are read from comments, and from nothing else")
    func tags() {
        #expect(RouterTag(comment: "lango:x y")?.subject == "x" && RouterTag("x").comment == "lango:x")
        for comment in [nil, "", "lango:", "lango: x", "xlango:y", "Lango:x"] {
            #expect(RouterTag(comment: comment) == nil)
        }
        let whole = "lango:x until=1795000000 time=3600s data=5 shared"
        #expect(RouterTag(comment: whole)?.comment == whole)
        let odd = RouterTag(comment: "lango:x  until=z shared= time=1h data=7 hello=1 shared=x until=1 untily=2 ")
        #expect(
            odd?.terms
                == RouterTerms(end: 1_000, time: .hours(1), volume: DataVolume(bytes: 7), isShared: true))
    }

    // swift-format-ignore
    private static let differences: [(name: String, value: String)] = [
        ("name", "b"), ("profile", "other"), ("server", "hs2"), ("limit-uptime", "1h1s"), ("limit-uptime", "0s"),
        ("limit-bytes-total", "9"), ("mac-address", "02:00:00:00:00:02"), ("mac-address", ""), ("disabled", "true"),
        ("comment", "lango:X data=5"), ("comment", "lango:x data=6"), ("comment", "lango:x data=5 a person's word"),
    ]

    @Test("A row that shows all of a user is known without comparing texts; one that shows anything else is not")
    func shown() throws {
        var user = HotspotUser(
            name: "a", password: Secret("p"), profile: "lango-1M",
            tag: RouterTag("x", terms: RouterTerms(volume: DataVolume(bytes: 5))))
        user.uptimeLimit = .upTo(.hours(1))
        user.volumeLimit = .upTo(DataVolume(bytes: 5))
        user.device = MACAddress(bits: 0x0200_0000_0001)
        let values = Dictionary(uniqueKeysWithValues: user.row.fields.map { ($0.name, $0.value) })
        func state(_ changes: [String: String]) throws -> (RouterRecord, HotspotUserState) {
            let record = RouterRecord(id: RouterID("*1"), values.merging(changes) { _, new in new })
            return (record, try #require(HotspotUserState(record)))
        }
        for same in [[:], ["limit-uptime": "3600s"], ["disabled": "no"], ["password": "other"]] {
            #expect(user.isShown(by: try state(same).1), "\(same)")
        }
        for (name, value) in Self.differences {
            let (record, state) = try state([name: value])
            #expect(!user.isShown(by: state) && user.row.missing(in: record).map(\.name) == [name], "\(name)=\(value)")
        }
    }
}
