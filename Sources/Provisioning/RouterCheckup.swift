package import RouterOS
package import Tenancy
package import Values

/// What a look at a router found, in sentences; nothing on it is changed.
package struct RouterCheckup: Hashable, Sendable {
    package enum Weight: Hashable, Sendable {
        case fine
        /// Worth knowing; vouchers work.
        case note
        /// Vouchers will not work, or not for everybody, until it is put right.
        case serious
    }

    package struct Finding: Hashable, Sendable {
        package let weight: Weight
        package let sentence: String
    }

    package private(set) var findings: [Finding] = []
    /// How each way fared.
    package private(set) var reports: [RouterWays.Report] = []

    /// Whether nothing stands in the way of vouchers.
    package var isPassed: Bool { !findings.contains { $0.weight == .serious } }

    private mutating func add(_ weight: Weight, _ sentence: String) {
        findings.append(Finding(weight: weight, sentence: sentence))
    }

    /// Tries each way to the router by itself, then looks at the router over all of them.
    ///
    /// `portal` is where its pages lie, which phones must reach before they are online; `router` is the one
    /// transport that all of its ways share.
    package init(
        of ways: [(way: RouterWay, transport: any RouterTransport)], over router: any RouterTransport,
        as user: String, portal: PortalPlace, now: @Sendable () -> Instant
    ) async {
        var working = 0
        for (way, transport) in ways {
            do throws(RouterError) {
                let resource = try await transport.readRecord(.systemResource, properties: ["version", "board-name"])
                working += 1
                reports.append(RouterWays.Report(way: way, trouble: nil, at: now()))
                add(
                    .fine, "\(way) answers: RouterOS \(resource["version"] ?? "?") on \(resource["board-name"] ?? "?")."
                )
            } catch {
                reports.append(RouterWays.Report(way: way, trouble: error, at: now()))
                add(.note, "\(way): \(error.description)")
            }
        }
        guard working > 0 else {
            add(.serious, "No way to the router works.")
            return
        }
        do throws(RouterError) {
            let probe = try await RouterProbe(over: router, as: user, now: now)
            for warning in probe.warnings { add(warning.isSerious ? .serious : .note, warning.description) }
            guard probe.servers != nil else { return }
            try await lookAtGarden(over: router, portal)
            try await lookAtPages(over: router, probe, portal.host)
        } catch {
            add(.serious, error.description)
        }
    }

    /// Phones must reach the portal before they are online.
    private mutating func lookAtGarden(
        over router: any RouterTransport, _ portal: PortalPlace
    ) async throws(RouterError) {
        var tables: [[RouterRecord]] = []
        for menu in [WalledGarden.named, WalledGarden.byAddress] {
            tables.append(try await router.read(menu, properties: WalledGarden.properties[menu] ?? []))
        }
        if WalledGarden(tables: tables).lets(throughTo: portal) {
            add(.fine, "Phones reach \(portal.host) before they are online.")
        } else {
            let remedy = portal.address == nil ? " add dst-host=" : " ip add action=accept dst-address="
            add(
                .serious,
                "Phones do not reach \(portal.host) before they are online; add it: "
                    + "/ip hotspot walled-garden\(remedy)\(portal.host)")
        }
    }

    /// The pages that hand a phone over to the portal.
    private mutating func lookAtPages(
        over router: any RouterTransport, _ probe: RouterProbe, _ portalHost: String
    ) async throws(RouterError) {
        let used = Set((probe.servers ?? []).filter { !$0.isDisabled }.map(\.profile))
        let folders = Set(probe.serverProfiles.filter { used.contains($0.name) }.compactMap(\.htmlDirectory))
        for folder in folders.sorted() {
            let page = "\(folder)/login.html"
            let files = try await router.read(.file, where: [("name", page)], properties: ["name", "contents"])
            guard let file = files.first else {
                add(.serious, "The page \(page) is missing; \(Self.remedy)")
                continue
            }
            // RouterOS shows what is in a file up to some four kilobytes.
            switch file["contents"]?.contains(portalHost) {
            case nil: add(.note, "The page \(page) is too long to be looked into.")
            case true?: add(.fine, "The page \(page) leads to the portal.")
            case false?: add(.serious, "The page \(page) does not lead to \(portalHost); \(Self.remedy)")
            }
        }
    }

    private static let remedy = "write the hotspot's pages with `lango router files` and copy them there."
}

extension RouterDoors {
    /// Looks at a router and tells in sentences what is right and what is not.
    ///
    /// - Throws: `RouterTrouble.refused` where the stored password or address cannot be used.
    package func checkup(of router: Router, portal: PortalPlace, now: @Sendable () -> Instant) async throws
        -> RouterCheckup
    {
        await RouterCheckup(
            of: try ways(to: router), over: try transport(to: router), as: router.username, portal: portal,
            now: now)
    }
}
