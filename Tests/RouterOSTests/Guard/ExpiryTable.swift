import RouterOS
import TestKit
import Testing
import Values

@testable import RouterSimulator

/// One router without a gateway for a day, and what each entitlement on it comes to.
///
/// Devices come and go by a plan, so that each end is known to the second. Two seconds before it the device must be let
/// through; a minute after it must not be, by whatever way it tries. The power goes twice, and the clock is set three
/// hours ahead and back by hand, while the NTP client says that it is right.
struct ExpiryTable {
    enum Kind: CaseIterable {
        /// By the clock: always there, gone for hours in between, by PPPoE, at a fixed address.
        case wall, wallAway, line, fixed
        /// Connected time: one device, one that is gone in between, two at once.
        case online, onlineAway, onlineShared
        /// Data at an even pace: one device, two at once, by PPPoE, at a fixed address.
        case data, dataShared, lineData, fixedData

        var isShared: Bool { self == .onlineShared || self == .dataShared }
        var isAway: Bool { self == .wallAway || self == .onlineAway }
        var isData: Bool { [.data, .dataShared, .lineData, .fixedData].contains(self) }
        var isLogin: Bool { self == .line || self == .lineData }
        var isFixed: Bool { self == .fixed || self == .fixedData }
    }

    /// What happens at its time.
    private enum Deed {
        case enter(Int), leave(Int), move(Int), dusk(Int), dawn(Int), cut(losingClock: Bool), step(Span)
    }

    private struct Entitlement {
        let number: Int
        let kind: Kind
        let devices: [Int]
        let end: Instant
        /// When its devices are there, but for restarts.
        let stays: [ClosedRange<Instant>]

        func name(_ device: Int) -> String { kind.isLogin || kind.isFixed ? "line\(device)" : "v\(device)" }
    }

    /// How long after a restart devices are back, and after they have left the router notices.
    private static let (back, keepalive) = (Span.seconds(5), Span.minutes(2))
    /// What a device moves in ten minutes, at once.
    private static let (pace, round) = (Int64(100_000), Span.minutes(10))

    let bench: GuardBench
    private(set) var mistakes: [String] = []
    private var entitlements: [Entitlement] = []
    private var deeds: [(at: Instant, deed: Deed)] = []
    private var isOver: Set<Int> = []
    private let start: Instant
    private let cuts: [Instant]
    private let day: Span
    private var dice: Dice

    /// A router of a version with so many entitlements, and a gateway that is away for so many hours.
    init(_ version: String, count: Int, hours: Int64, seed: UInt64) throws {
        bench = try GuardBench(version)
        dice = Dice(seed: seed)
        start = bench.now
        day = .hours(hours)
        // Between two rounds of data, in the middle and in the last third.
        var cuts: [Instant] = []
        for round in [3 * hours, 5 * hours] {
            let round = round + .random(in: 0...hours / 2, using: &dice)
            cuts.append(start + .seconds(round * 600 + .random(in: 100...500, using: &dice)))
        }
        self.cuts = cuts
        deeds = [
            (start + .minutes(hours * 12), .step(.hours(3))), (start + .minutes(hours * 40), .step(.hours(-3))),
            (cuts[0], .cut(losingClock: true)), (cuts[1], .cut(losingClock: false)),
        ]
        var device = 0
        for number in 0..<count {
            let kind = Kind.allCases[number % Kind.allCases.count]
            let devices = kind.isShared ? [device, device + 1] : [device]
            device += devices.count
            try draw(number, kind, devices)
        }
        deeds.sort { $0.at < $1.at }
    }

    // MARK: Drawing

    private mutating func draw(_ number: Int, _ kind: Kind, _ devices: [Int]) throws {
        var end: Instant
        repeat {
            end = start + .seconds(.random(in: 3_600...(day.milliseconds / 1_000 - 120), using: &dice))
            if kind.isData {
                let rounds = (end - start).milliseconds / Self.round.milliseconds
                end = start + Span(milliseconds: rounds * Self.round.milliseconds)
            }
        } while cuts.contains { abs((end - $0).milliseconds) < 12_000 }
        let first = start + .seconds(.random(in: 5...300, using: &dice))
        var stays = [first...(start + day)]
        if kind.isAway {
            let leaves = start + .seconds(.random(in: 600...1_800, using: &dice))
            let returns = leaves + .seconds(.random(in: 600...1_600, using: &dice))
            stays = [first...leaves, returns...(start + day)]
            end = max(end, returns + .minutes(5))
        }
        let entitlement = Entitlement(number: number, kind: kind, devices: devices, end: end, stays: stays)
        entitlements.append(entitlement)
        try place(entitlement)
        for (index, stay) in stays.enumerated() {
            deeds.append((stay.lowerBound, .enter(number)))
            if index < stays.count - 1 { deeds.append((stay.upperBound, .leave(number))) }
        }
        if kind.isData {
            var at = start + Self.round
            while at <= end {
                deeds.append((at, .move(number)))
                at = at + Self.round
            }
        }
        for cut in cuts where cut < end + .minutes(1) { deeds.append((cut + Self.back, .enter(number))) }
        deeds += [(end - .seconds(2), .dusk(number)), (end + .seconds(60), .dawn(number))]
    }

    /// The rows as the gateway writes them.
    private func place(_ entitlement: Entitlement) throws {
        var terms = RouterTerms(isShared: entitlement.kind.isShared)
        let devices = Int64(entitlement.devices.count)
        switch entitlement.kind {
        case .wall, .wallAway, .line, .fixed: terms.end = entitlement.end
        case .online, .onlineAway, .onlineShared:
            terms.time = Span(milliseconds: connected(entitlement).milliseconds * devices)
        case .data, .dataShared, .lineData, .fixedData:
            let rounds = (entitlement.end - start).milliseconds / Self.round.milliseconds
            terms.volume = DataVolume(bytes: rounds * Self.pace * devices)
        }
        for device in entitlement.devices {
            let mark = RouterTag("line/\(device)", terms: terms)
            if entitlement.kind.isLogin {
                try bench.line(entitlement.name(device), mark)
                continue
            }
            if entitlement.kind.isFixed {
                try bench.fixed(entitlement.name(device), number: device, mark)
                continue
            }
            try bench.user(
                entitlement.name(device), device: device, of: "e\(entitlement.number)", terms,
                uptime: terms.end.map { $0 - start } ?? terms.time, volume: terms.volume?.bytes)
        }
    }

    /// How long one of its devices is connected until the end.
    private func connected(_ entitlement: Entitlement) -> Span {
        var whole = Span.zero
        for (index, stay) in entitlement.stays.enumerated() {
            let isLast = index == entitlement.stays.count - 1
            let until = isLast ? entitlement.end : stay.upperBound + Self.keepalive
            whole = whole + (until - stay.lowerBound)
            for cut in cuts where stay.lowerBound < cut && cut < until { whole = whole - Self.back }
        }
        return whole
    }

    // MARK: Running

    /// Lets the day pass; what was wrong is in `mistakes` then.
    mutating func run() {
        for (at, deed) in deeds {
            bench.run(until: at)
            carryOut(deed)
        }
        // A last start: who is out stays out.
        bench.cutPower()
        bench.run(for: .minutes(2))
        for entitlement in entitlements where isOver.contains(entitlement.number) { look(entitlement, "came back") }
    }

    private mutating func carryOut(_ deed: Deed) {
        switch deed {
        case .cut(let losingClock): bench.cutPower(losingClock: losingClock)
        case .step(let span): bench.stepClock(span)
        case .enter(let number):
            guard !isOver.contains(number) else { return }
            for device in entitlements[number].devices { _ = enters(entitlements[number], device) }
        case .leave(let number): for device in entitlements[number].devices { bench.leave(device) }
        case .move(let number):
            for device in entitlements[number].devices { move(entitlements[number], device) }
        case .dusk(let number):
            let entitlement = entitlements[number]
            for device in entitlement.devices where !enters(entitlement, device) {
                mistakes.append("\(entitlement.kind) \(number): early, \(hour(entitlement.end))")
            }
        case .dawn(let number):
            isOver.insert(number)
            look(entitlements[number], "late")
        }
    }

    private mutating func look(_ entitlement: Entitlement, _ mistake: String) {
        for device in entitlement.devices where enters(entitlement, device) {
            mistakes.append("\(entitlement.kind) \(entitlement.number): \(mistake), \(hour(entitlement.end))")
        }
    }

    private func hour(_ end: Instant) -> String {
        let cut = cuts.map { (end - $0).milliseconds / 1_000 }
        return "after \((end - start).milliseconds / 1_000) s, \(cut) s from the cuts"
    }

    private func move(_ entitlement: Entitlement, _ device: Int) {
        if entitlement.kind.isLogin {
            bench.moves(entitlement.name(device), bytes: Self.pace)
        } else if entitlement.kind.isFixed {
            bench.moves(fixed: device, bytes: Self.pace)
        } else {
            _ = bench.passes(device, bytes: Self.pace)
        }
    }

    private func enters(_ entitlement: Entitlement, _ device: Int) -> Bool {
        if entitlement.kind.isLogin { return bench.dials(entitlement.name(device), modem: device) }
        if entitlement.kind.isFixed { return !bench.isKeptOut(device) }
        return bench.passes(device) || bench.enter(entitlement.name(device), device: device)
    }
}
