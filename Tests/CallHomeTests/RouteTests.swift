import HTTPServer
import Testing

@testable import CallHome

@Suite struct RouteTests {
    @Test("No path shows a secret in the access log: it shows the pattern of a link, and a router is no secret")
    func patterns() {
        #expect(!CallHome.routes.isEmpty)
        for route in CallHome.routes {
            #expect("\(route.pattern)".hasPrefix("/links/{token}/") || "\(route.pattern)" == "/pull/{router}")
        }
    }
}
