/// The router's log: the newest thousand lines.
struct RouterLog: Sendable {
    /// One line.
    struct Line: Sendable {
        let id: UInt32
        /// The router's own date and time, as the release writes them.
        let date: String
        let time: String
        /// `hotspot,account,info,debug`.
        let topics: String
        let message: String
    }

    private(set) var lines: [Line] = []
    private var nextID: UInt32 = 1

    mutating func append(date: String, time: String, topics: String, _ message: String) {
        lines.append(Line(id: nextID, date: date, time: time, topics: topics, message: message))
        nextID += 1
        if lines.count > 1_000 { lines.removeFirst(lines.count - 1_000) }
    }
}

extension RouterMachine {
    /// Writes a line into the router's log.
    mutating func note(_ topics: String, _ message: String) {
        log.append(date: clock.date(at: now, version), time: clock.time(at: now), topics: topics, message)
        touch()
    }

    /// The rows of `/log`.
    ///
    /// Up to 7.9 a line of today shows the time alone, one of this year month and day; FACTS 4.
    var logRows: [(id: UInt32, values: [String: String])] {
        let today = clock.date(at: now, version)
        return log.lines.map { line in
            var time = "\(line.date) \(line.time)"
            if !version.writesISODates {
                let isThisYear = line.date.suffix(4) == today.suffix(4)
                if isThisYear { time = "\(line.date.dropLast(5)) \(line.time)" }
                if line.date == today { time = line.time }
            }
            return (line.id, ["time": time, "topics": line.topics, "message": line.message])
        }
    }
}
