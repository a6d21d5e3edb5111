/// What a monitoring system may know.
extension Server {
    /// Hands out every counter, under Prometheus names; labels come from the route table only.
    ///
    /// `http_requests_total` by route and status class, `http_request_seconds` as a histogram by route,
    /// `http_open_connections` and `http_connection_limit`.
    package func metrics(into take: (_ name: String, _ labels: [(String, String)], _ value: Double) -> Void) {
        let workers = workers
        take("http_open_connections", [], Double(workers.reduce(0) { $0 + $1.table.open }))
        take("http_connection_limit", [], Double(settings.connectionLimit * settings.addresses.count))
        for endpoint in application.endpoints {
            let route = ("route", endpoint.pattern)
            let sum = { (cell: Int) in
                workers.reduce(0 as UInt64) { $0 + $1.meter.value(endpoint: endpoint.index, cell: cell) }
            }
            for status in 1...5 where sum(status - 1) > 0 {
                take("http_requests_total", [route, ("status", "\(status)xx")], Double(sum(status - 1)))
            }
            var count: UInt64 = 0
            var buckets: [(String, UInt64)] = []
            for bucket in 0...Meter.bounds.count {
                count += sum(5 + bucket)
                let bound = bucket < Meter.bounds.count ? "\(Double(Meter.bounds[bucket]) / 1_000_000)" : "+Inf"
                buckets.append((bound, count))
            }
            guard count > 0 else { continue }
            for (bound, value) in buckets { take("http_request_seconds_bucket", [route, ("le", bound)], Double(value)) }
            take("http_request_seconds_sum", [route], Double(sum(Meter.width - 1)) / 1_000_000)
            take("http_request_seconds_count", [route], Double(count))
        }
    }
}
