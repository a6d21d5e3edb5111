import Values
package import Wires

/// What is on the router's flash: configuration, lifetime counters, cookies, devices.
extension RouterMachine {
    /// The state as JSON; open sessions are left out, as a router forgets them when it goes down.
    package var snapshot: WireJSON {
        .object([
            "format": .number(1),
            "singletons": .object(singletons.mapValues { .record($0) }),
            "tables": .object(tables.mapValues(Self.json)),
            "files": .object(files.files.mapValues { .string(Hex.encode($0.bytes)) }),
            "totals": .array(hotspot.totals.sorted { $0.key < $1.key }.map { Self.json($0.key, $0.value) }),
            "cookies": .array(hotspot.cookies.map(Self.json)),
            "phones": .array(
                hotspot.phones.values.sorted { $0.address.bits < $1.address.bits }.map {
                    .record(["mac": $0.mac.description, "address": $0.address.description])
                }),
            "hosts": .array(
                hotspot.hosts.map {
                    .record(["mac": $0.mac.description, "address": $0.address.description, "server": $0.server])
                }),
            "changed": .object(
                Dictionary(uniqueKeysWithValues: hotspot.changedMACs.map { (String($0), .string($1.description)) })),
            "gmt-offset": .number(clock.gmtOffset), "zone": .string(clock.zoneName),
        ])
    }

    /// Takes a snapshot over; false for what is none.
    package mutating func restore(_ snapshot: WireJSON) -> Bool {
        guard snapshot["format"]?.integer == 1, let stored = snapshot["tables"]?.members else { return false }
        singletons = (snapshot["singletons"]?.members ?? [:]).mapValues { $0.record ?? [:] }
        tables = stored.mapValues(Self.table)
        for path in ["/interface", "/interface/pppoe-server"] {
            for (id, row) in tables[path]?.rows ?? [:] where row["dynamic"] == "true" { tables[path]?.remove(id) }
        }
        for (name, hex) in snapshot["files"]?.members ?? [:] {
            files.write(name, Hex.decode(hex.text ?? "") ?? [], at: now)
        }
        for row in snapshot["totals"]?.elements ?? [] {
            guard let id = row["id"]?.integer else { continue }
            hotspot.totals[UInt32(truncatingIfNeeded: id)] = Self.usage(row)
        }
        hotspot.savedTotals = hotspot.totals
        for row in snapshot["cookies"]?.elements ?? [] { restoreCookie(row) }
        for row in snapshot["phones"]?.elements ?? [] {
            guard let (mac, address) = Self.device(row) else { continue }
            hotspot.phones[mac] = Phone(mac: mac, address: address)
        }
        for row in snapshot["hosts"]?.elements ?? [] {
            guard let (mac, address) = Self.device(row) else { continue }
            hotspot.hosts.append(
                Host(
                    id: hotspot.newID(), mac: mac, address: address, server: row["server"]?.text ?? "", since: now,
                    lastTraffic: now))
        }
        for (number, mac) in snapshot["changed"]?.members ?? [:] {
            if let number = UInt32(number), let mac = MACAddress(mac.text ?? "") { hotspot.changedMACs[number] = mac }
        }
        clock.gmtOffset = snapshot["gmt-offset"]?.integer ?? clock.gmtOffset
        clock.zoneName = snapshot["zone"]?.text ?? clock.zoneName
        return true
    }

    private static func json(_ table: Table) -> WireJSON {
        .object([
            "next": .number(table.nextID),
            "rows": .array(
                table.order.map { .array([.number($0), .record(table[$0] ?? [:])]) }),
        ])
    }

    private static func table(_ json: WireJSON) -> Table {
        var table = Table(nextID: UInt32(truncatingIfNeeded: json["next"]?.integer ?? 1))
        for row in json["rows"]?.elements ?? [] {
            guard let pair = row.elements, pair.count == 2, let id = pair[0].integer else { continue }
            table.restore(UInt32(truncatingIfNeeded: id), pair[1].record ?? [:])
        }
        return table
    }

    private static func json(_ id: UInt32, _ usage: Usage) -> WireJSON {
        .object([
            "id": .number(id), "uptime": .number(usage.uptime.milliseconds), "in": .number(usage.bytesIn),
            "out": .number(usage.bytesOut), "packets-in": .number(usage.packetsIn),
            "packets-out": .number(usage.packetsOut),
        ])
    }

    private static func usage(_ json: WireJSON) -> Usage {
        let number = { (name: String) in json[name]?.integer ?? 0 }
        return Usage(
            uptime: Span(milliseconds: number("uptime")), bytesIn: number("in"), bytesOut: number("out"),
            packetsIn: number("packets-in"), packetsOut: number("packets-out"))
    }

    private static func json(_ cookie: Cookie) -> WireJSON {
        .object([
            "user": .string(cookie.user), "mac": .string(cookie.mac.description), "domain": .string(cookie.domain),
            "is-mac": .boolean(cookie.isMAC), "value": .string(cookie.value),
            "expires": .number(cookie.expires.milliseconds),
        ])
    }

    private mutating func restoreCookie(_ row: WireJSON) {
        guard let user = row["user"]?.text, let mac = MACAddress(row["mac"]?.text ?? ""),
            let expires = row["expires"]?.integer
        else { return }
        hotspot.cookies.append(
            Cookie(
                id: hotspot.newID(), user: user, mac: mac, domain: row["domain"]?.text ?? "",
                isMAC: row["is-mac"]?.isTrue == true, value: row["value"]?.text ?? "",
                expires: Instant(milliseconds: expires)))
    }

    private static func device(_ row: WireJSON) -> (MACAddress, IPv4Address)? {
        guard let mac = MACAddress(row["mac"]?.text ?? ""), let address = IPv4Address(row["address"]?.text ?? "")
        else { return nil }
        return (mac, address)
    }
}
