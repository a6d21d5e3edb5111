/// A `rate-limit` as a router shows it, with everything that is left out filled in; bits per second.
///
/// Grammar of the manual: `rx[/tx] [rx-burst[/tx] [rx-threshold[/tx] [rx-time[/tx] [priority] [rx-min[/tx]]]]]`, where
/// rx is what the router receives: the customer's upload. `Values.RateLimit` is what is sold; this compares.
package struct RouterRateLimit: Hashable, Sendable {
    package let rate: RouterPair
    package let burst: RouterPair
    package let threshold: RouterPair
    /// In seconds.
    package let burstTime: RouterPair
    package let priority: Int64
    package let minimum: RouterPair

    /// Reads the written form; an absent burst is zero, an absent threshold the rate, an absent time a second.
    package init?(_ text: some StringProtocol) {
        let fields = text.split(separator: " ").map { RouterPair($0) }
        guard (1...6).contains(fields.count), let rate = fields[0] else { return nil }
        let given = fields.compactMap(\.self)
        guard given.count == fields.count else { return nil }
        func field(_ position: Int, else absent: RouterPair) -> RouterPair {
            position < given.count ? given[position] : absent
        }
        self.rate = rate
        burst = field(1, else: RouterPair(0, 0))
        threshold = field(2, else: rate)
        burstTime = field(3, else: RouterPair(1, 1))
        priority = field(4, else: RouterPair(8, 8)).upload
        minimum = field(5, else: rate)
    }

    /// One text for all forms that mean the same: without a burst its threshold and time mean nothing.
    var canonical: String {
        let peak = burst == RouterPair(0, 0) ? "" : " \(burst) \(threshold) \(burstTime)"
        return "\(rate)\(peak) \(priority) \(minimum)"
    }
}

/// Two numbers, `upload/download`; one alone stands for both.
package struct RouterPair: Hashable, Sendable, CustomStringConvertible {
    package let upload: Int64
    package let download: Int64

    package init(_ upload: Int64, _ download: Int64) {
        self.upload = upload
        self.download = download
    }

    /// Reads `64k/128M`, `344136/792216`, `10s/10s`; nil for names such as `default-small/default-small`.
    package init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), let upload = Self.number(halves[0]),
            let download = Self.number(halves[halves.count - 1])
        else { return nil }
        self.init(upload, download)
    }

    package var description: String { "\(upload)/\(download)" }

    /// Digits with an optional suffix: `k`, `M`, `G` are decimal, `s` is none.
    private static func number(_ text: some StringProtocol) -> Int64? {
        let scale: Int64? =
            switch text.last {
            case "k", "K": 1_000
            case "m", "M": 1_000_000
            case "g", "G": 1_000_000_000
            case "s": 1
            default: nil
            }
        let digits = scale == nil ? text[...] : text.dropLast()
        guard (1...12).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int64(digits).flatMap { $0 <= 1_000_000_000_000 / (scale ?? 1) ? $0 * (scale ?? 1) : nil }
    }
}
