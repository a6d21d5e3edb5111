import RouterOS
import Values

/// What stands in the way of packages on a router and is not ours to change: told, never written.
struct SweepAudit {
    private(set) var drifts: [Drift] = []

    init(_ look: RouterLook, ours: [DesiredUser]) {
        lookAtServers(look)
        lookAtBindings(look, ours)
        lookAtQueues(look, ours)
        lookAtFastTrack(look, limitsSpeed: ours.contains { $0.profile.rateLimit != nil })
        for place in look.users.indices where look.users[place].state.tag == nil {
            let name = look.users[place].state.name
            if name != "default-trial" { drifts.append(Drift(.handAdded, in: Menu.hotspotUser.path, name)) }
        }
    }

    /// A pool that was removed shows as its bare id.
    private mutating func lookAtServers(_ look: RouterLook) {
        for server in look[.hotspot] where !server.flag("disabled") {
            guard let pool = server["address-pool"], RouterValue.isDangling(pool) else { continue }
            drifts.append(Drift(.poolMissing, in: Menu.hotspot.path, server["name"] ?? ""))
        }
    }

    private mutating func lookAtBindings(_ look: RouterLook, _ ours: [DesiredUser]) {
        guard !look[.hotspotBinding].isEmpty else { return }
        let ours = Set(ours.map(\.user.device))
        var seen: [MACAddress: Int] = [:]
        for row in look[.hotspotBinding] where !row.flag("disabled") {
            guard let mac = row.mac("mac-address"), mac.bits != 0 else { continue }
            seen[mac, default: 0] += 1
            if seen[mac] == 2 {
                drifts.append(Drift(.boundTwice, in: Menu.hotspotBinding.path, mac.description))
            } else if seen[mac] == 1, ours.contains(mac), let type = row["type"], type != "regular" {
                drifts.append(Drift(.bound, in: Menu.hotspotBinding.path, mac.description, "it is \(type)"))
            }
        }
    }

    private mutating func lookAtQueues(_ look: RouterLook, _ ours: [DesiredUser]) {
        guard !look.sessions.isEmpty else { return }
        let limited = Set(ours.filter { $0.profile.rateLimit != nil }.map(\.user.name))
        let users = Dictionary(
            look.sessions.filter { limited.contains($0.user) }.compactMap { row in row.address.map { ($0, row.user) } }
        ) { first, _ in first }
        var audit = QueueAudit(look[.queueSimple])
        for (position, queue) in audit.queues.enumerated() where queue.flag("dynamic") {
            guard let block = QueueAudit.Block.all(queue["target"]).first, block.length == 32,
                let user = users[block.address]
            else { continue }
            audit.look(at: position, of: user, using: block.address)
        }
        drifts += audit.drifts
    }

    private mutating func lookAtFastTrack(_ look: RouterLook, limitsSpeed: Bool) {
        guard limitsSpeed else { return }
        for rule in look[.firewallFilter]
        where rule["action"] == "fasttrack-connection" && !rule.flag("disabled") && rule["hotspot"] == nil {
            // The dummy rule that RouterOS shows while FastTrack works has no say.
            guard !rule.flag("dynamic") else { continue }
            drifts.append(Drift(.fastTrack, in: Menu.firewallFilter.path, rule["comment"] ?? "a FastTrack rule"))
        }
    }
}
