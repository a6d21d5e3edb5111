import Foundation
import Telemetry
import Testing
import Values

private enum Outcome: String, MetricLabel {
    case accepted, refused
    static let label: StaticString = "outcome"
}

private enum Transport: String, MetricLabel {
    case rest, api
    static let label: StaticString = "transport"
}

@Suite struct MetricsTests {
    private func text(_ metrics: Metrics) -> String { String(decoding: metrics.render().array, as: UTF8.self) }

    @Test("Counters and gauges are written with help, type and labels")
    func plain() {
        let metrics = Metrics()
        let redeemed = metrics.counter("lango_redemptions_total", help: "Vouchers tried.", by: Outcome.self)
        let online = metrics.gauge("lango_devices_online", help: "Devices online.")
        metrics.gauge("lango_queue_rows", help: "Rows waiting.") { 7 }
        redeemed[.accepted].increment(by: 2)
        online.set(5)
        online.add(-2)
        let expected: String = """
            # HELP lango_redemptions_total Vouchers tried.
            # TYPE lango_redemptions_total counter
            lango_redemptions_total{outcome="accepted"} 2
            lango_redemptions_total{outcome="refused"} 0
            # HELP lango_devices_online Devices online.
            # TYPE lango_devices_online gauge
            lango_devices_online 3
            # HELP lango_queue_rows Rows waiting.
            # TYPE lango_queue_rows gauge
            lango_queue_rows 7

            """
        #expect(text(metrics) == expected)
    }

    @Test("A histogram counts below and at each bound, in base units")
    func histogram() {
        let metrics = Metrics()
        let latency = metrics.histogram(
            "lango_request_seconds", help: "Time to answer.", in: Seconds.self,
            bounds: [.milliseconds(5), .milliseconds(250), .seconds(1)])
        for duration in [.zero, .milliseconds(5), .microseconds(5_001), .seconds(1), .seconds(90)] as [Duration] {
            latency.observe(duration)
        }
        let expected: String = """
            # HELP lango_request_seconds Time to answer.
            # TYPE lango_request_seconds histogram
            lango_request_seconds_bucket{le="0.005"} 2
            lango_request_seconds_bucket{le="0.25"} 3
            lango_request_seconds_bucket{le="1"} 4
            lango_request_seconds_bucket{le="+Inf"} 5
            lango_request_seconds_sum 91.010001
            lango_request_seconds_count 5

            """
        #expect(text(metrics) == expected)
    }

    @Test("Pairs of labels and labels from a table make families")
    func families() {
        let metrics = Metrics()
        let calls = metrics.counter(
            "lango_calls_total", help: "Calls.", by: LabelPair<Transport, Outcome>.self)
        let routes = metrics.counter(
            "lango_pages_total", help: "Pages.", by: ["/", "/a\"b\\"].map { NamedLabel("route", $0) })
        calls[.api, .refused].increment()
        routes[NamedLabel("route", "/a\"b\\")].increment()
        #expect(text(metrics).contains("lango_calls_total{transport=\"api\",outcome=\"refused\"} 1\n"))
        #expect(text(metrics).contains("lango_calls_total{transport=\"rest\",outcome=\"accepted\"} 0\n"))
        #expect(text(metrics).contains("lango_pages_total{route=\"/a\\\"b\\\\\"} 1\n"))
    }

    @Test("Counting from many threads loses nothing")
    func threads() async {
        let metrics = Metrics()
        let counter = metrics.counter("lango_turns_total", help: "Turns.", by: Outcome.self)
        let sizes = metrics.histogram("lango_batch_items", help: "Rows in a batch.", in: Items.self, bounds: [1, 8])
        await withTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter[.accepted].increment()
                        sizes.observe(worker)
                    }
                }
            }
        }
        #expect(counter[.accepted].value == 80_000)
        #expect(text(metrics).contains("lango_batch_items_count 80000\n"))
        #expect(text(metrics).contains("lango_batch_items_bucket{le=\"1\"} 20000\n"))
        #expect(text(metrics).contains("lango_batch_items_sum 280000\n"))
    }

    @Test("A name against the conventions traps", .timeLimit(.minutes(1)))
    func names() async {
        await #expect(processExitsWith: .failure) { _ = Metrics().counter("lango_things", help: "Things.") }
        await #expect(processExitsWith: .failure) { _ = Metrics().gauge("Lango", help: "Things.") }
        await #expect(processExitsWith: .failure) {
            let metrics = Metrics()
            _ = metrics.gauge("lango_x", help: "Things.")
            _ = metrics.gauge("lango_x", help: "Things.")
        }
    }

    static let promtool = "/usr/bin/promtool"

    @Test(
        "Prometheus' own checker finds nothing to say",
        .enabled(if: FileManager.default.isExecutableFile(atPath: promtool), "promtool (Debian: prometheus) is missing")
    )
    func accepted() throws {
        let metrics = Metrics()
        metrics.registerProcess()
        _ = metrics.counter("lango_redemptions_total", help: "Vouchers tried, by outcome.", by: Outcome.self)
        _ = metrics.gauge("lango_routers", help: "Routers known.", by: Transport.self)
        let latency = metrics.histogram(
            "lango_router_seconds", help: "Time a router took.", in: Seconds.self,
            bounds: [.milliseconds(10), .seconds(1)], by: LabelPair<Transport, Outcome>.self)
        latency[.rest, .accepted].observe(.milliseconds(12))
        let sizes = metrics.histogram("lango_page_bytes", help: "Size of a page.", in: Bytes.self, bounds: [1_024])
        sizes.observe(2_000)
        #expect(text(metrics).contains("process_resident_memory_bytes "))
        let report = try Self.check(text(metrics))
        #expect(report.status == 0 && report.text.isEmpty, "\(report.text)")
        #expect(try Self.check("lango_x 1\n").status != 0)
    }

    private static func check(_ text: String) throws -> (status: Int32, text: String) {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: promtool)
        process.arguments = ["check", "metrics"]
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let report = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: report, as: UTF8.self))
    }
}
