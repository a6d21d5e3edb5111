import Entitlements
import RouterOS
import Values

extension RouterTerms {
    /// How long a router may take over a first login: the clock starts when it has answered, and the mark is written
    /// before.
    private static let firstLogin = Span.seconds(15)

    /// How an entitlement ends on a router whose counters of its devices together stand as `counted`.
    ///
    /// What is left and what the counters say already, added up, is the same however often it is reckoned.
    init(_ entitlement: Entitlement, counted: CounterReading, at now: Instant) {
        self.init(
            end: entitlement.wallEnd(at: entitlement.connectedAt == nil ? now + Self.firstLogin : now),
            isShared: entitlement.deviceLimit > 1)
        if let limit = entitlement.onlineLimit.limit {
            time = limit - entitlement.onlineUsed + counted.online
        }
        if let limit = entitlement.dataLimit.limit {
            volume = DataVolume(bytes: limit.bytes - entitlement.dataUsed.bytes + counted.bytes)
        }
    }

    /// Whether terms that were written before still say the same: an end that was dealt at a first login may lie a little
    /// later, allowances as far off as those that are counted between two readings.
    func isRight(_ written: RouterTerms, toleratingVolume most: Int64) -> Bool {
        let isEndRight: Bool =
            if let wanted = end.map(Self.seconds), let known = written.end.map(Self.seconds) {
                (0...Self.firstLogin.milliseconds / 1_000 + 5).contains(known - wanted)
            } else { end == nil && written.end == nil }
        let isTimeRight: Bool =
            if let time, let known = written.time {
                abs((time - known).milliseconds) <= DesiredUser.timeTolerance.milliseconds
            } else { time == written.time }
        let isVolumeRight: Bool =
            if let volume, let known = written.volume {
                abs(volume.bytes - known.bytes) <= most
            } else { volume == written.volume }
        return isEndRight && isTimeRight && isVolumeRight
            && written.isShared == (isShared && (time != nil || volume != nil))
    }

    /// As marks say it: seconds since 1970, a started one counted.
    private static func seconds(_ instant: Instant) -> Int64 {
        floorDivide(instant.milliseconds + 999, by: 1_000).quotient
    }
}

extension Placement {
    /// The counters of its user as they were added up last.
    var counted: CounterReading {
        CounterReading(online: device.usage.countedOnline, bytesUp: 0, bytesDown: device.usage.countedBytes)
    }
}
