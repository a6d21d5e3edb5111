import RouterOS
import Synchronization
import TestKit
import Testing
import Values

@testable import Inventory

@Suite struct SurveyorTests {
    private static func survey(_ router: ScriptedRouter) async throws -> Survey {
        try await Surveyor(router, now: { 0 }).survey()
    }

    @Test("A table that is forbidden, absent or broken is noted and does not stop the rest")
    func notes() async throws {
        let router = ScriptedRouter([
            "/ip/address": [.rows([[".id": "*1", "address": "10.0.0.1/24", "interface": "ether1"]])],
            "/ppp/secret": [.refusal(.forbidden(policy: nil))],
            "/ip/pool": [.refusal(.failure("std failure: something"))],
            "/queue/simple": [.refusal(.tooLarge)],
            "/ip/route": [.refusal(.timedOut(maybeDone: true)), .rows([[".id": "*2", "dst-address": "0.0.0.0/0"]])],
            "/ip/firewall/connection": [.rows([["ret": "3011"]])],
            "/log": [.rows([[".id": "*1", "message": "hello"]])],
        ])
        let survey = try await Self.survey(router)
        #expect(survey.tables.count == SurveyPlan.tables.count)
        #expect(survey.table("/ip/address")?.rows.first?["interface"] == "ether1")
        #expect(survey.table("/ppp/secret")?.standing == .forbidden)
        #expect(survey.table("/ip/pool")?.standing == .failed)
        #expect(survey.table("/queue/simple")?.standing == .failed)
        #expect(survey.table("/ip/route")?.count == 1, "A table that was not answered in time is asked for once more")
        #expect(survey.table("/ip/firewall/connection")?.count == 3_011)
        #expect(survey.table("/log")?.standing == .read && survey.table("/ip/dns")?.standing == .absent)
    }

    @Test("A router that falls silent is given up; one that refuses us altogether is told at once")
    func givesUp() async throws {
        let silent = RouterError.Kind.timedOut(maybeDone: true)
        let tables = ["/interface", "/interface/ethernet", "/interface/vlan", "/interface/bridge"]
        let router = ScriptedRouter(Dictionary(uniqueKeysWithValues: tables.map { ($0, [.refusal(silent)]) }))
        await #expect(throws: RouterError.self) { try await Self.survey(router) }
        #expect(router.asked.count { $0.menu == "/interface/bridge" } == 0)
        let refusing = ScriptedRouter(["/system/identity": [.refusal(.unauthorized)]])
        await #expect(throws: RouterError(.unauthorized, in: Menu("/system/identity"))) {
            try await Self.survey(refusing)
        }
        let other = ScriptedRouter(["/system/resource": [.rows([["version": "not RouterOS"]])]])
        await #expect(throws: RouterError(.notRouterOS, in: Menu("/system/resource"))) {
            try await Self.survey(other)
        }
    }

    @Test("What is asked for depends on the version; of one that nobody checked everything is taken")
    func versions() async throws {
        let row = [".id": "*1", "name": "amina", "brand-new": "kept", "otp-secret": "hush"]
        let known = ScriptedRouter(["/ip/hotspot/user": [.rows([row])]])
        _ = try await Self.survey(known)
        let asked = known.asked.first { $0.menu == "/ip/hotspot/user" }?.properties ?? []
        #expect(asked.contains("limit-uptime") && !asked.contains("otp-secret") && !asked.contains("totp-secret"))
        #expect(!known.asked.contains { $0.menu == "/ip/service/webserver" }, "It came with 7.21")
        let newer = ScriptedRouter(version: "7.31 (stable)", ["/ip/hotspot/user": [.rows([row])]])
        let survey = try await Self.survey(newer)
        #expect(newer.asked.first { $0.menu == "/ip/hotspot/user" }?.properties.isEmpty == true)
        let user = try #require(survey.table("/ip/hotspot/user")?.rows.first)
        #expect(user["brand-new"] == "kept" && user.secrets == ["otp-secret"])
        #expect(newer.asked.contains { $0.menu == "/ip/service/webserver" })
        #expect(newer.asked.first { $0.menu == "/file" }?.properties.contains("contents") == false)
    }

    @Test("Health is read in the form of either generation")
    func health() async throws {
        let rows = ScriptedRouter([
            "/system/health": [.rows([[".id": "*D", "name": "temperature", "type": "C", "value": "46"]])]
        ])
        #expect(try await Self.survey(rows).table("/system/health")?.rows.first?["value"] == "46")
        let record = ScriptedRouter(
            version: "6.49.17", ["/system/health": [.rows([["temperature": "41C", "voltage": "24.1V"]])]])
        #expect(try await Self.survey(record).table("/system/health")?.rows.first?["temperature"] == "41C")
    }

    @Test("A row of another table, as a starting router gives it, is no row of this one")
    func confused() async throws {
        let router = ScriptedRouter([
            "/system/identity": [.rows([["cpu-load": "3", "uptime": "12s", "version": "7.16.2"]])]
        ])
        #expect(try await Self.survey(router).table("/system/identity")?.standing == .failed)
    }

    @Test("Long tables are cut, the log at its beginning; the count tells the truth")
    func bounds() async throws {
        let users = (1...Surveyor.mostRows + 5).map {
            ["name": "u\($0)", ".id": "*\(String($0, radix: 16).uppercased())"]
        }
        let lines = (1...Surveyor.mostLogLines + 3).map { ["message": "\($0)", ".id": "*1"] }
        let router = ScriptedRouter(["/ip/hotspot/user": [.rows(users)], "/log": [.rows(lines)]])
        let survey = try await Self.survey(router)
        let table = try #require(survey.table("/ip/hotspot/user"))
        #expect(table.rows.count == Surveyor.mostRows && table.count == Surveyor.mostRows + 5)
        #expect(survey.table("/log")?.rows.first?["message"] == "4")
        #expect(survey.table("/log")?.rows.last?["message"] == "\(Surveyor.mostLogLines + 3)")
    }

    @Test("When time is up the rest waits for the next reading")
    func patience() async throws {
        let router = ScriptedRouter(["/system/identity": [.rows([["name": "gate"]])]])
        let clock = Mutex<Int64>(0)
        let survey = try await Surveyor(
            router,
            now: {
                clock.withLock { time in
                    time += 60_000
                    return Instant(milliseconds: time)
                }
            }
        ).survey()
        #expect(survey.table("/system/identity")?.standing == .read)
        #expect(survey.table("/log")?.standing == .skipped)
        #expect(survey.tables.count == SurveyPlan.tables.count)
    }

    @Test("What a router is and has is told by its tables")
    func capabilities() async throws {
        let router = ScriptedRouter([
            "/system/resource": [
                .rows([["version": "7.24.4 (stable)", "board-name": "hAP ac^2", "architecture-name": "arm"]])
            ],
            "/system/license": [.rows([["level": "4"]])],
            "/system/package": [
                .rows([
                    [".id": "*1", "name": "routeros", "version": "7.24.4", "disabled": "false"],
                    [".id": "*2", "name": "user-manager", "version": "7.24.4", "disabled": "true"],
                    [".id": "*3", "name": "zerotier", "version": "", "available": "true"],
                ])
            ],
            "/system/device-mode": [.rows([["mode": "home", "hotspot": "false", "scheduler": "no"]])],
        ])
        let known = Capabilities(try await Self.survey(router))
        #expect(known.version == "7.24.4" && known.board == "hAP ac^2" && known.architecture == "arm")
        #expect(known.licence == "4" && known.deviceMode == "home")
        #expect(known.deviceFlags == ["hotspot": false, "scheduler": false])
        #expect(known.packages.map(\.name) == ["routeros", "user-manager"])
        #expect(known.packages.map(\.isEnabled) == [true, false])
        #expect(known.has("/system/package") && !known.has("/ip/hotspot"))
        #expect(Capabilities(known.json) == known)
    }
}
