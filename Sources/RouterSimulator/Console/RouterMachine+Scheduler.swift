import Values
import Wires

/// A script that waits to be carried out.
struct WaitingScript: Sendable {
    let source: String
    /// The line of the log where it fails.
    let name: String
}

/// When scripts of `/system/scheduler` run.
///
/// Source: the manual's page on the scheduler. A row without a start begins with its interval; `startup` runs it three
/// seconds after the start; without an interval it runs once. What was missed meanwhile is not made up for.
extension RouterMachine {
    /// The scripts whose time has come, each once.
    mutating func takeDueScripts(at time: Instant) -> [WaitingScript] {
        advance(to: time)
        var due = waitingScripts
        waitingScripts = []
        guard let table = tables["/system/scheduler"] else { return due }
        for id in table.order {
            guard let row = table[id], row["disabled"] != "true" else { continue }
            let interval = RouterDuration.read(row["interval"] ?? "") ?? .zero
            guard let next = schedule[id] else {
                schedule[id] = firstRun(row, interval)
                continue
            }
            guard next <= now else { continue }
            schedule[id] = interval > .zero ? next + missed(interval, since: next) : Instant(milliseconds: .max)
            count(id, row)
            due.append(WaitingScript(source: source(row["on-event"] ?? ""), name: row["name"] ?? ""))
        }
        return due
    }

    /// Lets a script of `/system/script` run at the next occasion: a command of REST does not wait for it.
    mutating func postpone(_ id: UInt32) {
        guard let row = tables["/system/script"]?[id] else { return }
        waitingScripts.append(WaitingScript(source: row["source"] ?? "", name: row["name"] ?? ""))
    }

    private func missed(_ interval: Span, since: Instant) -> Span {
        let rounds = (now - since).milliseconds / interval.milliseconds + 1
        return Span(milliseconds: rounds * interval.milliseconds)
    }

    private func firstRun(_ row: [String: String], _ interval: Span) -> Instant {
        let start = row["start-time"] ?? ""
        if start == "startup" { return bootedAt + .seconds(3) }
        guard let clockTime = RouterDuration.read(start), !start.isEmpty else {
            return interval > .zero ? now + interval : Instant(milliseconds: .max)
        }
        let shown = RouterDuration.read(clock.time(at: now)) ?? .zero
        let today = now + Span(milliseconds: clockTime.milliseconds - shown.milliseconds)
        if today > now { return today }
        return interval > .zero
            ? today
                + Span(milliseconds: ((now - today).milliseconds / interval.milliseconds + 1) * interval.milliseconds)
            : today + .seconds(86_400)
    }

    /// What an event names: a script by its name, else the commands themselves.
    private func source(_ event: String) -> String {
        guard let table = tables["/system/script"], let id = table.ids(named: event).first else { return event }
        return table[id]?["source"] ?? event
    }

    /// What a reader sees of a row beside its settings.
    func scheduleCounts(_ id: UInt32, _ row: [String: String]) -> [String: String] {
        var values = ["run-count": row["run-count"] ?? "0"]
        if let next = schedule[id], next.milliseconds < .max { values["next-run"] = clock.dateTime(at: next, version) }
        return values
    }

    private mutating func count(_ id: UInt32, _ row: [String: String]) {
        var row = row
        row["run-count"] = String((Int(row["run-count"] ?? "0") ?? 0) + 1)
        tables["/system/scheduler"]?.update(id, row)
        touch()
    }
}

extension SimulatedRouter {
    /// Carries out the scripts whose time has come, one after another.
    package func runDueScripts() {
        let due = with { machine, now in machine.takeDueScripts(at: now) }
        for script in due { carryOut(script) }
    }

    /// The same on threads of their own, for the one that keeps the time.
    func startDueScripts() {
        let due = with { machine, now in machine.takeDueScripts(at: now) }
        for script in due { WireThread.start { [self] in carryOut(script) } }
    }

    /// A script prints to nobody; where it fails a line of the log says so.
    ///
    /// A restart ends it without a word.
    private func carryOut(_ script: WaitingScript) {
        let bootedAt = with { machine, _ in machine.bootedAt }
        let isOver: @Sendable () -> Bool = { [self] in with { machine, _ in machine.bootedAt != bootedAt } }
        guard let words = Console(self, .full, isCancelled: isOver).carryOut(script.source), !isOver() else { return }
        with { machine, _ in machine.note("script,error", "script error: \(script.name): \(words)") }
    }
}
