import Compression
import JSON

/// The rows of a table as bytes for keeping: one JSON array with sorted keys, compressed.
enum TableContent {
    /// Nil where the rows are too many to keep.
    static func packed(_ rows: [InventoryRow]) -> [UInt8]? {
        Deflate.pack(JSON.array(rows.map(\.json)).serialized())
    }

    /// Nil for bytes that are none of ours.
    static func rows(_ packed: [UInt8]) -> [InventoryRow]? {
        guard let json = unpacked(packed), let array = json.array else { return nil }
        let rows = array.compactMap { InventoryRow($0) }
        return rows.count == array.count ? rows : nil
    }

    static func packed(_ changes: [TableChange]) -> [UInt8]? {
        Deflate.pack(JSON.array(changes.map(\.json)).serialized())
    }

    static func changes(_ packed: [UInt8]) -> [TableChange] {
        (unpacked(packed)?.array ?? []).compactMap { TableChange($0) }
    }

    private static func unpacked(_ packed: [UInt8]) -> JSON? {
        Deflate.unpack(packed).flatMap { try? JSON(parsing: $0) }
    }
}
