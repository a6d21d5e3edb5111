import Glibc

/// Broken inputs without end: sound ones, changed by chance in the ways in which a wire or a hostile router changes them.
///
/// Each input has a seed of its own, which a failure tells; `LANGO_FUZZ_INPUTS` says how many are made (scripts/soak),
/// `LANGO_FUZZ_SEED` with which seed they begin.
package struct Fuzz: Sendable {
    private let corpus: [[UInt8]]
    private let words: [[UInt8]]

    /// Takes sound inputs, and words that mean something to the reader.
    package init(_ corpus: [[UInt8]], words: [String]) {
        self.corpus = corpus.isEmpty ? [[]] : corpus
        self.words = words.map { Array($0.utf8) }
    }

    private static func setting(_ name: String) -> UInt64? {
        unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) }
    }

    /// Reads one input after another; `read` says what is wrong with what came of it, nil where nothing is.
    ///
    /// A reader that crashes was at the batch that was printed last.
    ///
    /// - Returns: what was wrong, with the seed.
    package func run(_ name: String, inputs usual: UInt64 = 20_000, _ read: ([UInt8]) -> String?) -> [String] {
        let count = Self.setting("LANGO_FUZZ_INPUTS") ?? usual
        let first = Self.setting("LANGO_FUZZ_SEED") ?? 1
        var flaws: [String] = []
        for batch in stride(from: first, to: first + count, by: 10_000) {
            if count > usual { print("\(name): seeds from \(batch)") }
            let begun = Self.processorTime()
            for seed in batch..<min(batch + 10_000, first + count) {
                if let flaw = read(input(seed)) { flaws.append("seed \(seed): \(flaw)") }
                if flaws.count >= 5 { return flaws }
            }
            // Ten thousand inputs of some hundred bytes each: a second or two at most.
            if Self.processorTime() - begun > 60 { flaws.append("seeds from \(batch): more than a minute") }
        }
        return flaws
    }

    /// The input of a seed.
    package func input(_ seed: UInt64) -> [UInt8] {
        var dice = Dice(seed: seed)
        var bytes = corpus.randomElement(using: &dice) ?? []
        for _ in 0..<Int.random(in: 0...4, using: &dice) { change(&bytes, &dice) }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], _ dice: inout Dice) {
        let place = Int.random(in: 0...bytes.count, using: &dice)
        let end = min(bytes.count, place + Int.random(in: 0...20, using: &dice))
        switch dice.next() % 8 {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: if place < bytes.count { bytes[place] ^= 1 << UInt8(dice.next() % 8) }
        case 4: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: dice.next()) }
        case 5:
            bytes.insert(
                contentsOf: (0..<Int(dice.next() % 8)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }, at: place)
        case 6: bytes.insert(contentsOf: words.randomElement(using: &dice) ?? [], at: place)
        default:
            let other = corpus.randomElement(using: &dice) ?? []
            bytes = Array(bytes[..<place]) + other.suffix(Int.random(in: 0...other.count, using: &dice))
        }
    }

    /// Seconds of processor time of this thread, so that a busy machine spoils no test.
    package static func processorTime() -> Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
