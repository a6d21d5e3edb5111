import HTTPServer
import JSON
import Synchronization
import Testing
import Values

@Suite struct LogTests {
    @Test("Each request leaves one JSON line with its route and without its query")
    func accessLog() throws {
        let harness = try Harness()
        let client = try harness.client()
        _ = try client.ask("GET", "/hello/secret-name?token=secret-token")
        _ = try client.ask("GET", "/nowhere/secret-place")
        #expect(eventually { harness.lines.text.components("\n") == 2 })
        let lines = harness.lines.text.split(separator: "\n")
        #expect(!harness.lines.text.contains("secret"))
        let first = try JSON(parsing: Array(try #require(lines.first).utf8))
        #expect(first["method"]?.text == "GET")
        #expect(first["route"]?.text == "/hello/{name}")
        #expect(first["status"]?.integer == 200)
        #expect(first["bytes"]?.integer == 17)
        #expect(first["client"]?.text == "127.0.0.1")
        #expect(first["id"]?.text?.utf8.count == 16)
        #expect(try #require(first["us"]?.integer) < 1_000_000)
        #expect(try #require(first["time"]?.text).hasSuffix("Z"))
        #expect(lines.last?.contains("\"route\":\"/*\",\"status\":404") == true)
    }

    @Test("Requests are counted by route and status class")
    func metrics() throws {
        let harness = try Harness()
        let client = try harness.client()
        for _ in 0..<3 { _ = try client.ask("GET", "/hello/a") }
        _ = try client.ask("GET", "/fails")
        _ = try client.ask("PUT", "/echo", body: "x")
        _ = try client.ask("POST", "/echo", body: "x")
        let page = ByteBuffer()
        #expect(
            eventually {
                let buffer = ByteBuffer()
                harness.server.renderMetrics(to: buffer)
                return String(decoding: buffer.array, as: UTF8.self).contains("route=\"/echo\",status=\"2xx\"} 2")
            })
        harness.server.renderMetrics(to: page)
        let text = String(decoding: page.array, as: UTF8.self)
        for line in [
            "http_requests_total{route=\"/hello/{name}\",status=\"2xx\"} 3\n",
            "http_requests_total{route=\"/fails\",status=\"5xx\"} 1\n",
            "http_request_seconds_count{route=\"/hello/{name}\"} 3\n",
            "http_request_seconds_bucket{route=\"/hello/{name}\",le=\"+Inf\"} 3\n",
            "http_open_connections 1\n",
        ] {
            #expect(text.contains(line), "\(line)")
        }
        #expect(text.components("# TYPE http_requests_total counter\n") == 1)
        #expect(text.components("# TYPE http_request_seconds histogram\n") == 1)
    }
}
