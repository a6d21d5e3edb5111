import Arguments
import Provisioning
import SQL
import Tenancy
import Values

/// Commands that make routers agree with the database and tell where they did not.
enum SweepCommands {
    private static let tenantOption = Command.Option.value("tenant", "SLUG", "the tenant", isRequired: true)

    static let all: [Command] = [
        Command(
            "router sweep", "Has the running gateway compare a router with the database and repair it at once.",
            operands: ["NAME"],
            options: [tenantOption, .value("wait", "SECONDS", "how long to wait for it, 1 to 600 [60]")]
                + OperationCommands.common
        ) { try await sweep($0) },
        Command(
            "router drift", "Shows what was not as the database says on a router, what is so still first.",
            operands: ["NAME"],
            options: [tenantOption, .flag("open", "only what is so still")] + OperationCommands.common
        ) { try drift($0) },
    ]

    private struct NotSwept: Error, CustomStringConvertible {
        let description: String
    }

    private static func sweep(_ invocation: Invocation) async throws {
        let seconds = try invocation.number("wait", in: 1...600) ?? 60
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let router = try SetupCommands.router(invocation, install)
        let asked = SystemClock.now()
        try install.store.writeNow(.tenant(router.tenant)) {
            try $0.askForSweep(of: router.id, of: router.tenant, at: asked)
        }
        for _ in 0..<seconds * 10 {
            let (sweep, drifts) = try install.store.read(.tenant(router.tenant)) { transaction in
                (
                    try transaction.sweep(of: router.id, of: router.tenant),
                    try transaction.drifts(on: router.id, of: router.tenant, atMost: 1_000)
                )
            }
            if let sweep, sweep.askedAt == nil, let sweptAt = sweep.sweptAt {
                let found = drifts.filter { $0.seenAt == sweptAt }
                Console.show("\(router.name): \(sweep.requests) requests, \(sweep.writes) of them writes")
                for record in found { Console.show(line(record)) }
                return
            }
            // The gateway looks for what is asked a few times a second.
            try await Task.sleep(for: .milliseconds(100))
        }
        throw NotSwept(
            description: "\(router.name) was not swept within \(seconds) s: "
                + (router.stateNote.isEmpty ? "is `lango serve` running?" : router.stateNote)
                + " It will be, once the gateway and the router answer.")
    }

    private static func drift(_ invocation: Invocation) throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let router = try SetupCommands.router(invocation, install)
        let drifts = try install.store.read(.tenant(router.tenant)) { transaction in
            invocation.has("open")
                ? try transaction.openDrifts(on: router.id, of: router.tenant)
                : try transaction.drifts(on: router.id, of: router.tenant, atMost: 1_000)
        }
        Console.show("found\tseen\tgone\toutcome\tcause\twhat")
        for record in drifts {
            let times = [record.foundAt.iso8601, record.seenAt.iso8601, record.goneAt?.iso8601 ?? ""]
            Console.show((times + [line(record)]).joined(separator: "\t"))
        }
    }

    private static func line(_ record: DriftRecord) -> String {
        let drift = record.drift
        return "\(drift.outcome.rawValue)\t\(drift.cause.rawValue)\t\(drift)"
    }
}
