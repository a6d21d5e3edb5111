import Provisioning
import RouterOS
import Testing
import Values

@testable import Adoption

/// Everything that scripts write on a router, looked up in the tables of what versions know.
@Suite struct ScriptWalkTests {
    /// A command that writes: its menu, and the names of what it writes.
    private struct Writing: Hashable {
        let path: String
        let verb: String
        let names: Set<String>
    }

    private static func scripts() throws -> [(name: String, text: String)] {
        let mark = RouterMark(ID(at: 0))
        let ours = [try #require(AddressPrefix("192.0.2.0/24"))]
        let address = IPv4Address(bits: 0x0A09_0001)
        var scripts: [(String, String)] = []
        for service in [RouterWay.Service.apiTLS, .https, .pull] {
            for portal in ["https://portal.example", "http://192.0.2.1:8080"] {
                var options = AdoptionOptions(ours: ours)
                options.service = service
                options.pages = .all
                options.radius = .init(address: address, services: [.hotspot, .ppp])
                options.tunnel = .init(
                    host: "portal.example", port: 13_231, publicKey: String(repeating: "A", count: 43) + "=",
                    ourAddress: address, routerAddress: IPv4Address(bits: 0x0A09_0002))
                let brief = AdoptionBrief(
                    mark: mark, password: Secret("siri"), options: options, radiusSecret: Secret("siri"),
                    portal: try #require(PortalPlace(portal)), link: portal + "/router/links/x",
                    callURL: portal + "/router/pull/x", pages: ["login.html"])
                scripts.append(("adopt \(service)", AdoptionScript(brief).text))
                scripts.append(("release \(service)", ReleaseScript(mark, undoing: options, link: portal).text))
                scripts.append(("pull", brief.pulling.commands))
            }
        }
        scripts.append(("pull's end", PullScript.removal))
        return scripts
    }

    /// What looks like a property and is none.
    private static let language: Set<String> = ["place-before", "do", "else", "on-error"]

    /// A text in quotes as the console reads it: `\"`, `\\`, `\$`, and two hexadecimal digits for any byte.
    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Hex.value($0) }
            if digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else if let next = rest.popFirst() {
                bytes.append(next == UInt8(ascii: "n") || next == UInt8(ascii: "r") ? 10 : next)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The commands of a script and of the texts that it reads while it runs.
    private static func writings(_ text: String) throws -> Set<Writing> {
        let command = try Regex(#"(?:^|[\[{;"(\s])/([a-z][a-z0-9 /-]*?) (add|set)\b([^\n{}]*)"#)
        let aside = try Regex(#""[^"]*"|\[[^\]]*\]"#)
        let property = try Regex(#"(?:^|\s)([a-z][a-z0-9-]*)="#)
        var found: Set<Writing> = []
        for form in [text, unescaped(text), unescaped(unescaped(text))] {
            for match in form.matches(of: command) {
                let words = match.output[1].substring?.split { $0 == " " || $0 == "/" } ?? []
                // Properties stand before what else is on the line.
                let rest = String(match.output[3].substring ?? "").replacing(aside, with: " ").prefix { $0 != ";" }
                let names = rest.matches(of: property).compactMap { $0.output[1].substring.map(String.init) }
                found.insert(
                    Writing(
                        path: "/" + words.joined(separator: "/"), verb: String(match.output[2].substring ?? ""),
                        names: Set(names).subtracting(Self.language)))
            }
        }
        return found
    }

    @Test("Every menu, command and property that a script writes is known to all versions that are claimed")
    func known() throws {
        var menus: Set<String> = []
        for script in try Self.scripts() {
            for writing in try Self.writings(script.text) {
                let place: Comment = "\(script.name): \(writing.path) \(writing.verb)"
                let menu = try #require(RouterSchema.menu(writing.path), place)
                menus.insert(writing.path)
                #expect(menu.commands[writing.verb] != nil, place)
                for name in writing.names {
                    for version in [RouterVersion(7, 9), RouterVersion(7, 16), RouterVersion(7, 24)] {
                        let isKnown = menu.isWritable(name, in: version)
                        #expect(isKnown, "\(script.name): \(writing.path) \(name) in \(version)")
                    }
                }
                for property in menu.properties where property.isRequired && writing.verb == "add" {
                    let isGiven = writing.names.contains(property.name) || property.defaultValue != nil
                    #expect(isGiven, "\(script.name): \(writing.path) lacks \(property.name)")
                }
            }
        }
        let expected: Set<String> = [
            "/user", "/user/group", "/certificate", "/ip/service", "/ip/firewall/filter", "/ip/hotspot/walled-garden",
            "/ip/hotspot/walled-garden/ip", "/ip/hotspot/profile", "/radius", "/ppp/aaa", "/interface/wireguard",
            "/interface/wireguard/peers", "/ip/address", "/ip/firewall/address-list", "/system/script",
            "/system/scheduler",
        ]
        #expect(menus == expected, "\(menus.symmetricDifference(expected))")
    }
}
