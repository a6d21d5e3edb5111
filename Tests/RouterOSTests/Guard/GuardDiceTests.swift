import RouterOS
import TestKit
import Testing
import Values

/// Ends by the clock against chance: absences, cookies, power cuts and clocks set wrong, in any order.
@Suite(.serialized, .ownThreads) struct GuardDiceTests {
    @Test("Whatever happens to power, clock and device, an end by the clock holds and is never early", arguments: 1...6)
    func property(seed: Int) throws {
        var dice = Dice(seed: UInt64(seed))
        let version = try #require(GuardBench.versions.randomElement(using: &dice))
        let bench = try GuardBench(version)
        let start = bench.now
        let ends = (0..<12).map { _ in start + .seconds(.random(in: 300...7_000, using: &dice)) }
        for (number, end) in ends.enumerated() {
            try bench.user("v\(number)", device: number, of: "e\(number)", RouterTerms(end: end))
            try bench.line("l\(number)", RouterTag("line/\(number)", terms: RouterTerms(end: end)))
        }
        var surelyKnown = start
        while bench.now < start + .seconds(7_200) {
            bench.run(for: .seconds(.random(in: 1...90, using: &dice)))
            switch Int.random(in: 0..<40, using: &dice) {
            case 0:
                let delay = Span.seconds(.random(in: 1...120, using: &dice))
                bench.cutPower(losingClock: Bool.random(using: &dice), ntpAfter: delay)
                surelyKnown = bench.now + delay
            case 1 where bench.now > surelyKnown + .minutes(2):
                bench.stepClock(.seconds(.random(in: -10_800...10_800, using: &dice)))
            case 2...12: bench.leave(.random(in: 0..<12, using: &dice))
            default: break
            }
            for (number, end) in ends.enumerated() {
                let (passes, dials) = (
                    bench.enter("v\(number)", device: number), bench.dials("l\(number)", modem: 100 + number)
                )
                let late = (bench.now - end).milliseconds / 1_000
                let place: Comment = "seed \(seed), \(version), \(number) at \(late) s"
                if bench.now < end { #expect(passes && dials, place) }
                // Nobody can know better than the clock, which the network has set by then.
                if bench.now >= max(end, surelyKnown) + .seconds(60) { #expect(!passes && !dials, place) }
            }
        }
    }
}
