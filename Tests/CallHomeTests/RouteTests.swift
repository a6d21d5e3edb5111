import HTTPServer
import Testing

@testable import CallHome

@Suite struct RouteTests {
    @Test("Every path carries the secret of a link where the access log shows only its pattern")
    func patterns() {
        #expect(!CallHome.routes.isEmpty)
        for route in CallHome.routes { #expect("\(route.pattern)".hasPrefix("/links/{token}/")) }
    }
}
