import RouterOS
package import Values

/// What a router showed when it was read last: where the next reading counts on from.
///
/// It is kept in the same transaction as what was counted, so that nothing is counted twice, whatever happens in
/// between.
package struct RouterWatch: Hashable, Sendable {
    /// A session that goes on as far as we know.
    struct Open: Hashable, Sendable {
        let id: ID<LiveSession>
        let table: RouterReading.Table
        /// The router's own key of the row, which it may give to another session later.
        let row: RouterID
        /// What name, address and service come to; see `identity(of:)`.
        let identity: UInt64
        /// The interface that counts its bytes, for PPP.
        var device: RouterID?
        /// How long it had been going on when it was last seen.
        var uptime: Span?
        /// The router's counters then.
        var counted: Flow
        /// What passed in all.
        var total: Flow
        /// When the router last showed it.
        var seenAt: Instant
        /// Whether it is taken for over.
        ///
        /// It is remembered for a while: a list that broke off, or a router that was away, must not have it counted
        /// anew.
        var isOver = false
    }

    /// The last reading; nil before the first.
    package internal(set) var readAt: Instant?
    package internal(set) var board: RouterReading.Board?
    /// When each table was last read.
    var tablesAt: [RouterReading.Table: Instant] = [:]
    var open: [Open] = []
    /// The counters of interfaces by their key; those that count one session are in `open` alone.
    var devices: [RouterID: Flow] = [:]
    var devicesAt: Instant?
    /// Whether the router tells by itself who comes and goes, so that the list is a few seconds old at most.
    package var isTold = false

    package init() {}

    /// How many sessions go on by one table.
    package func count(_ table: RouterReading.Table) -> Int { open.count { $0.table == table && !$0.isOver } }

    /// A number that two sessions of the same person share: FNV-1a, 64 bits.
    ///
    /// Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-17. Text beyond ASCII counts as one sign,
    /// since the ways to a router decode it differently.
    static func identity(of seen: RouterReading.Seen) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in seen.service.utf8 { take(byte) }
        take(0)
        for scalar in seen.name.unicodeScalars { take(scalar.isASCII ? UInt8(scalar.value) : 0x80) }
        take(0)
        for shift in UInt64(0)..<6 { take(UInt8(truncatingIfNeeded: (seen.mac?.bits ?? 0) >> (shift * 8))) }
        return hash
    }
}

extension RouterWatch {
    private static let form: UInt64 = 1

    /// The form in which it is kept.
    var packed: [UInt8] {
        var writer = PackedWriter()
        writer.add(Self.form)
        writer.add(optional: readAt?.milliseconds)
        writer.add(isTold ? 1 : 0)
        writer.add(optional: board?.uptime.milliseconds)
        for value in [board?.load, board?.freeMemory, board?.totalMemory, board?.temperature] {
            writer.add(optional: value)
        }
        for table in RouterReading.Table.allCases { writer.add(optional: tablesAt[table]?.milliseconds) }
        writer.add(optional: devicesAt?.milliseconds)
        writer.add(devices.count)
        for (id, flow) in devices {
            writer.add(id.description)
            writer.add(flow)
        }
        writer.add(open.count)
        for session in open {
            writer.add(session.id.high)
            writer.add(session.id.low)
            writer.add(UInt64(session.table.rawValue))
            writer.add(session.row.description)
            writer.add(session.identity)
            writer.add(session.device?.description ?? "")
            writer.add(optional: session.uptime?.milliseconds)
            writer.add(session.counted)
            writer.add(session.total)
            writer.add(session.seenAt)
            writer.add(session.isOver ? 1 : 0)
        }
        return writer.bytes
    }

    /// Nil for bytes that are none of ours.
    init?(packed: [UInt8]) {
        var reader = PackedReader(packed)
        do throws(PackedReader.Broken) {
            guard try reader.bits() == Self.form else { return nil }
            readAt = try reader.optional().map { Instant(milliseconds: $0) }
            isTold = try reader.bits() == 1
            let uptime = try reader.optional()
            let (load, free) = (try reader.optional(), try reader.optional())
            let (memory, temperature) = (try reader.optional(), try reader.optional())
            board = uptime.map {
                RouterReading.Board(
                    uptime: Span(milliseconds: $0), load: load, freeMemory: free, totalMemory: memory,
                    temperature: temperature)
            }
            for table in RouterReading.Table.allCases {
                tablesAt[table] = try reader.optional().map { Instant(milliseconds: $0) }
            }
            devicesAt = try reader.optional().map { Instant(milliseconds: $0) }
            for _ in 0..<(try reader.count()) {
                guard let id = RouterID(try reader.text()) else { return nil }
                devices[id] = try reader.flow()
            }
            for _ in 0..<(try reader.count()) { open.append(try Open(&reader)) }
            guard reader.isAtEnd else { return nil }
        } catch {
            return nil
        }
    }
}

extension RouterWatch.Open {
    fileprivate init(_ reader: inout PackedReader) throws(PackedReader.Broken) {
        id = ID(high: try reader.bits(), low: try reader.bits())
        guard let table = UInt8(exactly: try reader.bits()).flatMap({ RouterReading.Table(rawValue: $0) }),
            let row = RouterID(try reader.text())
        else { throw PackedReader.Broken() }
        self.table = table
        self.row = row
        identity = try reader.bits()
        device = RouterID(try reader.text())
        uptime = try reader.optional().map { Span(milliseconds: $0) }
        counted = try reader.flow()
        total = try reader.flow()
        seenAt = try reader.instant()
        isOver = try reader.bits() == 1
    }
}
