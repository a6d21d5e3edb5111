package import Values

/// What a monitoring system may know.
extension Server {
    /// Appends every counter in Prometheus' text format, to follow what `Metrics.render` wrote.
    package func renderMetrics(to buffer: ByteBuffer) {
        var last = ""
        metrics { name, labels, value in
            let family = name.hasPrefix("http_request_seconds") ? "http_request_seconds" : name
            if family != last {
                let kind =
                    family == "http_request_seconds" ? "histogram" : family.hasSuffix("_total") ? "counter" : "gauge"
                buffer.append("# HELP \(family) \(Self.help[family] ?? family)\n# TYPE \(family) \(kind)\n")
                last = family
            }
            let pairs = labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
            let number = value == value.rounded() ? "\(Int64(value))" : "\(value)"
            buffer.append(pairs.isEmpty ? "\(name) \(number)\n" : "\(name){\(pairs)} \(number)\n")
        }
    }

    private static let help = [
        "http_open_connections": "Connections that are open now.",
        "http_connection_limit": "Connections that may be open at a time.",
        "http_requests_total": "Requests answered, by route and class of status.",
        "http_request_seconds": "Time from the head of a request to its answer, by route.",
    ]

    /// Hands out every counter, under Prometheus names; labels come from the route table only.
    ///
    /// `http_requests_total` by route and status class, `http_request_seconds` as a histogram by route,
    /// `http_open_connections` and `http_connection_limit`.
    package func metrics(into take: (_ name: String, _ labels: [(String, String)], _ value: Double) -> Void) {
        let workers = workers
        take("http_open_connections", [], Double(workers.reduce(0) { $0 + $1.table.open }))
        take("http_connection_limit", [], Double(settings.connectionLimit * settings.addresses.count))
        let sum = { (row: Int, cell: Int) in
            workers.reduce(0 as UInt64) { $0 + $1.meter.value(row: row, cell: cell) }
        }
        for (row, pattern) in application.patterns.enumerated() {
            for status in 1...5 where sum(row, status - 1) > 0 {
                let labels = [("route", pattern), ("status", "\(status)xx")]
                take("http_requests_total", labels, Double(sum(row, status - 1)))
            }
        }
        for (row, pattern) in application.patterns.enumerated() {
            let route = ("route", pattern)
            var count: UInt64 = 0
            var buckets: [(String, UInt64)] = []
            for bucket in 0...Meter.bounds.count {
                count += sum(row, 5 + bucket)
                let bound = bucket < Meter.bounds.count ? "\(Double(Meter.bounds[bucket]) / 1_000_000)" : "+Inf"
                buckets.append((bound, count))
            }
            guard count > 0 else { continue }
            for (bound, value) in buckets {
                take("http_request_seconds_bucket", [route, ("le", bound)], Double(value))
            }
            take("http_request_seconds_sum", [route], Double(sum(row, Meter.width - 1)) / 1_000_000)
            take("http_request_seconds_count", [route], Double(count))
        }
    }
}
