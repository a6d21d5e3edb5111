import Arguments
import Catalog
import Provisioning
import Subscribers
import SQL
import Tenancy
import Values

/// `lango router replace`: one router takes the place of another, with a line for each device.
enum ReplaceCommand {
    static let all: [Command] = [
        Command(
            "router replace",
            "Moves all that a router carries to another; may be run again. Ends with 1 where something could not be moved.",
            operands: ["NAME", "BY"],
            options: [
                .value("tenant", "SLUG", "the tenant", isRequired: true),
                .flag("preview", "only tell what would become of each device"),
            ] + OperationCommands.common
        ) { try await replace($0) }
    ]

    private static func replace(_ invocation: Invocation) async throws {
        let install = try Install(OperationCommands.settings(invocation))
        defer { install.store.close() }
        let old = try SetupCommands.router(invocation, install)
        let new = try SetupCommands.router(invocation, install, operand: "BY")
        let replacement = try RouterReplacement(
            of: old, by: new, in: install.store,
            lines: LineDesk(keys: LineKeys(install.masterKey), now: SystemClock.now))
        let packages = try install.store.read(.tenant(old.tenant)) { try $0.packages(of: old.tenant) }
        let names = Dictionary(packages.map { ($0.id, $0.name) }) { first, _ in first }
        let isPreview = invocation.has("preview")
        let now = SystemClock.now()
        let devices = isPreview ? try replacement.preview(at: now) : try await replacement.carryOut(at: now)
        for device in devices {
            let name = names[device.package] ?? ""
            Console.show("\(device.outcome.rawValue)\t\(device.name)\t\(name)\t\(words(device.outcome, old, new))")
        }
        let count = { (wanted: (ReplacedCustomer.Outcome) -> Bool) in devices.count { wanted($0.outcome) } }
        let (moved, there) = (count { $0 == .moved }, count { $0 == .there })
        let rest = devices.count - moved - there
        Console.show("\(moved) \(isPreview ? "to be moved" : "moved"), \(there) already there, \(rest) not moved")
        let stuck = count(\.isStuck)
        guard stuck == 0 else { throw Declined("\(stuck) of \(devices.count) cannot be moved to \(new.name)") }
    }

    private static func words(_ outcome: ReplacedCustomer.Outcome, _ old: Router, _ new: Router) -> String {
        switch outcome {
        case .moved: "\(new.name) gets it within seconds; \(old.name) is rid of it when it answers"
        case .there: "\(new.name) serves it already"
        case .over: "its access is over"
        case .left: "it logged out"
        case .elsewhere: "it is behind a third router by now"
        case .addressTaken: "another line behind \(new.name) has its address"
        case .otherSite: "its access holds at the site of \(old.name) only, and \(new.name) stands at another"
        }
    }
}
