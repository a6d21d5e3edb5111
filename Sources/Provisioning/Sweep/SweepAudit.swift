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

    /// Simple queues are asked in their order and the first that fits counts; a queue below another shares its limit.
    private mutating func lookAtQueues(_ look: RouterLook, _ ours: [DesiredUser]) {
        guard !look.sessions.isEmpty else { return }
        let limited = Set(ours.filter { $0.profile.rateLimit != nil }.map(\.user.name))
        let queues = look[.queueSimple].filter { !$0.flag("disabled") }
        let byName = Dictionary(queues.compactMap { row in row["name"].map { ($0, row) } }) { first, _ in first }
        let users = Dictionary(
            look.sessions.filter { limited.contains($0.user) }.compactMap { row in row.address.map { ($0, row.user) } }
        ) { first, _ in first }
        let wide = queues.enumerated().flatMap { position, queue in
            Block.all(queue["target"]).filter { $0.length < 32 }.map { (position: position, block: $0) }
        }
        var told: Set<String> = []
        for (position, queue) in queues.enumerated() where queue.flag("dynamic") {
            guard let block = Block.all(queue["target"]).first, block.length == 32, let user = users[block.address]
            else { continue }
            if let parent = queue["parent"].flatMap({ byName[$0] }), Self.isNarrower(parent, than: queue) {
                tell(parent, "its limit \(parent["max-limit"] ?? "") is below the speed of \(user)", &told)
            }
            let earlier = wide.first { $0.position < position && $0.block.contains(block.address) }
            if let earlier { tell(queues[earlier.position], "it stands before the queue of \(user)", &told) }
        }
    }

    private mutating func tell(_ queue: RouterRecord, _ detail: String, _ told: inout Set<String>) {
        let name = queue["name"] ?? ""
        guard told.insert(name).inserted else { return }
        drifts.append(Drift(.hiddenQueue, in: Menu.queueSimple.path, name, detail))
    }

    /// Addresses that a queue is for.
    private struct Block {
        let address: IPv4Address
        let length: Int

        /// The blocks of a list such as `10.5.50.0/24,10.5.60.7/32`; other targets, such as interfaces, are left out.
        static func all(_ target: String?) -> [Block] {
            (target ?? "").split(separator: ",").compactMap { word in
                let parts = word.split(separator: "/")
                guard let address = parts.first.flatMap({ IPv4Address($0) }) else { return nil }
                let length = parts.count == 2 ? Int(parts[1]) : 32
                return length.flatMap { (0...32).contains($0) ? Block(address: address, length: $0) : nil }
            }
        }

        func contains(_ other: IPv4Address) -> Bool {
            let mask: UInt32 = length == 0 ? 0 : ~0 << UInt32(32 - length)
            return address.bits & mask == other.bits & mask
        }
    }

    /// Whether a parent lets less through than its child may use; zero is no limit.
    private static func isNarrower(_ parent: RouterRecord, than child: RouterRecord) -> Bool {
        let none = RouterPair(0, 0)
        let above = parent["max-limit"].flatMap { RouterPair($0) } ?? none
        let below = child["max-limit"].flatMap { RouterPair($0) } ?? none
        func isNarrower(_ above: Int64, _ below: Int64) -> Bool { above > 0 && (below == 0 || above < below) }
        return isNarrower(above.upload, below.upload) || isNarrower(above.download, below.download)
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
