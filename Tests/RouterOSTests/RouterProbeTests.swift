import Synchronization
import Testing
import Values

@testable import RouterOS

@Suite struct RouterProbeTests {
    let router = FakeRouter()

    private func furnish() {
        router.plant(.systemResource, ["version": "7.16.2 (stable)", "board-name": "hAP ac^2"])
        router.plant(.systemIdentity, ["name": "gw-kilimani"])
        router.plant(.systemClock, ["date": "2026-11-20", "time": "17:08:30", "gmt-offset": "+03:00"])
        router.plant(.deviceMode, ["mode": "advanced", "hotspot": "true", "fetch": "true", "scheduler": "true"])
        router.plant(.systemLicense, ["level": "6", "system-id": "ABC"])
        router.plant(.hotspot, ["name": "hs1", "interface": "bridge", "profile": "hsprof1"])
        router.plant(
            .hotspotServerProfile,
            [
                "name": "hsprof1", "login-by": "cookie,http-chap,http-pap", "dns-name": "login.example",
                "html-directory": "flash/hotspot", "use-radius": "false",
            ])
        router.plant(.user, ["name": "lango", "group": "api"])
        router.plant(.userGroup, ["name": "api", "policy": "read,write,test,api,rest-api,ftp,reboot,!sniff,sensitive"])
    }

    /// 2026-11-20T14:08:00Z.
    private func probe() async throws(RouterError) -> RouterProbe {
        try await RouterProbe(over: router, as: "lango", now: { Instant(milliseconds: 1_795_183_680_000) })
    }

    @Test("A router tells what it is")
    func reads() async throws {
        furnish()
        let probe = try await probe()
        #expect(
            probe.version == RouterVersion(7, 16, 2) && probe.board == "hAP ac^2" && probe.identity == "gw-kilimani")
        #expect(probe.clockOffset == .seconds(30) && probe.zoneOffset == .hours(3) && probe.isHotspotAllowed == true)
        #expect(probe.servers?.map(\.name) == ["hs1"] && probe.servers?.first?.isInvalid == false)
        let profile = try #require(probe.serverProfiles.first)
        #expect(profile.loginBy == ["cookie", "http-chap", "http-pap"] && profile.dnsName == "login.example")
        #expect(
            probe.policies?.contains("write") == true && probe.policies?.contains("sniff") == false
                && probe.licence == "6")
        #expect(probe.readsSecrets && probe.warnings.isEmpty, "\(probe.warnings)")
        #expect(router.writes.isEmpty)
    }

    @Test("Menus that are missing or closed leave a gap, not a failure")
    func gaps() async throws {
        furnish()
        router.state.withLock { state in
            state.refusals = [
                "read /system/device-mode": .failure("status 500"), "read /ip/hotspot": .menuAbsent,
                "read /ip/hotspot/profile": .menuAbsent, "read /user": .forbidden(policy: nil),
            ]
        }
        let probe = try await probe()
        #expect(probe.isHotspotAllowed == nil && probe.servers == nil && probe.policies == nil)
        #expect(probe.warnings == [.hotspotMissing])
    }

    @Test("A router that cannot be asked fails as a whole")
    func fails() async {
        furnish()
        router.state.withLock { $0.refusals["read /ip/hotspot"] = .timedOut(maybeDone: true) }
        await #expect(throws: RouterError.self) { try await probe() }
    }

    private static func probe(
        _ version: RouterVersion = RouterVersion(7, 20), clock: Span? = .zero, licence: String? = "6",
        mode: [String: Bool] = ["hotspot": true],
        servers: [RouterProbe.Server]? = nil, loginBy: Set<String> = ["http-pap"], dns: String? = "x",
        radius: Bool = false, policies: Set<String>? = ["read", "write", "rest-api", "sensitive", "reboot", "ftp"]
    ) -> RouterProbe {
        let server = RouterProbe.Server(name: "hs", interface: "b", profile: "p", isDisabled: false, isInvalid: false)
        let profile = RouterProbe.ServerProfile(
            name: "p", loginBy: loginBy, dnsName: dns, htmlDirectory: nil, usesRADIUS: radius)
        return RouterProbe(
            version: version, board: nil, identity: "", clockOffset: clock, zoneOffset: nil, licence: licence,
            deviceMode: mode, servers: servers ?? [server], serverProfiles: [profile], policies: policies)
    }

    private static func server(off: Bool = false, invalid: Bool = false) -> RouterProbe.Server {
        RouterProbe.Server(name: "hs", interface: "b", profile: "p", isDisabled: off, isInvalid: invalid)
    }

    static let conditions: [(probe: RouterProbe, warnings: [RouterWarning])] = [
        (probe(), []), (probe(RouterVersion(7, 6)), [.oldVersion(RouterVersion(7, 6))]),
        (probe(RouterVersion(7, 25)), [.newVersion(RouterVersion(7, 25))]), (probe(RouterVersion(7, 24, 4)), []),
        (probe(mode: ["hotspot": false]), [.hotspotForbidden]), (probe(mode: [:]), []),
        (probe(servers: []), [.noServer]),
        (probe(servers: [server(invalid: true)]), [.serverInvalid("hs")]),
        (probe(servers: [server(off: true)], loginBy: []), [.serverOff("hs")]),
        (probe(clock: .seconds(-121)), [.clockOff(.seconds(-121))]), (probe(clock: .seconds(120)), []),
        (probe(clock: nil), []), (probe(policies: ["read", "sensitive", "reboot", "ftp"]), [.missingPolicy("write")]),
        (probe(policies: ["read", "write", "ftp", "reboot"]), [.secretsMasked]), (probe(policies: nil), []),
        (
            probe(policies: ["read", "write", "sensitive", "test"]),
            [.usefulPolicy("reboot"), .usefulPolicy("ftp")]
        ),
        (
            probe(mode: ["hotspot": true, "scheduler": false, "fetch": false]),
            [.schedulerForbidden, .fetchForbidden]
        ),
        (probe(licence: "free"), [.licenceLimit(RouterLicence.limits[5])]), (probe(licence: nil), []),
        (probe(clock: .hours(1), licence: "3"), [.licenceLimit(RouterLicence.limits[2]), .clockOff(.hours(1))]),
        (probe(loginBy: ["cookie"]), [.noFormLogin(profile: "p")]),
        (probe(loginBy: ["http-chap", "mac-cookie"]), [.macCookies(profile: "p")]),
        (probe(dns: nil, radius: true), [.usesRADIUS(profile: "p"), .noDNSName(profile: "p")]),
        (probe(clock: .hours(1), servers: []), [.noServer, .clockOff(.hours(1))]),
    ]

    @Test("Each condition has its warning, the serious first", arguments: conditions)
    func warnings(probe: RouterProbe, warnings: [RouterWarning]) {
        #expect(probe.warnings == warnings)
        for warning in warnings { #expect("\(warning)".hasSuffix(".")) }
    }
}
