import RouterOS
import Synchronization
import Testing
import Values

@Suite struct HotspotUpsertTests {
    let router = FakeRouter()
    var client: HotspotClient { HotspotClient(router) { _ in } }

    private var profile: HotspotProfile {
        var profile = HotspotProfile(name: "lango-1h")
        profile.rateLimit = RateLimit("2M/5M")
        profile.sessionTimeout = .upTo(.hours(1))
        return profile
    }

    private var user: HotspotUser {
        var user = HotspotUser(name: "ABCD", password: Secret("x1"), profile: "lango-1h", tag: RouterTag("v-1"))
        user.uptimeLimit = .upTo(.hours(1))
        user.volumeLimit = .upTo(DataVolume(bytes: 500_000_000))
        return user
    }

    @Test("A profile is made, with the cookie switched off alone and last")
    func createsProfile() async throws {
        #expect(try await client.upsert(profile) == .created)
        let row = try #require(router.rows(.hotspotUserProfile).first)
        #expect(row["rate-limit"] == "2M/5M" && row["session-timeout"] == "1h" && row["add-mac-cookie"] == "false")
        #expect(router.writes.last == "set /ip/hotspot/user/profile add-mac-cookie")
        router.forgetCalls()
        #expect(try await client.upsert(profile) == .unchanged)
        #expect(router.writes.isEmpty)
    }

    @Test("A change of the cookie's time does not switch a cookie on that shall be off, and the other way round")
    func macCookieTrap() async throws {
        var profile = profile
        profile.macCookieTimeout = .days(1)
        try await client.upsert(profile)
        #expect(router.rows(.hotspotUserProfile).first?["add-mac-cookie"] == "true")
        profile.macCookieTimeout = nil
        #expect(try await client.upsert(profile) == .changed)
        #expect(router.rows(.hotspotUserProfile).first?["add-mac-cookie"] == "false")
        profile.macCookieTimeout = .hours(2)
        #expect(try await client.upsert(profile) == .changed)
        let row = try #require(router.rows(.hotspotUserProfile).first)
        #expect(row["add-mac-cookie"] == "true" && row["mac-cookie-timeout"] == "2h")
    }

    @Test("A profile's limits become the words the router knows, and its own words are equal")
    func profileWords() async throws {
        var open = profile
        open.sharedUsers = .unlimited
        open.sessionTimeout = .unlimited
        open.keepaliveTimeout = .unlimited
        try await client.upsert(open)
        let row = try #require(router.rows(.hotspotUserProfile).first)
        #expect(row["shared-users"] == "unlimited" && row["keepalive-timeout"] == "none")
        router.state.withLock { state in
            for id in state.rows["/ip/hotspot/user/profile", default: [:]].keys {
                state.rows["/ip/hotspot/user/profile"]?[id]?["session-timeout"] = "00:00:00"
                state.rows["/ip/hotspot/user/profile"]?[id]?["rate-limit"] = "2000k/5M 0/0 0/0 0/0 8"
            }
        }
        #expect(try await client.upsert(open) == .unchanged)
    }

    @Test("A user is made with its limits and our tag")
    func createsUser() async throws {
        #expect(try await client.upsert(user) == .created)
        let expected = [
            "name": "ABCD", "password": "x1", "profile": "lango-1h", "limit-uptime": "1h", "comment": "lango:v-1",
            "limit-bytes-total": "500000000", "disabled": "false",
        ]
        #expect(router.rows(.hotspotUser) == [expected])
        router.forgetCalls()
        #expect(try await client.upsert(user) == .unchanged && router.writes.isEmpty)
    }

    @Test("Only what differs is written, and limits are cleared when they end")
    func changesUser() async throws {
        try await client.upsert(user)
        router.forgetCalls()
        var changed = user
        changed.uptimeLimit = .upTo(Span(milliseconds: 7_200_001))
        changed.volumeLimit = .unlimited
        changed.device = MACAddress("02:00:00:00:00:01")
        #expect(try await client.upsert(changed) == .changed)
        #expect(router.writes == ["set /ip/hotspot/user limit-uptime,limit-bytes-total,mac-address"])
        let row = try #require(router.rows(.hotspotUser).first)
        #expect(row["limit-uptime"] == "2h1s" && row["limit-bytes-total"] == nil)
        #expect(row["mac-address"] == "02:00:00:00:00:01")
        #expect(try await client.upsert(user) == .changed)
        #expect(router.rows(.hotspotUser).first?["mac-address"] == nil)
    }

    @Test("A password is compared where it can be read, and left alone where it is masked")
    func passwords() async throws {
        var other = user
        other.password = Secret("x2")
        try await client.upsert(user)
        #expect(try await client.upsert(other) == .changed)
        #expect(router.rows(.hotspotUser).first?["password"] == "x2")
        let masking = FakeRouter(masksSecrets: true)
        let masked = HotspotClient(masking) { _ in }
        try await masked.upsert(user)
        #expect(try await masked.upsert(other) == .unchanged)
        #expect(try await masked.upsert(other, rewritingPassword: true) == .changed)
        #expect(masking.rows(.hotspotUser).first?["password"] == "x2")
    }

    @Test("A user that an operator made by hand is left alone")
    func foreign() async throws {
        router.plant(.hotspotUser, ["name": "ABCD", "password": "theirs", "comment": "front desk"])
        await #expect(throws: RouterError(.notOurs, in: .hotspotUser)) { try await client.upsert(user) }
        #expect(router.writes.isEmpty)
    }

    @Test("The same name on one server and on all are two users")
    func servers() async throws {
        var local = user
        local.server = "hs1"
        try await client.upsert(user)
        #expect(try await client.upsert(local) == .created)
        #expect(router.rows(.hotspotUser).count == 2)
        #expect(try await client.upsert(local) == .unchanged)
        #expect(try await client.upsert(user) == .unchanged)
    }

    static let lost: [RouterError.Kind] = [
        .timedOut(maybeDone: true), .interrupted(maybeDone: true), .notReady,
    ]

    @Test("After a lost reply the same call finds what it did", arguments: lost)
    func lostReply(kind: RouterError.Kind) async throws {
        for deed in ["add", "set"] {
            let router = FakeRouter()
            let client = HotspotClient(router) { _ in }
            var user = user
            if deed == "set" {
                try await client.upsert(user)
                user.uptimeLimit = .upTo(.hours(9))
            }
            router.state.withLock { $0.lostReplies["\(deed) /ip/hotspot/user"] = kind }
            let error = await #expect(throws: RouterError.self) { try await client.upsert(user) }
            #expect(error?.isPossiblyCarriedOut == true)
            #expect(try await client.upsert(user) == .unchanged)
            #expect(router.rows(.hotspotUser).count == 1)
        }
    }

    @Test("A value that the router takes and does not keep is told")
    func notApplied() async throws {
        let router = ForgetfulRouter(forgets: "limit-uptime")
        let error = await #expect(throws: RouterError.self) { try await HotspotClient(router) { _ in }.upsert(user) }
        #expect(error?.kind == .notApplied(property: "limit-uptime"))
    }

    static let versions = [(7, 9), (7, 12), (7, 16), (7, 20), (7, 21), (7, 24)].map { RouterVersion($0.0, $0.1) }

    @Test("Everything written and read is known to each version", arguments: versions)
    func schema(version: RouterVersion) async throws {
        let router = FakeRouter(version: version)
        let client = HotspotClient(router) { _ in }
        var profile = profile
        profile.macCookieTimeout = .days(1)
        profile.idleTimeout = .upTo(.minutes(5))
        try await client.upsert(profile)
        var user = user
        user.server = "hs1"
        user.device = MACAddress("02:00:00:00:00:01")
        user.isDisabled = true
        try await client.upsert(user)
        let (address, mac) = (IPv4Address(bits: 0x0A00_0002), MACAddress(bits: 0x0200_0000_0001))
        _ = try await client.login(address: address, mac: mac, user: "ABCD", password: Secret("x1"))
        _ = try await client.active()
        _ = try await client.users()
        _ = try await client.standing(of: "ABCD")
        _ = try await client.cut(users: ["ABCD"], devices: [mac])
        #expect(router.rows(.hotspotUser).isEmpty && router.rows(.hotspotActive).isEmpty)
    }
}

/// A router that takes a value and forgets it.
private struct ForgetfulRouter: RouterTransport {
    let inner = FakeRouter()
    let forgets: String

    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        try await inner.read(menu, where: conditions, properties: properties).map { record in
            RouterRecord(id: record.id, record.values.filter { $0.key != forgets })
        }
    }

    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        try await inner.add(menu, values)
    }

    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        try await inner.set(menu, id, values)
    }

    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) { try await inner.remove(menu, id) }

    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        try await inner.run(command, in: menu, arguments)
    }
}
