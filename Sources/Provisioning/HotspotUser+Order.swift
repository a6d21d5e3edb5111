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

extension UserReading {
    /// Nil for a user that is not ours.
    init?(_ standing: HotspotStanding) {
        guard let tag = standing.user.tag.flatMap({ UserTag($0) }) else { return nil }
        self.init(tag, standing)
    }

    /// The user of a device, and who is online under its name.
    init(_ tag: UserTag, _ standing: HotspotStanding) {
        self.init(
            tag: tag, counters: CounterReading(standing.usage),
            session: standing.sessions.first.map {
                SessionReading(address: $0.address ?? IPv4Address(bits: 0), counters: CounterReading($0.usage))
            })
    }
}

extension HotspotUser {
    /// The user of a device; limits are what it has used by the router's count and what is left from now.
    init(_ order: AdmissionOrder, profile: String, server: String) {
        self.init(
            name: order.username, password: order.password, profile: profile,
            tag: RouterTag(order.tag.subject, terms: order.terms))
        let used = order.counted
        device = order.mac
        self.server = server == "all" ? nil : server
        if let time = order.remainder.time.limit {
            let whole = (used?.online ?? .zero) + time
            uptimeLimit = .upTo(.seconds(whole.secondsRoundedUp))
        }
        if let data = order.remainder.data.limit {
            volumeLimit = .upTo(DataVolume(bytes: (used?.bytes ?? 0) + data.bytes))
        }
    }
}

extension CounterReading {
    init(_ usage: HotspotUsage) {
        self.init(online: usage.uptime, bytesUp: usage.uploaded.bytes, bytesDown: usage.downloaded.bytes)
    }
}
