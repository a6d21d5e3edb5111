package import Values

/// What became of a device's traffic.
package enum TrafficOutcome: Hashable, Sendable {
    /// It passed: the device is logged in, bypassed, or no hotspot runs.
    case passed
    /// The hotspot holds the device back.
    case captive
    /// The device is blocked or has no address.
    case blocked
}

extension RouterMachine {
    /// The device with that hardware address, with a lease; nil when the pool is used up.
    package mutating func phone(_ mac: MACAddress, preferring address: IPv4Address? = nil) -> Phone? {
        if let phone = hotspot.phones[mac] { return phone }
        let taken = Set(hotspot.phones.values.map(\.address))
        let base = settings.hotspotAddress.bits & 0xFFFF_FF00
        let free = (2...254).lazy.map { IPv4Address(bits: base + $0) }
        // A fixed lease gives the same address always.
        let fixed = fixedLease(of: mac)?["address"].flatMap { IPv4Address($0) }
        let wanted = (fixed ?? address).flatMap { taken.contains($0) ? nil : $0 }
        guard let lease = wanted ?? free.first(where: { !taken.contains($0) && $0 != settings.hotspotAddress })
        else { return nil }
        let phone = Phone(mac: mac, address: lease)
        hotspot.phones[mac] = phone
        touch()
        return phone
    }

    /// A device sends and receives; the hotspot sees it, counts it, and may end its session.
    @discardableResult
    package mutating func traffic(_ mac: MACAddress, up: Int64, down: Int64, at time: Instant) -> TrafficOutcome {
        advance(to: time)
        guard let phone = phone(mac), fixedLease(of: mac)?["block-access"] != "true" else { return .blocked }
        returned(mac)
        guard let server else { return .passed }
        let binding = binding(of: phone)
        if binding == "blocked" { return .blocked }
        see(phone, on: server["name"] ?? "", up: up)
        if binding == "bypassed" {
            countHost(mac, up: 0, down: down)
            return .passed
        }
        guard let index = hotspot.sessions.firstIndex(where: { $0.mac == mac }) else { return .captive }
        count(index, up: up, down: down)
        return .passed
    }

    /// The device leaves the radio: it no longer answers, and after `keepalive-timeout` its session ends.
    package mutating func phoneLeaves(_ mac: MACAddress, at time: Instant) {
        advance(to: time)
        guard hotspot.phones[mac] != nil else { return }
        hotspot.phones[mac]?.isPresent = false
        hotspot.goneSince[mac] = hotspot.goneSince[mac] ?? now
    }

    /// The device is back under another hardware address, with another lease.
    package mutating func phoneChanges(_ mac: MACAddress, to other: MACAddress, at time: Instant) -> Phone? {
        phoneLeaves(mac, at: time)
        for number in UInt32(1)...254 where currentMAC(ofPhone: number) == mac { hotspot.changedMACs[number] = other }
        return phone(other)
    }

    /// The hardware address of phone `number`: 02:4C:47:00:00:NN unless it has changed.
    package func currentMAC(ofPhone number: UInt32) -> MACAddress {
        hotspot.changedMACs[number] ?? MACAddress(bits: 0x024C_4700_0000 + UInt64(number))
    }

    private mutating func returned(_ mac: MACAddress) {
        hotspot.phones[mac]?.isPresent = true
        hotspot.goneSince[mac] = nil
    }

    /// The kind of binding that holds for a device: `regular` where there is none.
    func binding(of phone: Phone) -> String {
        let rows = tables["/ip/hotspot/ip-binding"]
        for id in rows?.order ?? [] {
            guard let row = rows?[id], row["disabled"] != "true" else { continue }
            let fitsMAC = row["mac-address"].map { $0.isEmpty || $0 == phone.mac.description } ?? true
            let fitsIP = row["address"].map { $0.isEmpty || AddressRange($0)?.contains(phone.address) == true } ?? true
            let isBound = row["mac-address"]?.isEmpty == false || row["address"]?.isEmpty == false
            if isBound, fitsMAC, fitsIP { return row["type"] ?? "regular" }
        }
        return "regular"
    }

    /// Notes a device in the host table; a new one is let in by its hardware address or its MAC cookie where allowed.
    private mutating func see(_ phone: Phone, on server: String, up: Int64) {
        let isNew = !hotspot.hosts.contains { $0.mac == phone.mac }
        if isNew {
            touch()
            hotspot.hosts.append(
                Host(
                    id: hotspot.newID(), mac: phone.mac, address: phone.address, server: server, since: now,
                    lastTraffic: now))
        }
        countHost(phone.mac, up: up, down: 0)
        guard session(of: phone.mac) == nil, binding(of: phone) == "regular" else { return }
        if isNew, loginMethods.contains("mac") { logInByMAC(phone) }
        guard session(of: phone.mac) == nil, loginMethods.contains("mac-cookie"),
            let cookie = hotspot.cookies.last(where: { $0.isMAC && $0.mac == phone.mac })
        else { return }
        note("hotspot,info,debug", "\(cookie.user) (\(phone.address)): trying to log in by mac-cookie")
        try? logIn(phone.mac, as: cookie.user, .trusted(.macCookie), domain: cookie.domain)
    }

    private mutating func logInByMAC(_ phone: Phone) {
        let name = phone.mac.description
        note("hotspot,info,debug", "\(name) (\(phone.address)): trying to log in by mac")
        guard let server, let (_, row) = hotspotUser(named: name, on: server["name"] ?? "") else {
            note("hotspot,info,debug", "\(name) (\(phone.address)): login failed: invalid username or password")
            return
        }
        let profile = serverProfile
        let given =
            profile["mac-auth-mode"] == "mac-as-username-and-password" ? name : profile["mac-auth-password"] ?? ""
        guard row["password"] ?? "" == given else {
            note("hotspot,info,debug", "\(name) (\(phone.address)): login failed: invalid username or password")
            return
        }
        try? logIn(phone.mac, as: name, .trusted(.mac))
    }

    private mutating func countHost(_ mac: MACAddress, up: Int64, down: Int64) {
        guard let index = hotspot.hosts.firstIndex(where: { $0.mac == mac }) else { return }
        hotspot.hosts[index].usage.count(up: up, down: down)
        hotspot.hosts[index].lastTraffic = now
    }

    /// Counts a session's traffic up to its limits; the byte that reaches one is the last.
    private mutating func count(_ index: Int, up: Int64, down: Int64) {
        let limits = hotspot.sessions[index].limits
        let usage = hotspot.sessions[index].usage
        let totalLeft = limits.bytesTotal.map { max(0, $0 - usage.bytesIn - usage.bytesOut) } ?? .max
        let passedUp = min(up, limits.bytesIn.map { max(0, $0 - usage.bytesIn) } ?? .max, totalLeft)
        let passedDown = min(down, limits.bytesOut.map { max(0, $0 - usage.bytesOut) } ?? .max, totalLeft - passedUp)
        hotspot.sessions[index].usage.count(up: passedUp, down: passedDown)
        hotspot.sessions[index].lastTraffic = now
        countHost(hotspot.sessions[index].mac, up: 0, down: passedDown)
        countUplink(from: server?["interface"], up: passedUp, down: passedDown)
        countQueue(of: hotspot.sessions[index].address, on: server?["interface"], up: passedUp, down: passedDown)
        let after = hotspot.sessions[index].usage
        let isUsedUp =
            limits.bytesIn.map { after.bytesIn >= $0 } == true || limits.bytesOut.map { after.bytesOut >= $0 } == true
            || limits.bytesTotal.map { after.bytesIn + after.bytesOut >= $0 } == true
        if isUsedUp { close(hotspot.sessions[index].id, because: "traffic limit reached") }
    }
}

/// Addresses as RouterOS writes them: one, `a-b`, or `a/24`.
struct AddressRange: Hashable, Sendable {
    let range: ClosedRange<UInt32>

    init?(_ text: some StringProtocol) {
        if let mark = text.firstIndex(of: "-") {
            guard let first = IPv4Address(text[..<mark]), let last = IPv4Address(text[text.index(after: mark)...]),
                first.bits <= last.bits
            else { return nil }
            range = first.bits...last.bits
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPv4Address(first), parts.count <= 2 else { return nil }
        guard parts.count == 2 else {
            range = address.bits...address.bits
            return
        }
        guard let length = UInt32(parts[1]), length <= 32 else { return nil }
        let size: UInt32 = length == 0 ? .max : UInt32((UInt64(1) << (32 - length)) - 1)
        let start = address.bits & ~size
        range = start...(start | size)
    }

    func contains(_ address: IPv4Address) -> Bool { range.contains(address.bits) }
    var count: Int { range.count }
}
