package import RouterOS
package import Values

/// Reads what moves on a router: one read a table.
package struct RouterReader: Sendable {
    /// The most sessions of a table and the most interfaces that are followed.
    package static let mostRows = 20_000

    private let transport: any RouterTransport
    private let now: @Sendable () -> Instant

    package init(_ transport: any RouterTransport, now: @escaping @Sendable () -> Instant) {
        self.transport = transport
        self.now = now
    }

    /// Finds out whether the router is there, and how it fares.
    ///
    /// - Throws: `RouterError` where it does not answer within `RouterKnock.patience`, or refuses us.
    package func knock() async throws(RouterError) -> RouterReading.Board {
        let record = try await transport.knock(for: ["uptime", "cpu-load", "free-memory", "total-memory"])
        guard let uptime = record.span("uptime") else {
            throw RouterError(.notReady, in: .systemResource)
        }
        return RouterReading.Board(
            uptime: uptime, load: record.number("cpu-load"), freeMemory: record.number("free-memory"),
            totalMemory: record.number("total-memory"))
    }

    /// Reads the tables of a router that has answered a knock.
    ///
    /// Its age is asked for once more at the end: what was read before and after a restart must not be mixed.
    ///
    /// Where somebody was online by a table before, which `isKnown` tells, an answer without rows is asked for twice:
    /// one that broke off early enough has none either.
    ///
    /// - Throws: `RouterError` where the router as a whole does not answer or refuses us, and `notReady` where it
    ///   started anew meanwhile.
    package func read(
        after board: RouterReading.Board, isKnown: (RouterReading.Table) -> Bool, wantsHealth: Bool
    ) async throws(RouterError) -> RouterReading {
        var sessions: [RouterReading.Table: [RouterReading.Seen]] = [:]
        for table in RouterReading.Table.allCases {
            guard let rows = try await self.sessions(of: table, isKnown: isKnown(table)) else { continue }
            sessions[table] = rows
        }
        let devices = try await devices()
        let temperature = wantsHealth ? try await temperature() : nil
        let uptime = try await transport.readRecord(.systemResource, properties: ["uptime"]).span("uptime")
        guard let uptime, uptime >= board.uptime else { throw RouterError(.notReady, in: .systemResource) }
        return RouterReading(
            at: now(),
            board: .init(
                uptime: uptime, load: board.load, freeMemory: board.freeMemory, totalMemory: board.totalMemory,
                temperature: temperature),
            sessions: sessions, devices: devices)
    }

    /// The rows of one table; nil where this table alone could not be read, none where the router does not have it.
    private func rows(_ menu: Menu, _ properties: [String]) async throws(RouterError) -> [RouterRecord]? {
        do throws(RouterError) {
            return Array(try await transport.read(menu, properties: properties).prefix(Self.mostRows))
        } catch {
            switch error.kind {
            case .menuAbsent, .noSuchItem: return []
            case .forbidden, .deviceMode, .failure, .unknownParameter, .invalidValue, .tooLarge, .notReady: return nil
            default: throw error
            }
        }
    }

    private func sessions(
        of table: RouterReading.Table, isKnown: Bool
    ) async throws(RouterError) -> [RouterReading.Seen]? {
        let properties =
            switch table {
            case .hotspot: ["user", "address", "mac-address", "uptime", "bytes-in", "bytes-out"]
            case .ppp: ["name", "service", "caller-id", "address", "uptime"]
            }
        var found = try await rows(table.menu, properties)
        if isKnown, found?.isEmpty == true { found = try await rows(table.menu, properties) }
        return found?.compactMap { table == .hotspot ? .init(hotspot: $0) : .init(ppp: $0) }
    }

    private func devices() async throws(RouterError) -> [RouterReading.Device]? {
        let properties = ["name", "dynamic", "rx-byte", "tx-byte"]
        guard let rows = try await rows(.interface, properties), !rows.isEmpty else { return nil }
        return rows.compactMap { RouterReading.Device($0) }
    }

    /// The warmest sensor: a record with a property a sensor up to version 6, rows since; `print` answers with either.
    private func temperature() async throws(RouterError) -> Int64? {
        let records: [RouterRecord]
        do throws(RouterError) {
            records = try await transport.run("print", in: .systemHealth, [])
        } catch {
            guard error.kind == .unreachable || error.isPassing else { return nil }
            throw error
        }
        let rows = records.filter { $0["type"] == "C" }.compactMap { $0["value"] }
        let values = records.flatMap(\.values).filter { $0.key.hasSuffix("temperature") || $0.key.hasSuffix("temp") }
        return (rows + values.map(\.value)).compactMap { Int64($0.prefix { $0 != "." }) }.max()
    }
}

extension RouterReading.Seen {
    fileprivate init?(hotspot record: RouterRecord) {
        guard let id = record.id else { return nil }
        self.init(
            id: id, service: "hotspot", name: record["user"] ?? "", mac: record.mac("mac-address"),
            address: record.address("address"), uptime: record.span("uptime"),
            flow: Flow(up: max(0, record.number("bytes-in") ?? 0), down: max(0, record.number("bytes-out") ?? 0)))
    }

    fileprivate init?(ppp record: RouterRecord) {
        guard let id = record.id else { return nil }
        self.init(
            id: id, service: record["service"] ?? "ppp", name: record["name"] ?? "", mac: record.mac("caller-id"),
            address: record.address("address"), uptime: record.span("uptime"), flow: nil)
    }
}

extension RouterReading.Device {
    /// Nil for a row whose counters cannot be read.
    fileprivate init?(_ record: RouterRecord) {
        guard let id = record.id, let name = record["name"], let up = record.number("rx-byte"),
            let down = record.number("tx-byte"), up >= 0, down >= 0
        else { return nil }
        self.init(
            id: id, name: name, isDynamic: record.flag("dynamic") || name.hasPrefix("<"), flow: Flow(up: up, down: down)
        )
    }
}
