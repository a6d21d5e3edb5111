/// The router's log: the newest thousand lines.
struct RouterLog: Sendable {
    /// One line.
    struct Line: Sendable {
        let id: UInt32
        /// The router's own time, as the release wrote it then.
        let time: String
        /// `hotspot,account,info,debug`.
        let topics: String
        let message: String
    }

    private(set) var lines: [Line] = []
    private var nextID: UInt32 = 1

    mutating func append(time: String, topics: String, _ message: String) {
        lines.append(Line(id: nextID, time: time, topics: topics, message: message))
        nextID += 1
        if lines.count > 1_000 { lines.removeFirst(lines.count - 1_000) }
    }
}

extension RouterMachine {
    /// Writes a line into the router's log.
    mutating func note(_ topics: String, _ message: String) {
        log.append(time: clock.dateTime(at: now, version), topics: topics, message)
    }
}
