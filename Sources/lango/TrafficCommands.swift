import Arguments
import Monitoring
import RouterOS
import SQL
import Tenancy
import Values

/// Commands that show who is online on a router and what passes.
enum TrafficCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "router sessions", "Shows who is online on a router, as it was last read; --past shows who was.",
            operands: ["NAME"],
            options: [tenantOption, .flag("past", "sessions that are over, the newest first")]
                + OperationCommands.common
        ) { try sessions($0) },
        Command(
            "router traffic", "Shows what passed over the interfaces of a router, or over one, by the hour.",
            operands: ["NAME"],
            options: [
                tenantOption, .value("interface", "NAME", "one interface; or hotspot, or ppp, for all sessions"),
                .value("days", "N", "how many days, 1 to 30 [1]"),
            ] + OperationCommands.common
        ) { try traffic($0) },
    ]

    private struct NeverRead: Error, CustomStringConvertible {
        let name: String
        var description: String {
            "\(name) was never read; `lango serve` follows routers while the setting traffic is not 0"
        }
    }

    // MARK: Sessions

    private static func sessions(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let router = try SetupCommands.router(invocation, install)
        let (kept, live, past) = try install.store.read(.tenant(router.tenant)) { transaction in
            (
                try transaction.watch(of: router.id, of: router.tenant),
                try transaction.liveSessions(on: router.id, of: router.tenant),
                try transaction.pastSessions(on: router.id, of: router.tenant, atMost: 1_000)
            )
        }
        guard let readAt = kept?.watch.readAt else { throw NeverRead(name: router.name) }
        let isPast = invocation.has("past")
        if !isPast { Console.show("\(router.name)\tread \(readAt.iso8601)\t\(live.count) online") }
        Console.show("service\tname\tmac\taddress\tfrom\t\(isPast ? "until" : "seen")\tup\tdown\taccess")
        for session in isPast ? past : live { Console.show(line(session)) }
    }

    private static func line(_ session: LiveSession) -> String {
        let columns = [
            session.service, cell(WireText.readable(session.name)), session.mac?.description ?? "",
            session.address?.description ?? "", session.startedAt.iso8601,
            (session.endedAt ?? session.seenAt).iso8601, String(session.flow.up), String(session.flow.down),
            session.entitlement?.description ?? "",
        ]
        return columns.joined(separator: "\t")
    }

    // MARK: Traffic

    private static func traffic(_ invocation: Invocation) throws {
        let days = try invocation.number("days", in: 1...30) ?? 1
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let router = try SetupCommands.router(invocation, install)
        let now = SystemClock.now()
        let (kept, history) = try install.store.read(.tenant(router.tenant)) { transaction in
            (
                try transaction.watch(of: router.id, of: router.tenant),
                try transaction.traffic(ofDays: Int64(days), of: router.id, of: router.tenant, at: now)
            )
        }
        guard kept?.watch.readAt != nil else { throw NeverRead(name: router.name) }
        guard let name = invocation["interface"] else {
            Console.show("interface\treceived\tsent")
            for series in history.series {
                let total = history.total(of: series)
                Console.show("\(cell(WireText.readable(series.name)))\t\(total.up)\t\(total.down)")
            }
            return
        }
        guard let series = history.series.first(where: { WireText.readable($0.name) == name }) else {
            let names = history.series.map { WireText.readable($0.name) }
            throw Misuse("there is nothing of \(name); there are: \(names.joined(separator: ", "))")
        }
        Console.show("hour\treceived\tsent")
        for point in history.points {
            let flow = point.flows[series]
            let text = point.slot.readings == 0 ? "-\t-" : "\(flow?.up ?? 0)\t\(flow?.down ?? 0)"
            Console.show("\(point.at.iso8601)\t\(text)")
        }
    }

    /// A value on one line of a terminal.
    private static func cell(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" || $0 == "\u{1B}" ? " " : $0 })
    }
}
