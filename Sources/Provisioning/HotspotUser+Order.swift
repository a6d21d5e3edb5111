import Entitlements
import RouterOS
import Values

extension HotspotProfile {
    /// The profile of a speed; devices of the same speed share it, and its name tells the speed.
    init(for rate: RateLimit?) {
        let words = rate?.text.map { $0 == "/" || $0 == " " ? "-" : String($0) }.joined() ?? "full-speed"
        self.init(name: "lango-\(words)")
        rateLimit = rate
        sharedUsers = .upTo(1)
    }
}

extension HotspotUser {
    /// The user of a device; limits are what it has used by the router's count and what is left from now.
    init(_ order: AdmissionOrder, profile: String, server: String, counted: HotspotUsage?) {
        self.init(
            name: order.username, password: order.password, profile: profile,
            tag: RouterTag("\(order.tag.entitlement)/\(order.tag.mac)"))
        let used = counted ?? HotspotUsage()
        device = order.mac
        self.server = server == "all" ? nil : server
        if let time = order.remainder.time.limit {
            let whole = used.uptime + time
            uptimeLimit = .upTo(.seconds(whole.secondsRoundedUp))
        }
        if let data = order.remainder.data.limit {
            volumeLimit = .upTo(DataVolume(bytes: used.uploaded.bytes + used.downloaded.bytes + data.bytes))
        }
    }
}

extension CounterReading {
    init(_ usage: HotspotUsage) {
        self.init(online: usage.uptime, bytesUp: usage.uploaded.bytes, bytesDown: usage.downloaded.bytes)
    }
}
