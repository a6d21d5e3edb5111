import Catalog
import Tenancy
import Testing
import Values

@testable import Entitlements

@Suite struct BalanceTests {
    static let start: Instant = 1_795_165_200_000

    static func entitlement(
        ends: Span? = nil, closes: Span? = nil, connected: Bool = true, online: Span? = nil, onlineUsed: Span = .zero,
        data: Int64? = nil, dataUsed: Int64 = 0, ended: Entitlement.Ending? = nil
    ) -> Entitlement {
        Entitlement(
            id: ID(high: 1, low: 1), tenant: ID(high: 2, low: 2), package: ID(high: 3, low: 3), source: .voucher,
            sourceID: ID(high: 4, low: 4), site: nil, startsAt: start, endsAt: ends.map { start + $0 },
            closesAt: closes.map { start + $0 }, connectedAt: connected ? start : nil, onlineLimit: Allowance(online),
            onlineUsed: onlineUsed, dataLimit: Allowance(data.map { DataVolume(bytes: $0) }),
            dataUsed: DataVolume(bytes: dataUsed), rateLimit: nil, deviceLimit: 1, ended: ended)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let entitlement: Entitlement
        let after: Span
        let balance: Balance

        init(_ name: String, _ entitlement: Entitlement, after: Span, _ balance: Balance) {
            testDescription = name
            self.entitlement = entitlement
            self.after = after
            self.balance = balance
        }
    }

    static func left(_ time: Span?, _ data: Int64? = nil) -> Balance {
        .live(Remainder(time: Allowance(time), data: Allowance(data.map { DataVolume(bytes: $0) })))
    }

    static let tick = Span(milliseconds: 1)
    static let cases: [Case] = [
        Case("no limit", entitlement(), after: .days(900), left(nil)),
        Case("an hour, at once", entitlement(ends: .hours(1)), after: .zero, left(.hours(1))),
        Case("an hour, its last tick", entitlement(ends: .hours(1)), after: .hours(1) - tick, left(tick)),
        Case("an hour, over", entitlement(ends: .hours(1)), after: .hours(1), .ended(.timeUp, at: start + .hours(1))),
        Case(
            "an hour, long over", entitlement(ends: .hours(1)), after: .days(1), .ended(.timeUp, at: start + .hours(1))),
        Case("online time", entitlement(online: .hours(10), onlineUsed: .hours(4)), after: .days(40), left(.hours(6))),
        Case(
            "online time used", entitlement(online: .hours(10), onlineUsed: .hours(10)), after: .days(4),
            .ended(.timeUp, at: start + .days(4))),
        Case(
            "online time overdrawn", entitlement(online: .hours(10), onlineUsed: .hours(11)), after: .days(4),
            .ended(.timeUp, at: start + .days(4))),
        Case("data", entitlement(data: 100, dataUsed: 40), after: .days(4), left(nil, 60)),
        Case("data, its last byte", entitlement(data: 100, dataUsed: 99), after: .days(4), left(nil, 1)),
        Case(
            "data used", entitlement(data: 100, dataUsed: 100), after: .days(4), .ended(.dataUsed, at: start + .days(4))
        ),
        Case(
            "data overdrawn", entitlement(data: 100, dataUsed: 900), after: .days(4),
            .ended(.dataUsed, at: start + .days(4))),
        Case(
            "the shorter of two times", entitlement(ends: .hours(5), online: .hours(3)), after: .hours(1),
            left(.hours(3))),
        Case(
            "the wall's is shorter", entitlement(ends: .hours(5), online: .hours(3)), after: .hours(4), left(.hours(1))),
        Case(
            "time before data", entitlement(ends: .hours(1), data: 1, dataUsed: 1), after: .hours(2),
            .ended(.timeUp, at: start + .hours(1))),
        Case(
            "withdrawn stays withdrawn",
            entitlement(
                ends: .hours(1), ended: Entitlement.Ending(at: start + .minutes(5), reason: .withdrawn)),
            after: .hours(9),
            .ended(.withdrawn, at: start + .minutes(5))),
        Case(
            "not yet connected: the clock stands", entitlement(ends: .hours(1), connected: false), after: .hours(9),
            left(.hours(1))),
        Case(
            "not yet connected: closing time comes", entitlement(ends: .hours(1), closes: .hours(3), connected: false),
            after: .hours(2) + .minutes(30), left(.minutes(30))),
        Case(
            "not yet connected: closed", entitlement(ends: .hours(1), closes: .hours(3), connected: false),
            after: .hours(3), .ended(.timeUp, at: start + .hours(3))),
        Case(
            "connected: closing time is in the end already", entitlement(ends: .hours(1), closes: .hours(3)),
            after: .minutes(59), left(.minutes(1))),
    ]

    @Test("What is left, or why nothing is", arguments: cases)
    func balance(_ row: Case) {
        #expect(row.entitlement.balance(at: Self.start + row.after) == row.balance)
    }

    @Test("A clock that jumps back before the start lengthens nothing that runs")
    func clockBack() {
        let before = Self.start - .hours(1)
        #expect(Self.entitlement(ends: .hours(1), connected: false).end(startingBy: before) == Self.start + .hours(1))
    }

    @Test(
        "A package grants its time, data, speed and devices; closing time cuts it short where it is over before the next",
        arguments: [
            (Package.TimeLimit.fromFirstUse(.hours(6)), nil, Span.hours(6), false),
            (.fromFirstUse(.hours(6)), "00:00-02:00", .hours(2), false),
            (.fromFirstUse(.hours(6)), "00:00-09:00", .hours(6), false),
            (.fromFirstUse(.hours(25)), "00:00-02:00", .hours(25), true),
            (.online(.hours(6)), nil, nil, false), (.online(.hours(6)), "00:00-02:00", nil, true),
            (.unlimited, nil, nil, false), (.unlimited, "00:00-02:00", nil, true),
        ] as [(Package.TimeLimit, String?, Span?, Bool)])
    func granting(time: Package.TimeLimit, hours: String?, ends: Span?, goesOn: Bool) {
        let offer = Package(
            id: ID(high: 3, low: 3), tenant: ID(high: 2, low: 2), name: "x", price: Money(minorUnits: 1, in: .kes),
            time: time, data: .upTo(DataVolume(bytes: 7)), rateLimit: RateLimit("1M"), deviceLimit: 4,
            schedule: hours.flatMap { Schedule($0) })
        // Midnight at the place.
        let offset = UTCOffset.hours(15)
        let granted = Entitlement(
            granting: offer, for: .voucher, ID(high: 4, low: 4), at: nil, from: Self.start, offset: offset)
        #expect(granted.endsAt == ends.map { Self.start + $0 })
        #expect(granted.onlineLimit == (time == .online(.hours(6)) ? .upTo(.hours(6)) : .unlimited))
        #expect(granted.dataLimit == offer.data)
        #expect(granted.rateLimit == offer.rateLimit)
        #expect(granted.deviceLimit == 4)
        #expect(granted.connectedAt == nil)
        #expect(granted.pacing.opensAt == (goesOn ? Self.start + .days(1) : nil))
    }
}
