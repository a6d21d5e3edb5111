import Glibc
import Provisioning
import RouterOS
import Tenancy
import TestKit
import Testing
import Values

@testable import Adoption

/// The scripts as a router gets them, a set of options a file.
///
/// `LANGO_UPDATE_GOLDEN=1` writes the files anew; the difference is then for a person to read.
@Suite struct ScriptGoldenTests {
    private static let folder =
        String(#filePath.prefix(#filePath.count - "AdoptionTests/ScriptGoldenTests.swift".count)) + "Golden"
    private static let link = "http://192.0.2.1:8080/router/links/abcdefghijklmnopqrstuvwxyz"

    /// Sets of options that together bring out every line of both scripts.
    static let sets: [String] = ["plain", "secure-name", "tunnel", "pull", "console"]

    static func options(_ name: String) throws -> (options: AdoptionOptions, portal: String) {
        var options = AdoptionOptions(ours: [try #require(AddressPrefix("192.0.2.1"))])
        switch name {
        case "secure-name":
            options.ours.append(try #require(AddressPrefix("198.51.100.0/28")))
            options.service = .https
            options.server = "Duka \"la\" $Mama"
            options.pages = .all
            options.checksCertificate = true
            options.radius = AdoptionOptions.RADIUS(
                address: IPv4Address(bits: 0xC000_0209), services: [.hotspot, .ppp])
            return (options, "https://portal.example")
        case "tunnel":
            options.pages = .none
            options.tunnel = AdoptionOptions.Tunnel(
                host: "vpn.example.net", port: 51_820, publicKey: String(repeating: "A", count: 43) + "=",
                ourAddress: IPv4Address(bits: 0x0A63_0001), routerAddress: IPv4Address(bits: 0x0A63_0002))
        case "pull": options.service = .pull
        case "console": options.opensSSH = true
        default: break
        }
        return (options, "http://192.0.2.1:8080")
    }

    static func scripts(_ name: String) throws -> (adoption: String, release: String) {
        let (options, portal) = try options(name)
        let mark = RouterMark(try #require(ID<Router>("019f0000-0000-7000-8000-00000000abcd")))
        let brief = AdoptionBrief(
            mark: mark, password: Secret("no \"real\" password"), options: options,
            radiusSecret: options.radius == nil ? nil : Secret("no real secret"),
            portal: try #require(PortalPlace(portal)), link: link,
            callURL: "\(portal)/router/pull/019f0000-0000-7000-8000-00000000abcd",
            pages: ["api.json", "login.html", "status.html"])
        return (AdoptionScript(brief).text, ReleaseScript(mark, undoing: options, link: link).text)
    }

    @Test("The scripts are those that were agreed on", arguments: sets)
    func golden(name: String) throws {
        let scripts = try Self.scripts(name)
        for (kind, text) in [("adopt", scripts.adoption), ("release", scripts.release)] {
            let path = "\(Self.folder)/\(kind)-\(name).rsc"
            if unsafe getenv("LANGO_UPDATE_GOLDEN") != nil { try Program.write(text, to: path) }
            #expect(
                Program.read(path) == text,
                "\(path): run the test with LANGO_UPDATE_GOLDEN=1 where the change is meant")
        }
    }

    /// Commands whose menus are not in the tables, as nothing but a console uses them.
    private static let consoleOnly = ["/tool/fetch", "/import"]
    /// What may stand beside the properties of a row.
    private static let positions: Set<String> = ["place-before", "numbers"]
    /// What boards have, and the virtual routers that the tables were taken from do not; the script reads it behind
    /// `on-error`.
    private static let ofBoards = "/system/license nlevel"

    @Test("Every menu and property in the scripts is in the tables, for each version that meets it", arguments: sets)
    func schema(name: String) throws {
        let scripts = try Self.scripts(name)
        let uses = ScriptReading.uses(in: scripts.adoption) + ScriptReading.uses(in: scripts.release)
        #expect(uses.count > 25, "the reader finds what there is: \(uses.count)")
        for use in uses where !Self.consoleOnly.contains(use.path) {
            guard let menu = RouterSchema.menu(use.path) else {
                Issue.record("\(use.path) is not in the tables: \(use)")
                continue
            }
            for property in use.properties where !Self.positions.contains(property) {
                let known = menu.property(property)
                if "\(use.path) \(property)" == Self.ofBoards { continue }
                let isNamed = known != nil || menu.commands[use.verb]?.contains(property) == true
                #expect(isNamed, "\(use.path) \(use.verb) \(property)")
                // The oldest that the tables know and the newest; before 7.9 the simulated routers judge.
                if let known, ["add", "set"].contains(use.verb) {
                    #expect(known.access != .readOnly, "\(use.path) \(property)")
                    for version in [RouterVersion(7, 9), RouterVersion(7, 24)] {
                        #expect(menu.isWritable(property, in: version), "\(use.path) \(property) in \(version)")
                    }
                }
            }
        }
    }

    @Test("The reader of scripts finds commands in texts within texts")
    func reader() {
        let uses = ScriptReading.uses(
            in: """
                :if ($x = 1) do={ /ip hotspot walled-garden ip add action=accept dst-host="a b=c" comment=[:pick $y 1] }
                :local y [[:parse "/user group remove [find name=\\22z\\22]"]]
                /ip service set $door certificate=("x" . $z) disabled=no
                """)
        #expect(
            uses.map(\.description) == [
                "/ip/hotspot/walled-garden/ip add action,dst-host,comment", "/user/group remove ",
                "/user/group find name", "/ip/service set certificate,disabled",
            ])
    }
}
