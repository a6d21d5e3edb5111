import Values

/// What single menus do beyond keeping rows.
extension RouterMachine {
    /// Values that the router adds to a new row by itself.
    mutating func complete(_ menu: Menu, _ values: inout [String: String]) {
        switch menu.path {
        case "/ip/hotspot/user/profile":
            // A new profile takes no `add-mac-cookie=false`; seen on 7.24.4.
            values["add-mac-cookie"] = "true"
        case "/ip/address":
            values["network"] = values["network"].flatMap { $0.isEmpty ? nil : $0 } ?? network(of: values)
        case "/queue/simple" where values["name"]?.isEmpty != false:
            values["name"] = "queue\((tables[menu.path]?.nextID ?? 1))"
        case "/system/script", "/system/scheduler": values["owner"] = values["owner"] ?? settings.userName
        case "/interface/wireguard" where values["private-key"]?.isEmpty != false:
            values["private-key"] = Self.base64(chance.bytes(32))
        case "/ip/firewall/address-list": values["creation-time"] = clock.dateTime(at: now, version)
        default: break
        }
    }

    private func network(of values: [String: String]) -> String {
        let parts = (values["address"] ?? "").split(separator: "/")
        guard let first = parts.first, let address = IPv4Address(first) else { return "" }
        let length = parts.count == 2 ? min(32, UInt32(parts[1]) ?? 32) : 32
        return IPv4Address(bits: length == 0 ? 0 : address.bits & ~0 << (32 - length)).description
    }

    /// Refuses a row that is like another where the menu allows only one.
    func refuseDuplicate(_ menu: Menu, _ values: [String: String], besides id: UInt32?) throws(RouterTrap) {
        let name = values["name"] ?? ""
        if menu.path == "/interface" || Self.interfaceTypes[menu.path] != nil {
            return try refuseTakenDevice(name, besides: id)
        }
        guard let table = tables[menu.path] else { return }
        let twins = name.isEmpty ? [] : table.ids(named: name).filter { $0 != id }
        switch menu.path {
        case "/ip/hotspot/user":
            let server = values["server"] ?? "all"
            guard !twins.contains(where: { (table[$0]?["server"] ?? "all") == server })
            else { throw .failure("already have user with this name for this server") }
        case "/user":
            guard twins.isEmpty else { throw .failure("user with the same name already exists") }
        case "/ppp/secret":
            guard twins.isEmpty else { throw .failure("secret with the same name already exists") }
        case "/ip/address":
            let isTaken = table.rows.contains { $0.key != id && $0.value["address"] == values["address"] }
            guard !isTaken else { throw .failure("already have such address") }
        case "/ip/firewall/address-list":
            let isTaken = table.rows.contains {
                $0.key != id && $0.value["list"] == values["list"] && $0.value["address"] == values["address"]
            }
            guard !isTaken else { throw .failure("already have such entry") }
        case "/ip/dns/static":
            let isTaken = twins.contains { table[$0]?["address"] == values["address"] }
            guard !isTaken else { throw RouterTrap(.argument, "entry already exists") }
        default:
            guard twins.isEmpty else { throw .failure("item with such name already exists") }
        }
    }

    /// What follows from a row that came, changed or went.
    mutating func settle(_ menu: Menu, _ id: UInt32, before: [String: String], after: [String: String]?) {
        let (old, new) = (before["name"] ?? "", after?["name"])
        if !old.isEmpty, old != new { retarget(menu.path, old, to: new ?? RowNumber.text(id)) }
        mirrorInterface(menu.path, id, before: before, after: after)
        switch menu.path {
        case "/ip/hotspot/user" where after == nil: hotspot.totals[id] = nil
        case "/queue/simple" where after == nil: queueUsage[id] = nil
        case "/ip/firewall/address-list" where before["timeout"] != after?["timeout"]: startListEntry(id, after ?? [:])
        case "/ip/service" where version >= RouterRelease(7, 24):
            // `address` is only another word for `available-from` since 7.24.
            guard let address = after?["address"], !address.isEmpty else { break }
            tables[menu.path]?.update(id, (after ?? [:]).merging(["available-from": address, "address": ""]) { $1 })
        default: break
        }
    }

    /// Lets every reference to a row follow its new name; a row that is gone leaves its number behind.
    mutating func retarget(_ path: String, _ old: String, to new: String) {
        for referrer in tree.referrers[path] ?? [] {
            guard let table = tables[referrer.menu] else { continue }
            // A rule may look at everything but the row.
            for (id, row) in table.rows {
                guard let value = row[referrer.property], value == old || value == "!" + old else { continue }
                let changed = value == old ? new : "!" + new
                tables[referrer.menu]?.update(id, row.merging([referrer.property: changed]) { $1 })
            }
        }
    }

    mutating func setClock(_ changes: [String: String]) throws(RouterTrap) {
        if let zone = changes["time-zone-name"] {
            clock.zoneName = zone
            clock.gmtOffset = Self.zones[zone] ?? 0
        }
        guard changes["date"] ?? changes["time"] != nil else { return }
        let date = changes["date"] ?? clock.date(at: now, version)
        let time = changes["time"] ?? clock.time(at: now)
        guard let days = Self.days(date) else { throw .invalid("date") }
        guard let ofDay = RouterDuration.read(time), time.contains(":") else { throw .invalid("time") }
        let local = Instant(milliseconds: days * 86_400_000) + ofDay
        clock.set(to: local - .seconds(clock.gmtOffset), at: now)
    }

    /// Seconds ahead of UTC of the zones that the simulator knows; all without summer time.
    private static let zones: [String: Int64] = [
        "UTC": 0, "Etc/UTC": 0, "Africa/Accra": 0, "Africa/Lagos": 3_600, "Africa/Kinshasa": 3_600,
        "Africa/Johannesburg": 7_200, "Africa/Kigali": 7_200, "Africa/Nairobi": 10_800, "Africa/Kampala": 10_800,
        "Africa/Dar_es_Salaam": 10_800, "Africa/Addis_Ababa": 10_800, "Asia/Dubai": 14_400,
    ]

    /// Reads `2026-11-20` and `nov/20/2026` as days since 1970.
    static func days(_ text: String) -> Int64? {
        let iso = text.split(separator: "-").compactMap { Int64($0) }
        let slashed = text.split(separator: "/").map(String.init)
        let (year, month, day): (Int64, Int64, Int64)
        if iso.count == 3 {
            (year, month, day) = (iso[0], iso[1], iso[2])
        } else if slashed.count == 3, let index = RouterClock.months.firstIndex(of: slashed[0].lowercased()),
            let slashedDay = Int64(slashed[1]), let slashedYear = Int64(slashed[2])
        {
            (year, month, day) = (slashedYear, Int64(index) + 1, slashedDay)
        } else {
            return nil
        }
        guard (1970...2100).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days from civil; Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = month <= 2 ? year - 1 : year
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
