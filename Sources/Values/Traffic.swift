/// An amount of data in bytes.
package struct DataVolume: Hashable, Sendable, Comparable {
    package let bytes: Int64

    package init(bytes: Int64) { self.bytes = bytes }

    /// Reads `500MB`, `1.5GB`, `2TB`, `64KB` or plain bytes; decimal units, as sold.
    ///
    /// Returns nil for zero.
    package init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        let digits = upper.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = upper.dropFirst(digits.count)
        guard let scale = Self.units[String(unit)] else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole < 1_000_000_000 else { return nil }
        var bytes = whole.multipliedReportingOverflow(by: scale)
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), let fraction = Int64(parts[1]) else { return nil }
            let divisor: Int64 = [10, 100, 1_000][parts[1].utf8.count - 1]
            bytes.partialValue += fraction * scale / divisor
        }
        guard !bytes.overflow, bytes.partialValue > 0 else { return nil }
        self.bytes = bytes.partialValue
    }

    private static let units: [String: Int64] = [
        "": 1, "B": 1, "KB": 1_000, "K": 1_000, "MB": 1_000_000, "M": 1_000_000, "GB": 1_000_000_000,
        "G": 1_000_000_000, "TB": 1_000_000_000_000, "T": 1_000_000_000_000,
    ]

    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// The value and unit a person reads: at most one decimal, `1.5 GB`.
    package var readable: (tenths: Int64, unit: String) {
        for (unit, scale) in [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)]
            as [(String, Int64)]
        where bytes >= scale {
            return (bytes / (scale / 10), unit)
        }
        return (bytes * 10, "B")
    }

    /// `1.5GB`: the form that `init(_:)` reads back, exact or in bytes.
    package var text: String {
        let (tenths, unit) = readable
        let short = tenths % 10 == 0 ? "\(tenths / 10)\(unit)" : "\(tenths / 10).\(tenths % 10)\(unit)"
        return Self(short) == self ? short : "\(bytes)B"
    }
}

/// How much of something there is: an absent limit is a case of its own, never zero.
package enum Allowance<Quantity: Hashable & Sendable>: Hashable, Sendable {
    case unlimited
    case upTo(Quantity)

    /// The quantity, or nil where there is no limit.
    @inlinable package var limit: Quantity? {
        switch self {
        case .unlimited: nil
        case .upTo(let quantity): quantity
        }
    }

    /// From a nullable column.
    @inlinable package init(_ quantity: Quantity?) {
        self = if let quantity { .upTo(quantity) } else { .unlimited }
    }
}

/// A speed in bits per second.
package struct BitRate: Hashable, Sendable, Comparable {
    package let bitsPerSecond: Int64

    package init(bitsPerSecond: Int64) { self.bitsPerSecond = bitsPerSecond }

    /// Reads `512k`, `5M`, `1G` or plain bits per second, up to 100 Gbit/s; suffixes are decimal, as in RouterOS.
    package init?(_ text: some StringProtocol) { self.init(String(text).utf8Span.span) }

    fileprivate init?(_ text: Swift.Span<UInt8>) {
        guard text.count > 0 else { return nil }
        let scale: Int64
        switch text[text.count - 1] {
        case UInt8(ascii: "k"), UInt8(ascii: "K"): scale = 1_000
        case UInt8(ascii: "m"), UInt8(ascii: "M"): scale = 1_000_000
        case UInt8(ascii: "g"), UInt8(ascii: "G"): scale = 1_000_000_000
        default: scale = 1
        }
        guard let number = text.extracting(0..<text.count - (scale > 1 ? 1 : 0)).decimal, number > 0,
            number <= 100_000_000_000 / scale
        else { return nil }
        bitsPerSecond = number * scale
    }

    package static func < (left: Self, right: Self) -> Bool { left.bitsPerSecond < right.bitsPerSecond }

    /// The shortest form that RouterOS reads: `5M`, `512k`.
    package var text: String {
        if bitsPerSecond % 1_000_000 == 0 { return "\(bitsPerSecond / 1_000_000)M" }
        if bitsPerSecond % 1_000 == 0 { return "\(bitsPerSecond / 1_000)k" }
        return String(bitsPerSecond)
    }
}

/// The speed of a customer's line, with its burst.
///
/// The written form is RouterOS's `rate-limit`, seen from the router: the first of each pair is what it receives,
/// the customer's **upload** (manual: "rx-rate/tx-rate rx-burst/tx-burst rx-threshold/tx-threshold rx-time/tx-time").
package struct RateLimit: Hashable, Sendable {
    /// One value each way.
    package struct Pair<Value: Hashable & Sendable>: Hashable, Sendable {
        package let upload: Value
        package let download: Value

        package init(upload: Value, download: Value) {
            self.upload = upload
            self.download = download
        }
    }

    /// A higher speed for as long as the average stays below the threshold.
    package struct Burst: Hashable, Sendable {
        package let rate: Pair<BitRate>
        package let threshold: Pair<BitRate>
        /// The span over which the average is taken, in whole seconds.
        package let seconds: Pair<Int64>

        package init(rate: Pair<BitRate>, threshold: Pair<BitRate>, seconds: Pair<Int64>) {
            self.rate = rate
            self.threshold = threshold
            self.seconds = seconds
        }
    }

    package let rate: Pair<BitRate>
    package let burst: Burst?

    package init(rate: Pair<BitRate>, burst: Burst? = nil) {
        self.rate = rate
        self.burst = burst
    }

    /// Reads `rx[/tx] [rx-burst[/tx] rx-threshold[/tx] rx-time[/tx]]`; a missing second half repeats the first.
    ///
    /// Returns nil for anything else and where the burst lies below the rate.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        let bytes = text.utf8Span.span
        let fields = bytes.fields(separatedBy: UInt8(ascii: " ")).filter { !$0.isEmpty }
        guard fields.count == 1 || fields.count == 4, let rate = Self.rates(bytes.extracting(fields[0])) else {
            return nil
        }
        guard fields.count == 4 else {
            self.init(rate: rate)
            return
        }
        guard let peak = Self.rates(bytes.extracting(fields[1])),
            let threshold = Self.rates(bytes.extracting(fields[2])),
            let seconds = Self.pair(bytes.extracting(fields[3]), Self.seconds),
            peak.upload >= rate.upload, peak.download >= rate.download,
            (1...3_600).contains(seconds.upload), (1...3_600).contains(seconds.download)
        else { return nil }
        self.init(rate: rate, burst: Burst(rate: peak, threshold: threshold, seconds: seconds))
    }

    /// The written form that RouterOS reads.
    package var text: String {
        let base = "\(rate.upload.text)/\(rate.download.text)"
        guard let burst else { return base }
        return base + " \(burst.rate.upload.text)/\(burst.rate.download.text)"
            + " \(burst.threshold.upload.text)/\(burst.threshold.download.text)"
            + " \(burst.seconds.upload)/\(burst.seconds.download)"
    }

    private static func rates(_ text: Swift.Span<UInt8>) -> Pair<BitRate>? { pair(text) { BitRate($0) } }

    private static func seconds(_ text: Swift.Span<UInt8>) -> Int64? {
        let hasUnit = text.count > 0 && text[text.count - 1] == UInt8(ascii: "s")
        return text.extracting(0..<text.count - (hasUnit ? 1 : 0)).decimal
    }

    private static func pair<Value>(
        _ text: Swift.Span<UInt8>, _ read: (Swift.Span<UInt8>) -> Value?
    ) -> Pair<Value>? {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else {
            return read(text).map { Pair(upload: $0, download: $0) }
        }
        guard let upload = read(text.extracting(0..<slash)),
            let download = read(text.extracting(slash + 1..<text.count))
        else { return nil }
        return Pair(upload: upload, download: download)
    }
}
