import Catalog
import Entitlements
import RouterOS
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Provisioning
@testable import RouterSimulator

/// What an operator, a restart or a mistake does to a router, and what a sweep makes of it: a row of the fault table.
struct RouterFault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let cause: Drift.Cause
    let outcome: Drift.Outcome
    /// The speed that the device has in the end.
    let rate: String
    let deed: @Sendable (RouterBench, Device) async throws -> Void

    init(
        _ name: String, _ cause: Drift.Cause, _ outcome: Drift.Outcome, rate: String = "2M/5M",
        _ deed: @escaping @Sendable (RouterBench, Device) async throws -> Void
    ) {
        testDescription = name
        self.cause = cause
        self.outcome = outcome
        self.rate = rate
        self.deed = deed
    }

    /// A fault that is a change of the device's user.
    init(_ name: String, user fields: [String: String]) {
        self.init(name, .changed, .repaired) { bench, device in
            try bench.operate(
                "/ip/hotspot/user", "set", fields.merging(["numbers": device.username]) { own, _ in own })
        }
    }

    /// A fault that is a row which somebody made.
    init(_ name: String, _ cause: Drift.Cause, row fields: [String: String], in menu: String) {
        self.init(name, cause, .told) { bench, _ in try bench.operate(menu, "add", fields) }
    }

    /// Every row of the table.
    static let all = users + profiles + standingInTheWay

    // MARK: Users

    private static let users: [RouterFault] = [
        RouterFault("user removed", .missing, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username])
        },
        RouterFault("user disabled", user: ["disabled": "yes"]),
        RouterFault("limit-uptime raised", user: ["limit-uptime": "40d"]),
        RouterFault("limit-uptime lowered", user: ["limit-uptime": "10m"]),
        RouterFault("limits taken away", user: ["limit-uptime": "0s", "limit-bytes-total": "0"]),
        RouterFault("volume raised", user: ["limit-bytes-total": "1000000000"]),
        RouterFault("another device bound to the user", user: ["mac-address": "02:00:00:00:00:99"]),
        RouterFault("user renamed", user: ["name": "mine"]),
        RouterFault("user twice", .doubled, .repaired) { bench, device in
            let tag = UserTag(entitlement: device.entitlement, mac: device.mac)
            try bench.operate("/ip/hotspot/user", "add", ["name": "twin", "comment": "\(tag)"])
        },
        RouterFault("expired user made again by hand", .over, .repaired) { bench, _ in
            let (id, device) = try bench.redeem(bench.vouchers(bench.world.makePackage())[0], 2)
            #expect(try eventually { try bench.effect(id)?.state == .done })
            try bench.withdraw(device.entitlement)
            // A sweep may be quicker than the order to cut it, which would take the row made by hand along.
            #expect(try eventually { try bench.users().count == 1 && bench.waiting(device) == 0 })
            let tag = UserTag(entitlement: device.entitlement, mac: device.mac)
            try bench.operate("/ip/hotspot/user", "add", ["name": device.username, "comment": "\(tag)"])
        },
        RouterFault("user with our mark that nobody knows", .unknown, .told) { bench, device in
            let tag = UserTag(entitlement: ID(at: 7), mac: device.mac)
            try bench.operate("/ip/hotspot/user", "add", ["name": "ghost", "comment": "\(tag)"])
        },
        RouterFault(
            "user made by hand", .handAdded, row: ["name": "boss", "password": "free"], in: "/ip/hotspot/user"),
        RouterFault("name taken by hand", .nameTaken, .told) { bench, device in
            try bench.operate("/ip/hotspot/user", "remove", ["numbers": device.username])
            try bench.operate("/ip/hotspot/user", "add", ["name": device.username, "comment": "the boss"])
        },
    ]

    // MARK: Profiles

    private static let profiles: [RouterFault] = [
        RouterFault("user on another profile", user: ["profile": "default"]),
        RouterFault("profile made faster", .changed, .repaired) { bench, _ in
            try bench.operate("/ip/hotspot/user/profile", "set", ["numbers": "lango-2M-5M", "rate-limit": "50M/50M"])
        },
        RouterFault("session begun while the profile was faster", .staleSession, .repaired) { bench, device in
            try bench.operate("/ip/hotspot/user/profile", "set", ["numbers": "lango-2M-5M", "rate-limit": "50M/50M"])
            let session = try #require(bench.online().first)
            try bench.operate("/ip/hotspot/active", "remove", [".id": try #require(session[".id"])])
            let password = try #require(bench.users().first?["password"])
            try bench.operate(
                "/ip/hotspot/active", "login",
                [
                    "user": device.username, "password": password, "ip": "\(bench.join(1))",
                    "mac-address": "\(device.mac)",
                ])
        },
        RouterFault("stale profile after a change of plan", .changed, .repaired, rate: "3M/6M") { bench, device in
            let (tenant, id) = (bench.world.tenant.id, device.entitlement)
            _ = try bench.world.store.writeNow(.tenant(tenant)) { transaction in
                try transaction.run(
                    "UPDATE main.entitlement SET rate_limit = '3M/6M' WHERE id = $1 AND tenant = $2", id, tenant)
            }
        },
    ]

    // MARK: What stands in the way

    private static let standingInTheWay: [RouterFault] = [
        RouterFault("binding past the hotspot", .bound, .told) { bench, device in
            try bench.operate(
                "/ip/hotspot/ip-binding", "add", ["mac-address": "\(device.mac)", "type": "bypassed"])
        },
        RouterFault("two bindings of one device", .boundTwice, .told) { bench, device in
            for type in ["regular", "blocked"] {
                try bench.operate(
                    "/ip/hotspot/ip-binding", "add", ["mac-address": "02:00:00:00:00:77", "type": type])
            }
        },
        RouterFault(
            "queue in front of the users' queues", .hiddenQueue,
            row: ["name": "whole-lan", "target": "10.5.0.0/16", "max-limit": "1M/1M"], in: "/queue/simple"),
        RouterFault("narrow queue above a dynamic one", .hiddenQueue, .told) { bench, _ in
            try bench.operate(
                "/queue/simple", "add", ["name": "everybody", "target": "172.16.0.0/16", "max-limit": "1M/1M"])
            try bench.operate(
                "/ip/hotspot/user/profile", "set", ["numbers": "lango-2M-5M", "parent-queue": "everybody"])
        },
        RouterFault(
            "FastTrack before the queues", .fastTrack,
            row: ["chain": "forward", "action": "fasttrack-connection", "comment": "defconf: fasttrack"],
            in: "/ip/firewall/filter"),
        RouterFault("pool removed", .poolMissing, .told) { bench, _ in
            try bench.operate("/ip/pool", "add", ["name": "guests", "ranges": "10.7.0.2-10.7.0.9"])
            let server = try #require(bench.rows("/ip/hotspot").first?["name"])
            try bench.operate("/ip/hotspot", "set", ["numbers": server, "address-pool": "guests"])
            try bench.operate("/ip/pool", "remove", ["numbers": "guests"])
        },
        RouterFault("hotspot package missing", .hotspotMissing, .told) { bench, _ in
            bench.host.router.with { machine, _ in machine.loseMenus(below: "/ip/hotspot") }
        },
    ]
}

extension RouterBench {
    /// Rows without our mark in all menus that sweeps look at, as they stand.
    func foreign() -> [String: [Record]] {
        let menus = RouterLook.tables.map(\.menu.path) + ["/ip/pool", "/ip/hotspot/profile"]
        return Dictionary(
            uniqueKeysWithValues: menus.filter { $0 != "/ip/hotspot/active" }.map { menu in
                (menu, rows(menu).filter { !Self.isOurs($0) && $0["dynamic"] != "true" })
            })
    }

    private static func isOurs(_ row: Record) -> Bool {
        row["comment"]?.hasPrefix("lango:") == true || row["name"]?.hasPrefix("lango-") == true
    }
}
