package import RouterOS
package import Values

/// Reads a router completely: one read a table, each bounded, none that stops the others.
package struct Surveyor: Sendable {
    /// The most rows of a table that are kept.
    package static let mostRows = 20_000
    /// The most lines of the log that are kept, the newest.
    package static let mostLogLines = 1_000
    /// How long a reading may take altogether; what is left then waits for the next.
    package static let patience = Span.minutes(8)
    /// The longest list of names that goes into one request, in bytes.
    private static let longestNames = 1_500

    private let transport: any RouterTransport
    /// How many rows each table had before; nil where that is not known.
    private let known: [String: Int]?
    private let now: @Sendable () -> Instant

    package init(
        _ transport: any RouterTransport, known: [String: Int]? = nil, now: @escaping @Sendable () -> Instant
    ) {
        self.transport = transport
        self.known = known
        self.now = now
    }

    /// Finds out whether the router is there, and its version.
    ///
    /// - Throws: `RouterError` where it does not answer within `RouterKnock.patience`, or refuses us.
    package func knock() async throws(RouterError) -> RouterVersion {
        let record = try await transport.knock(for: ["version"])
        guard let version = record["version"].flatMap({ RouterVersion($0) }) else {
            throw RouterError(.notRouterOS, in: .systemResource)
        }
        return version
    }

    /// Reads every table of the plan.
    ///
    /// - Throws: `RouterError` where the router as a whole does not answer or refuses us.
    package func survey(_ plan: [SurveyedTable] = SurveyPlan.tables) async throws(RouterError) -> Survey {
        try await survey(plan, of: knock())
    }

    /// Reads every table of the plan from a router that has told its version.
    ///
    /// - Throws: `RouterError` where the router as a whole does not answer or refuses us.
    package func survey(
        _ plan: [SurveyedTable] = SurveyPlan.tables, of version: RouterVersion
    ) async throws(RouterError) -> Survey {
        let beganAt = now()
        var readings: [TableReading] = []
        var silences = 0
        for table in plan {
            guard now() - beganAt < Self.patience else {
                readings.append(TableReading(table.path, .skipped))
                continue
            }
            do throws(RouterError) {
                readings.append(try await read(table, version))
                silences = 0
            } catch {
                guard let reading = Self.reading(of: table, error) else { throw error }
                silences = error.isPassing ? silences + 1 : 0
                // One table may break a router's answer; three in a row are the router itself.
                guard silences < 3, !Task.isCancelled else { throw error }
                readings.append(reading)
            }
        }
        return Survey(beganAt: beganAt, endedAt: now(), tables: readings)
    }

    /// What an error says about one table; nil where it says it about the router.
    private static func reading(of table: SurveyedTable, _ error: RouterError) -> TableReading? {
        switch error.kind {
        // Over REST the name of a menu that is not there reads as that of a row of the menu above.
        case .menuAbsent, .noSuchItem: TableReading(table.path, .absent)
        case .forbidden, .deviceMode: TableReading(table.path, .forbidden, note: error.description)
        case .unauthorized, .certificateChanged, .certificateUnknown, .certificateUnusable, .hostKeyChanged,
            .hostKeyUnknown, .unreachable, .notAdmitted:
            nil
        default: TableReading(table.path, .failed, note: error.description)
        }
    }

    /// Reads a table; once more where the answer was lost or cut, since reading changes nothing.
    private func read(_ table: SurveyedTable, _ version: RouterVersion) async throws(RouterError) -> TableReading {
        guard table.schema.versions.contains(version) else { return TableReading(table.path, .absent) }
        do throws(RouterError) {
            let reading = try await readOnce(table, version)
            // An answer that broke off early enough is an empty one, and would read as if all rows had been removed.
            let isSuspect =
                reading.count == 0 && !table.isRecord && known.map { $0[table.path, default: 0] > 0 } ?? true
            return isSuspect ? try await readOnce(table, version) : reading
        } catch {
            guard error.isPassing, error.kind != .unreachable, !Task.isCancelled else { throw error }
            return try await readOnce(table, version)
        }
    }

    private func readOnce(_ table: SurveyedTable, _ version: RouterVersion) async throws(RouterError) -> TableReading {
        let menu = Menu(table.schema)
        if table.nature == .counted { return try await count(table, menu) }
        let records: [RouterRecord]
        if table.path == "/system/health" {
            // A record with a property a sensor up to version 6, rows since: `print` answers with either.
            records = try await transport.run("print", in: menu, [])
        } else {
            records = try await transport.read(menu, properties: Self.names(table, version))
        }
        guard Self.fit(records, table) else { throw RouterError(.notReady, in: menu) }
        let kept = table.path == "/log" ? records.suffix(Self.mostLogLines) : records.prefix(Self.mostRows)
        return TableReading(table.path, kept.map { InventoryRow($0, of: table.schema) }, count: records.count)
    }

    private func count(_ table: SurveyedTable, _ menu: Menu) async throws(RouterError) -> TableReading {
        let answer = try await transport.run("print", in: menu, [("count-only", "")])
        guard let count = answer.first?.number("ret") else { throw RouterError(.notReady, in: menu) }
        return TableReading(table.path, [], count: Int(clamping: count))
    }

    /// The properties to ask for: what the version knows; none, which means all, of a version that we do not know.
    private static func names(_ table: SurveyedTable, _ version: RouterVersion) -> [String] {
        let known = table.schema.readableNames(in: version)
        // The contents of a file may be no text at all.
        if table.path == "/file" { return known.filter { $0 != "contents" } }
        let checked = RouterSchema.checkedVersions
        let isChecked =
            version >= checked.lowerBound
            && (version.major, version.minor) <= (checked.upperBound.major, checked.upperBound.minor)
        guard isChecked, !table.schema.isRecord else { return [] }
        return known.reduce(0) { $0 + $1.utf8.count + 1 } <= longestNames ? known : []
    }

    /// Whether the rows are the table's: a router that starts may answer with another table's record.
    private static func fit(_ records: [RouterRecord], _ table: SurveyedTable) -> Bool {
        records.allSatisfy { record in
            record.values.isEmpty || record.values.keys.contains { table.schema.property($0) != nil }
                || table.path == "/system/health"
        }
    }
}
