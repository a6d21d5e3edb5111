import Values

/// A drawing of one or two lines over time, as SVG that fits any width: lines stretch, words do not.
///
/// Where nothing is known the lines stop and the ground is shaded; nothing is ever drawn across a gap.
struct TrafficChart {
    /// One line: a value a slot, nil where none is known.
    struct Line {
        /// Its class in the style sheet.
        let style: String
        let values: [Int64?]
        /// Whether the ground below it is filled.
        let isFilled: Bool
    }

    /// A word at the lower edge; where it stands, in ten-thousandths of the width.
    struct Tick {
        let place: Int
        let label: String
    }

    private static let height = 150
    private static let top = 22
    /// How wide a slot is in the drawing's own measure, and how high the whole.
    private static let step = 10
    private static let full: Int64 = 1_000

    let lines: [Line]
    /// Whether a reading fell into each slot.
    let isKnown: [Bool]
    /// The highest value that the drawing reaches, and words for it and for the half of it.
    let limit: Int64
    let limitLabel: String
    let halfLabel: String
    let ticks: [Tick]

    /// The drawing; its words for those who cannot see it stand beside it.
    var svg: String {
        let buffer = ByteBuffer(capacity: 16_384)
        let (top, bottom) = (Self.top, Self.top + Self.height)
        buffer.append("<svg class=\"plot\" width=\"100%\" height=\"\(bottom + 24)\" role=\"img\" aria-hidden=\"true\">")
        for tick in ticks {
            let place = Self.percent(tick.place)
            buffer.append("<line class=\"tick\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(top)\" y2=\"\(bottom)\"/>")
        }
        buffer.append("<svg x=\"0\" y=\"\(top)\" width=\"100%\" height=\"\(Self.height)\" ")
        buffer.append("viewBox=\"0 0 \(isKnown.count * Self.step) \(Self.full)\" preserveAspectRatio=\"none\">")
        drawGaps(into: buffer)
        for line in lines { draw(line, into: buffer) }
        buffer.append("</svg>")
        for (level, label) in [(top, limitLabel), (top + Self.height / 2, halfLabel), (bottom, "")] {
            buffer.append("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"\(level)\" y2=\"\(level)\"/>")
            buffer.append("<text class=\"level\" x=\"4\" y=\"\(level - 5)\">")
            buffer.append(escapingHTML: label)
            buffer.append("</text>")
        }
        for tick in ticks {
            buffer.append("<text class=\"time\" x=\"\(Self.percent(tick.place))\" y=\"\(bottom + 17)\">")
            buffer.append(escapingHTML: tick.label)
            buffer.append("</text>")
        }
        buffer.append("</svg>")
        return String(decoding: buffer.array, as: UTF8.self)
    }

    private static func percent(_ place: Int) -> String { "\(place / 100).\(twoDigits(Int64(place % 100)))%" }

    /// The stretches of slots of which something holds.
    private func runs(where holds: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in 0...isKnown.count {
            if index < isKnown.count, holds(index) {
                start = start ?? index
            } else if let first = start {
                runs.append(first..<index)
                start = nil
            }
        }
        return runs
    }

    private func drawGaps(into buffer: ByteBuffer) {
        for run in runs(where: { !isKnown[$0] }) {
            let (x, width) = (run.lowerBound * Self.step, run.count * Self.step)
            buffer.append("<rect class=\"gap\" x=\"\(x)\" y=\"0\" width=\"\(width)\" height=\"\(Self.full)\"/>")
        }
    }

    /// One path a stretch: from the left edge of its first slot over the middle of each to the right edge of its last.
    private func draw(_ line: Line, into buffer: ByteBuffer) {
        for run in runs(where: { line.values.indices.contains($0) && line.values[$0] != nil }) {
            let heights = run.map { height(line.values[$0] ?? 0) }
            guard let first = heights.first, let last = heights.last else { continue }
            let (left, right) = (run.lowerBound * Self.step, run.upperBound * Self.step)
            var path = "M\(left) \(first)"
            for (index, height) in zip(run, heights) { path += "L\(index * Self.step + Self.step / 2) \(height)" }
            path += "L\(right) \(last)"
            if line.isFilled {
                buffer.append(
                    "<path class=\"area \(line.style)\" d=\"\(path)L\(right) \(Self.full)L\(left) \(Self.full)Z\"/>")
            }
            buffer.append("<path class=\"line \(line.style)\" vector-effect=\"non-scaling-stroke\" d=\"\(path)\"/>")
        }
    }

    /// Downwards from the top, as SVG measures.
    private func height(_ value: Int64) -> Int64 {
        Self.full - max(0, min(value, limit)) * Self.full / max(1, limit)
    }

    /// The next round number at or above a value: 1, 2, 4, 6, 8 or 10 times a power of ten; an even one at least.
    static func roundLimit(_ value: Int64) -> Int64 {
        var power: Int64 = 1
        while power < value, power < 100_000_000_000_000_000 { power *= 10 }
        let fine = max(1, power / 10)
        return [1, 2, 4, 6, 8].map { $0 * fine }.first { $0 >= value && $0 >= 2 } ?? max(2, power)
    }
}
