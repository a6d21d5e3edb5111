import HTTPClient
import Synchronization
import Testing
import Values

@testable import RouterOS

@Suite struct RouterWaysTests {
    static let addresses: [(String, RouterWay?)] = [
        ("https://192.0.2.1", RouterWay(.https, host: "192.0.2.1", port: 443)),
        ("http://gate.example:8080", RouterWay(.http, host: "gate.example", port: 8_080)),
        ("apis://gate.example", RouterWay(.apiTLS, host: "gate.example", port: 8_729)),
        ("api://10.0.0.1:8728", RouterWay(.api, host: "10.0.0.1", port: 8_728)),
        ("ssh://10.0.0.1", RouterWay(.ssh, host: "10.0.0.1", port: 22)),
        ("ftp://10.0.0.1", nil), ("10.0.0.1", nil), ("https://", nil), ("https://a b", nil), ("https://host/rest", nil),
        ("apis://host:0", nil), ("api://host:70000", nil), ("api://user@host", nil), ("api://host:", nil),
    ]

    @Test("An address names a service, a host and a port", arguments: addresses)
    func address(text: String, expected: RouterWay?) {
        #expect(RouterWay(text) == expected)
        if let expected { #expect(RouterWay(expected.description) == expected) }
    }

    @Test("What nobody reads along goes by TLS or SSH")
    func sealed() {
        #expect(RouterWay.Service.allCases.filter(\.isSealed) == [.https, .apiTLS, .ssh])
    }

    /// Two routers that are one: the same rows behind two ways.
    private final class Pair: Sendable {
        let (first, second) = (FakeRouter(), FakeRouter())
        let clock = Clock()
        let ways: RouterWays

        init() {
            let time = clock
            ways = RouterWays(
                [(RouterWay(.apiTLS, host: "gate"), first), (RouterWay(.https, host: "gate"), second)],
                now: { time.value.withLock { $0 } })
            for router in [first, second] { router.plant(.systemIdentity, ["name": "gate"]) }
        }

        final class Clock: Sendable { let value = Mutex(Instant(milliseconds: 0)) }

        func refuse(_ call: String, _ kind: RouterError.Kind, on router: FakeRouter) {
            router.state.withLock { $0.refusals[call] = kind }
        }

        func name() async throws(RouterError) -> String? {
            try await ways.readRecord(.systemIdentity, properties: ["name"])["name"]
        }
    }

    private static let seen = CertificateFingerprint([UInt8](repeating: 7, count: 32))

    @Test("A way that does not work is passed over and remembered; later the better one is tried again")
    func fallsBack() async throws {
        let pair = Pair()
        pair.refuse("read /system/identity", .unreachable, on: pair.first)
        #expect(try await pair.name() == "gate")
        #expect(pair.ways.current?.service == .https)
        #expect(
            pair.ways.reports.map(\.description) == [
                "apis://gate: The router cannot be reached, or its service is off.", "https://gate: works.",
            ])
        #expect(try await pair.name() == "gate")
        #expect(pair.first.calls.count == 1 && pair.second.calls.count == 2)
        pair.clock.value.withLock { $0 = $0 + RouterWays.contentment }
        #expect(try await pair.name() == "gate")
        #expect(pair.ways.current?.service == .apiTLS)
    }

    @Test("A write whose fate is unknown is not sent another way; a reading is")
    func unknownFate() async throws {
        let pair = Pair()
        pair.refuse("add /ip/hotspot/user", .timedOut(maybeDone: true), on: pair.first)
        let error = await #expect(throws: RouterError.self) {
            _ = try await pair.ways.add(.hotspotUser, [("name", "a")])
        }
        #expect(error?.kind == .timedOut(maybeDone: true))
        #expect(pair.second.calls.isEmpty)
        pair.refuse("read /system/identity", .timedOut(maybeDone: true), on: pair.first)
        #expect(try await pair.name() == "gate")
        pair.refuse("add /ip/hotspot/user", .timedOut(maybeDone: false), on: pair.second)
        _ = try await pair.ways.add(.hotspotUser, [("name", "a")])
        #expect(pair.first.rows(.hotspotUser).count == 1)
    }

    @Test("After another certificate only a way with another kind of identity is asked")
    func otherKind() async throws {
        let (first, second, third) = (FakeRouter(), FakeRouter(), FakeRouter())
        let ways = RouterWays(
            [
                (RouterWay(.apiTLS, host: "gate"), first), (RouterWay(.api, host: "gate"), second),
                (RouterWay(.ssh, host: "gate"), third),
            ], now: { Instant(milliseconds: 5) })
        let seen = try #require(Self.seen)
        first.state.withLock { $0.refusals["read /system/identity"] = .certificateChanged(expected: seen, seen: seen) }
        third.plant(.systemIdentity, ["name": "gate"])
        #expect(try await ways.readRecord(.systemIdentity, properties: ["name"])["name"] == "gate")
        #expect(second.calls.isEmpty && ways.current?.service == .ssh)
        #expect(ways.reports.map(\.trouble?.shownIdentity) == [ShownIdentity(.certificate, seen), nil])
        first.state.withLock { $0.refusals["read /system/identity"] = .certificateChanged(expected: seen, seen: seen) }
        third.state.withLock { $0.refusals["read /system/identity"] = .unreachable }
        let error = await #expect(throws: RouterError.self) {
            _ = try await ways.readRecord(.systemIdentity, properties: ["name"])
        }
        #expect(error?.shownIdentity == ShownIdentity(.certificate, seen) && second.calls.isEmpty)
    }

    @Test("Ways that were not needed are looked at once; where the user may not log in, the next is asked")
    func meeting() async throws {
        let pair = Pair()
        let seen = try #require(Self.seen)
        pair.refuse("read /system/resource", .certificateUnknown(seen: seen), on: pair.second)
        #expect(try await pair.name() == "gate")
        await pair.ways.meet()
        await pair.ways.meet()
        #expect(pair.second.calls.count == 1)
        #expect(pair.ways.current?.service == .apiTLS)
        #expect(pair.ways.reports.map(\.trouble?.shownIdentity) == [nil, ShownIdentity(.certificate, seen)])
        pair.refuse("read /system/identity", .unauthorized, on: pair.first)
        #expect(try await pair.name() == "gate")
        #expect(pair.ways.current?.service == .https)
        pair.refuse("read /system/identity", .unauthorized, on: pair.first)
        pair.refuse("read /system/identity", .unauthorized, on: pair.second)
        let error = await #expect(throws: RouterError.self) { _ = try await pair.name() }
        #expect(error?.kind == .unauthorized)
    }

    @Test("A router that shows another identity is asked nothing more by any way of that kind")
    func otherIdentity() async throws {
        let pair = Pair()
        let seen = try #require(Self.seen)
        pair.refuse("read /system/identity", .certificateChanged(expected: seen, seen: seen), on: pair.first)
        let error = await #expect(throws: RouterError.self) { _ = try await pair.name() }
        #expect(error?.kind == .certificateChanged(expected: seen, seen: seen))
        #expect(pair.second.calls.isEmpty)
    }

    @Test("The router's own refusal is an answer and ends the search")
    func refusal() async throws {
        let pair = Pair()
        pair.refuse("read /system/identity", .forbidden(policy: "read"), on: pair.first)
        let error = await #expect(throws: RouterError.self) { _ = try await pair.name() }
        #expect(error?.kind == .forbidden(policy: "read"))
        #expect(pair.ways.current?.service == .apiTLS && pair.second.calls.isEmpty)
    }

    @Test("When no way works the error tells what became of each; an identity to confirm goes before that")
    func noWay() async throws {
        let pair = Pair()
        pair.refuse("read /system/identity", .unreachable, on: pair.first)
        pair.refuse("read /system/identity", .notRouterOS, on: pair.second)
        let error = await #expect(throws: RouterError.self) { _ = try await pair.name() }
        #expect(
            error?.description == "No way to the router works. apis://gate: The router cannot be reached, or its "
                + "service is off. https://gate: What answers is not RouterOS, or for REST not 7.1 or later.")
        let seen = try #require(Self.seen)
        pair.refuse("read /system/identity", .unreachable, on: pair.first)
        pair.refuse("read /system/identity", .certificateUnknown(seen: seen), on: pair.second)
        let unknown = await #expect(throws: RouterError.self) { _ = try await pair.name() }
        #expect(unknown?.kind == .certificateUnknown(seen: seen))
    }
}
