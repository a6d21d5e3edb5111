import RouterOS
import SQL
package import Telemetry
import Tenancy
package import Values

/// Sees to changes that a gateway has left in the middle, and keeps the journal short.
package struct ChangeKeeper: Sendable {
    /// The newest changes of a router are kept, and all of the last months.
    package static let keptCount = 1_000
    package static let keptAge = Span.days(90)

    private let changer: RouterChanger
    private let log: Log

    package init(_ changer: RouterChanger, log: Log) {
        self.changer = changer
        self.log = log
    }

    /// Looks up what became of changes that nobody finishes any more; a router that does not answer is asked again at
    /// the next look.
    package func recover() async {
        let now = changer.now()
        guard let left = try? await changer.store.fetch(.platform, { try $0.abandonedChanges(at: now) }), !left.isEmpty,
            let routers = try? await changer.store.fetch(.platform, { try $0.allRouters() })
        else { return }
        await withTaskGroup { group in
            for (id, routerID) in left {
                guard let router = routers.first(where: { $0.id == routerID }) else { continue }
                group.addTask { await recover(id, on: router) }
            }
        }
    }

    private func recover(_ id: ID<RouterChange>, on router: Router) async {
        do {
            guard let change = try await changer.recover(id, on: router) else { return }
            log.notice(
                "router.change-recovered",
                ["router.id": .id(router.id), "change.id": .id(id), "change.state": .text(change.state.rawValue)])
        } catch {
            log.warning(
                "router.change-unfinished",
                ["router.id": .id(router.id), "change.id": .id(id), "reason": .text("\(error)")])
        }
    }

    /// Forgets changes that are neither recent nor among the newest of their router.
    package func forget() async throws {
        let oldest = changer.now() - Self.keptAge
        for router in try await changer.store.fetch(.platform, { try $0.allRouters() }) {
            try await changer.store.write(.tenant(router.tenant)) {
                try $0.forgetChanges(of: router.id, of: router.tenant, before: oldest, keeping: Self.keptCount)
            }
        }
    }
}
