/// Which lines of two texts are the same, in the order of both.
///
/// The nth occurrence of a line is matched with its nth occurrence on the other side; of these pairs the longest run
/// that ascends on both sides is kept. For lines that occur once, as nearly all of an export do, that is the longest
/// common subsequence, in n log n steps whatever the texts are.
enum LineMatching {
    /// Pairs of places, ascending on both sides.
    static func pairs(_ left: [String], _ right: [String]) -> [(left: Int, right: Int)] {
        let start = zip(left, right).prefix { $0 == $1 }.count
        let most = min(left.count, right.count) - start
        let end = zip(left.reversed(), right.reversed()).prefix(most).prefix { $0 == $1 }.count
        let middle = longestAscent(
            twins(left[start..<(left.count - end)], right[start..<(right.count - end)]))
        return (0..<start).map { ($0, $0) } + middle
            + (0..<end).map { (left.count - end + $0, right.count - end + $0) }
    }

    private struct Occurrence: Hashable {
        let line: String
        let number: Int
    }

    private static func twins(_ left: ArraySlice<String>, _ right: ArraySlice<String>) -> [(left: Int, right: Int)] {
        var places: [Occurrence: Int] = [:]
        for (occurrence, place) in occurrences(right) { places[occurrence] = place }
        return occurrences(left).compactMap { occurrence, place in places[occurrence].map { (place, $0) } }
    }

    private static func occurrences(_ lines: ArraySlice<String>) -> [(Occurrence, Int)] {
        var counts: [String: Int] = [:]
        return zip(lines, lines.indices).map { line, place in
            counts[line, default: 0] += 1
            return (Occurrence(line: line, number: counts[line, default: 0]), place)
        }
    }

    /// The longest run of pairs, given in ascending order of `left`, that ascends in `right` too.
    private static func longestAscent(_ pairs: [(left: Int, right: Int)]) -> [(left: Int, right: Int)] {
        // The pair with which the best run of each length ends, and what comes before each pair.
        var ends: [Int] = []
        var before = [Int?](repeating: nil, count: pairs.count)
        for index in pairs.indices {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].right < pairs[index].right { low = middle + 1 } else { high = middle }
            }
            before[index] = low > 0 ? ends[low - 1] : nil
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var run: [(left: Int, right: Int)] = []
        var next = ends.last
        while let index = next {
            run.append(pairs[index])
            next = before[index]
        }
        return run.reversed()
    }
}
