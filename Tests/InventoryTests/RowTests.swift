import FoundationEssentials
import JSON
import RouterOS
import TestKit
import Testing
import Values

@testable import Inventory

@Suite struct RowTests {
    private static func row(_ path: String, _ values: [String: String]) throws -> InventoryRow {
        let menu = try #require(RouterSchema.menu(path))
        return InventoryRow(RouterRecord(id: RouterID("*1F"), values), of: menu)
    }

    static let forms: [(path: String, name: String, wire: String, kept: String)] = [
        ("/ip/hotspot/user", "limit-uptime", "26:00:00", "1d2h"),
        ("/ip/hotspot/user", "limit-uptime", "93600s", "1d2h"),
        ("/ip/hotspot", "idle-timeout", "none", "none"),
        ("/ip/hotspot/user", "disabled", "yes", "true"),
        ("/ip/hotspot/user", "mac-address", "02:aa:0b:00:00:0c", "02:AA:0B:00:00:0C"),
        ("/ip/hotspot/user", "limit-bytes-total", "5368709120", "5368709120"),
        ("/queue/simple", "max-limit", "6M/4M", "6000000/4000000"),
        ("/queue/simple", "max-limit", "6000000/4000000", "6000000/4000000"),
        ("/queue/simple", "burst-time", "10s/10s", "10s/10s"),
        ("/queue/simple", "bucket-size", "0.1/0.1", "0.1/0.1"),
        ("/queue/tree", "max-limit", "10M", "10000000"),
        ("/ppp/secret", "last-logged-out", "jul/14/2023 19:13:29", "2023-07-14 19:13:29"),
        ("/ppp/secret", "last-logged-out", "2023-07-14 19:13:29", "2023-07-14 19:13:29"),
        ("/ip/service", "certificate", "*0", "none"),
        ("/ip/hotspot/user", "limit-uptime", "soon", "soon"),
        ("/ip/hotspot/user", "mac-address", "any", "any"),
        ("/ip/hotspot/user", "comment", " a = \"b\" \\ ; 🦁 ", " a = \"b\" \\ ; 🦁 "),
        ("/ip/hotspot/user", "of-tomorrow", "kept", "kept"),
    ]

    @Test("A value is kept in one form, whoever wrote it; what makes no sense stays as it came", arguments: forms)
    func hasOneForm(path: String, name: String, wire: String, kept: String) throws {
        #expect(try Self.row(path, [name: wire]).values == [name: kept])
    }

    @Test("A name whose row is gone is known by its bare id")
    func dangling() throws {
        let row = try Self.row("/ip/dhcp-server/lease", ["server": "*10", "address": "10.0.0.2", "comment": "*"])
        #expect(row.isDangling("server") && !row.isDangling("address") && !row.isDangling("comment"))
    }

    @Test("Of a secret only that it is set is kept, masked or not; a flag of that name is no secret")
    func secrets() throws {
        let user = try Self.row("/ip/hotspot/user", ["name": "a", "password": "*****", "totp-secret": ""])
        #expect(user.secrets == ["password"] && user.values == ["name": "a"])
        let peer = try Self.row("/interface/wireguard/peers", ["preshared-key": "x", "private-key": "y", "name": "p"])
        #expect(peer.secrets == ["preshared-key", "private-key"])
        let certificate = try Self.row("/certificate", ["private-key": "true", "name": "api"])
        #expect(certificate["private-key"] == "true" && certificate.secrets.isEmpty)
        let tomorrow = try Self.row("/ip/hotspot/user", ["wpa4-psk": "x", "cloud-password": "y"])
        #expect(tomorrow.values.isEmpty && tomorrow.secrets.count == 2)
    }

    static let scripts: [(source: String, kept: String)] = [
        (":local password kiboko; :put 1", ":local password *****; :put 1"),
        (
            "/tool fetch url=\"u\" user=me password=\"kiboko\" mode=ftp",
            "/tool fetch url=\"u\" user=me password=\"*****\" mode=ftp"
        ),
        (":global apiToken \"kiboko\"\n:log info x", ":global apiToken \"*****\"\n:log info x"),
        ("http-header-field=\"Authorization: Bearer kiboko\"", "http-header-field=\"Authorization: Bearer *****\""),
        ("https://x.example/?api-key=kiboko&a=1", "https://x.example/?api-key=*****&a=1"),
        (
            "/ppp secret add name=\"amina\" password=kiboko profile=p",
            "/ppp secret add name=\"amina\" password=***** profile=p"
        ),
        (":if ($user = \"a\") do={ :log info \"hi\" }", ":if ($user = \"a\") do={ :log info \"hi\" }"),
        ("body={\"password\":\"kiboko\",\"a\":1}", "body={\"password\":\"*****\",\"a\":1}"),
        (
            "/user set admin comment=\"no password here\"; :put 1",
            "/user set admin comment=\"no password here\"; :put 1"
        ),
        ("", ""),
    ]

    @Test("A script is kept without the secrets that it spells", arguments: scripts)
    func hides(source: String, kept: String) throws {
        let row = try Self.row("/system/script", ["source": source])
        #expect(row.values["source"] == kept)
    }

    @Test("Any row survives keeping, whatever is in it", arguments: 1...3 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let bits = ["\"", "\\", "=", "\u{1}", "\n", "🦁", "é", "a", "*1", " ", "<b>", "\u{202E}"]
        let rows = (0..<50).map { number in
            let text = (0..<Int.random(in: 0...300, using: &dice)).map { _ in bits.randomElement(using: &dice) ?? "" }
            return InventoryRow(
                id: "*\(number)", ["name": text.joined(), "comment": ""], secrets: number % 2 == 0 ? ["password"] : [])
        }
        let packed = try #require(TableContent.packed(rows))
        #expect(TableContent.rows(packed) == rows)
        #expect(TableContent.packed(rows) == packed)
    }

    private static let captures =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        + "/shared/routeros/fixtures/rest_records.jsonl"

    @Test(
        "Records of real routers are kept with every property that they have, and without a secret",
        .enabled(
            if: FileManager.default.fileExists(atPath: captures),
            "The facts about routers (../shared/routeros) are not on this machine"))
    func realRecords() throws {
        let data = try Data(contentsOf: URL(filePath: Self.captures))
        var count = 0
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let capture = try JSON(parsing: Array(line))
            guard let table = capture["path"]?.text.flatMap({ SurveyPlan.table($0) }) else { continue }
            for record in capture["records"]?.array ?? [] {
                let members = Set(record.object?.keys ?? []).subtracting([".id", ".nextid"])
                let values = members.reduce(into: [String: String]()) { $0[$1] = record[$1]?.text }
                let row = InventoryRow(RouterRecord(values), of: table.schema)
                #expect(
                    Set(row.values.keys).union(row.secrets).isSuperset(of: values.filter { !$0.value.isEmpty }.keys))
                #expect(table.changes(from: [row], to: [row]).isEmpty)
                #expect(
                    table.path == "/certificate" || row.values["private-key"] == nil && row.values["password"] == nil)
                count += 1
            }
        }
        #expect(count >= 40)
    }
}
