import RouterOS
import Values

/// Finds queues that hide the speed of somebody's own: simple queues are asked in their order and the first that fits
/// counts; a queue below another shares its limit.
struct QueueAudit {
    /// The queues that are in force, in their order.
    let queues: [RouterRecord]
    private(set) var drifts: [Drift] = []

    private let byName: [String: RouterRecord]
    private let wide: [(position: Int, block: Block)]
    private var told: Set<String> = []

    init(_ records: [RouterRecord]) {
        queues = records.filter { !$0.flag("disabled") }
        byName = Dictionary(queues.compactMap { row in row["name"].map { ($0, row) } }) { first, _ in first }
        wide = queues.enumerated().flatMap { position, queue in
            Block.all(queue["target"]).filter { $0.length < 32 }.map { (position: position, block: $0) }
        }
    }

    /// Tells what hides the queue at a position, which is `name`'s, who uses an address.
    mutating func look(at position: Int, of name: String, using address: IPv4Address?) {
        let queue = queues[position]
        if let parent = queue["parent"].flatMap({ byName[$0] }), Self.isNarrower(parent, than: queue) {
            tell(parent, "its limit \(parent["max-limit"] ?? "") is below the speed of \(name)")
        }
        guard let address else { return }
        let earlier = wide.first { $0.position < position && $0.block.contains(address) }
        if let earlier { tell(queues[earlier.position], "it stands before the queue of \(name)") }
    }

    private mutating func tell(_ queue: RouterRecord, _ detail: String) {
        let name = queue["name"] ?? ""
        guard told.insert(name).inserted else { return }
        drifts.append(Drift(.hiddenQueue, in: Menu.queueSimple.path, name, detail))
    }

    /// Addresses that a queue is for.
    struct Block {
        let address: IPv4Address
        let length: Int

        /// The blocks of a list such as `10.5.50.0/24,10.5.60.7/32`; other targets, such as interfaces, are left out.
        static func all(_ target: String?) -> [Block] {
            (target ?? "").split(separator: ",").compactMap { word in
                let parts = word.split(separator: "/")
                guard let address = parts.first.flatMap({ IPv4Address($0) }) else { return nil }
                let length = parts.count == 2 ? Int(parts[1]) : 32
                return length.flatMap { (0...32).contains($0) ? Block(address: address, length: $0) : nil }
            }
        }

        func contains(_ other: IPv4Address) -> Bool {
            let mask: UInt32 = length == 0 ? 0 : ~0 << UInt32(32 - length)
            return address.bits & mask == other.bits & mask
        }
    }

    /// Whether a parent lets less through than its child may use; zero is no limit.
    private static func isNarrower(_ parent: RouterRecord, than child: RouterRecord) -> Bool {
        let none = RouterPair(0, 0)
        let above = parent["max-limit"].flatMap { RouterPair($0) } ?? none
        let below = child["max-limit"].flatMap { RouterPair($0) } ?? none
        func isNarrower(_ above: Int64, _ below: Int64) -> Bool { above > 0 && (below == 0 || above < below) }
        return isNarrower(above.upload, below.upload) || isNarrower(above.download, below.download)
    }
}
