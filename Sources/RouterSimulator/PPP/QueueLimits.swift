import Values

/// What a `rate-limit` makes of a queue that the router makes by itself: the first four of its fields, each half of a pair
/// standing for both where it stands alone (FACTS 4.1).
///
/// That such queues show their burst is as routers are known to do; no captured record has one.
struct QueueLimits {
    /// The values of the row.
    let values: [String: String]

    /// Bits per second, upload first: `6M/4M` is `6000000/4000000`.
    var rate: String { values["max-limit"] ?? "0/0" }

    /// Nil where the text names no speed.
    init?(_ text: String) {
        let fields = text.split(separator: " ")
        guard let rate = fields.first.flatMap({ Self.rates($0) }) else { return nil }
        let burst = fields.count > 1 ? Self.rates(fields[1]) : nil
        let threshold = fields.count > 2 ? Self.rates(fields[2]) : rate
        let time = fields.count > 3 ? Self.times(fields[3]) : "1s/1s"
        values = [
            "max-limit": rate, "burst-limit": burst ?? "0/0",
            "burst-threshold": burst == nil ? "0/0" : threshold ?? "0/0", "burst-time": burst == nil ? "0s/0s" : time,
        ]
    }

    private static func rates(_ pair: Substring) -> String? {
        let rates = pair.split(separator: "/").compactMap { BitRate($0)?.bitsPerSecond ?? ($0 == "0" ? 0 : nil) }
        guard let upload = rates.first else { return nil }
        return "\(upload)/\(rates.count > 1 ? rates[1] : upload)"
    }

    private static func times(_ pair: Substring) -> String {
        let times = pair.split(separator: "/").map { $0.hasSuffix("s") ? String($0) : "\($0)s" }
        return "\(times[0])/\(times[times.count - 1])"
    }
}
