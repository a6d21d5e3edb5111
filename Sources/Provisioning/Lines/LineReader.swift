import Entitlements
import RouterOS
import SQL
import Subscribers
import Tenancy
import Values

/// Adds up what passes over a router's lines whose package counts data, and ends or slows down what is used up.
///
/// A login is counted by its interface, which comes and goes with the session; a fixed address by its queue.
struct LineReader {
    let provisioner: Provisioner
    let router: Router
    let transport: any RouterTransport

    /// What the router shows of a line.
    fileprivate struct Reading: Sendable {
        let line: Line
        let up: Int64
        let down: Int64
        /// When the count began, as early as it may have been; nil where nobody can tell.
        let began: Instant?
        /// The session of a login, by the router's own name.
        let session: String?
    }

    /// - Returns: the routers that have work now.
    func read() async throws -> Set<ID<Router>> {
        let router = router
        let lines = try await provisioner.store.fetch(.tenant(router.tenant)) { transaction in
            try transaction.lines(behind: router.id, of: router.tenant).filter { $0.entitlement.countsData }.map(\.line)
        }
        guard !lines.isEmpty else { return [] }
        let logins = lines.filter { $0.kind == .pppoe }
        let fixed = lines.filter { $0.kind == .fixed }
        let readings = try await read(logins: logins) + read(fixed: fixed)
        let now = provisioner.now()
        return try await provisioner.write(on: router.id, of: router.tenant) { transaction in
            try readings.reduce(into: Set<ID<Router>>()) { work, reading in
                work.formUnion(try transaction.count(reading, behind: router, at: now))
            }
        }
    }

    private func read(logins: [Line]) async throws(RouterTrouble) -> [Reading] {
        guard !logins.isEmpty else { return [] }
        let start = provisioner.now()
        let sessions = try await rows(.pppActive, PPPSession.properties).compactMap { PPPSession($0) }
        let devices = try await rows(
            Self.interface, ["name", "rx-byte", "tx-byte"], where: [("type", "pppoe-in")])
        // A clock that was set meanwhile would tell a new session from an old one wrongly; the next reading tells all of it.
        guard provisioner.now() - start < .minutes(1) else { return [] }
        let byUser = Dictionary(sessions.map { ($0.user, $0) }) { first, _ in first }
        let byName = Dictionary(devices.compactMap { row in row["name"].map { ($0, row) } }) { first, _ in first }
        return logins.compactMap { line in
            guard let session = byUser[line.name], let device = byName["<pppoe-\(line.name)>"],
                let up = device.number("rx-byte"), let down = device.number("tx-byte"), up >= 0, down >= 0
            else { return nil }
            // Whole seconds are told: the session may have begun almost one earlier.
            let began = start - session.uptime - .seconds(1)
            return Reading(line: line, up: up, down: down, began: began, session: session.number)
        }
    }

    private func read(fixed: [Line]) async throws(RouterTrouble) -> [Reading] {
        guard !fixed.isEmpty else { return [] }
        let queues = try await rows(.queueSimple, ["comment", "bytes", "dynamic"])
        let byLine = Dictionary(queues.compactMap { row in row.line.map { ($0, row) } }) { first, _ in first }
        return fixed.compactMap { line in
            guard let pair = byLine[line.id]?["bytes"].flatMap({ RouterPair($0) }) else { return nil }
            return Reading(line: line, up: pair.upload, down: pair.download, began: nil, session: nil)
        }
    }

    private static let interface = Menu("/interface")

    private func rows(
        _ menu: Menu, _ properties: [String], where conditions: [RouterField] = []
    ) async throws(RouterTrouble) -> [RouterRecord] {
        do throws(RouterError) {
            return try await transport.read(menu, where: conditions, properties: properties)
        } catch  where error.kind == .menuAbsent {
            return []
        } catch {
            throw RouterTrouble(error)
        }
    }
}

extension LineReader.Reading {
    fileprivate func counter(behind router: Router, at now: Instant) -> LineCounter {
        LineCounter(router: router.id, bytesUp: up, bytesDown: down, seenAt: now, session: session)
    }
}

extension Entitlement {
    /// Whether data that passes takes from what is left, or from a fair share.
    var countsData: Bool { dataLimit.limit != nil || pacing.fairUse != nil }
}

extension Transaction {
    fileprivate borrowing func count(
        _ reading: LineReader.Reading, behind router: Router, at now: Instant
    ) throws(SQLError) -> Set<ID<Router>> {
        let tenant = router.tenant
        guard let line = try line(reading.line.id, of: tenant), line.router == router.id,
            let before = try entitlement(line.entitlement, of: tenant)
        else { return [] }
        let counter = reading.counter(behind: router, at: now)
        let passed = counter.passed(since: try self.counter(of: line.id, of: tenant), countingFrom: reading.began)
        try record(counter, of: line.id, of: tenant)
        guard passed.bytes > 0, before.ended == nil else { return [] }
        try count(passed, on: before.id, of: tenant)
        guard let after = try entitlement(before.id, of: tenant) else { return [] }
        return try follow(before, to: after, at: now)
    }
}
