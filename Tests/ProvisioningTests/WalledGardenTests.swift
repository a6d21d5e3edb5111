import RouterOS
import Testing
import Values

@testable import Provisioning

/// Whether phones reach the portal, by the rules that a router has.
@Suite struct WalledGardenTests {
    @Test(
        "A pattern covers a host as RouterOS reads it",
        arguments: [
            ("portal.example.net", "portal.example.net", true), ("PORTAL.example.net", "portal.example.net", true),
            ("*.example.net", "portal.example.net", true), ("*", "portal.example.net", true),
            ("portal.*", "portal.example.net", true), ("p*.ex*.net", "portal.example.net", true),
            ("example.net", "portal.example.net", false), ("*.example.org", "portal.example.net", false),
            ("*z*x*", "portal.example.net", false), ("", "portal.example.net", false),
            ("portal?example.net", "portal.example.net", true), ("?ortal.*", "portal.example.net", true),
            ("portal.example.net?", "portal.example.net", false), ("*.net?", "portal.example.net", false),
            ("*ample.net", "portal.example.net", true), (":^portal", "portal.example.net", false),
        ])
    func patterns(pattern: String, host: String, isCovered: Bool) {
        #expect(WalledGarden.covers(pattern, host) == isCovered)
    }

    @Test("A pattern of many stars takes no time", .timeLimit(.minutes(1)))
    func patience() {
        let pattern = String(repeating: "*a", count: 100) + "b"
        #expect(!WalledGarden.covers(pattern, String(repeating: "a", count: 250)))
    }

    // swift-format-ignore
    static let rules: [(table: Int, rules: [[String: String]], portal: String, isOpen: Bool)] = [
        (1, [["dst-address": "192.0.2.1"]],                                       "http://192.0.2.1",        true),
        (1, [["dst-address": "192.0.2.0/24", "action": "accept"]],                "http://192.0.2.77",       true),
        (1, [["dst-address": "192.0.2.0/25"]],                                    "http://192.0.2.200",      false),
        (1, [["dst-address": "192.0.2.10-192.0.2.20"]],                           "http://192.0.2.20",       true),
        (1, [["dst-address": "192.0.2.10-192.0.2.20"]],                           "http://192.0.2.21",       false),
        (1, [["dst-address": "0.0.0.0/0"]],                                       "http://192.0.2.21",       true),
        (1, [["dst-address": "!192.0.2.0/24"]],                                   "http://192.0.2.21",       false),
        (1, [["dst-address": "!10.0.0.0/8"]],                                     "http://192.0.2.21",       true),
        (1, [["dst-address": "192.0.2.0/24"]],                                    "http://portal.example",   false),
        (1, [["dst-address": "192.0.2.1", "dst-port": "8080"]],                   "http://192.0.2.1",        false),
        (1, [["dst-address": "192.0.2.1", "dst-port": "80,8000-8090"]],           "http://192.0.2.1:8085",   true),
        (1, [["dst-address": "192.0.2.1", "protocol": "udp"]],                    "http://192.0.2.1",        false),
        (1, [["dst-address": "192.0.2.1", "disabled": "true"]],                   "http://192.0.2.1",        false),
        (1, [["dst-host": "portal.example", "dst-port": "443"]],                  "https://portal.example",  true),
        (1, [["dst-address-list": "friends"]],                                    "https://portal.example",  false),
        (1, [["dst-address": "192.0.2.1", "action": "drop"], ["action": "accept"]], "http://192.0.2.1",      false),
        (1, [["dst-address": "192.0.2.9", "action": "drop"], ["action": "accept"]], "http://192.0.2.1",      true),
        (0, [["dst-host": "*.example", "action": "allow"]],                       "http://portal.example",   true),
        (0, [["dst-host": "*.example", "action": "deny"], ["dst-host": "portal.example"]], "http://portal.example", false),
        (0, [["dst-host": "*.example", "path": "/logo.png"]],                     "http://portal.example",   false),
        (0, [],                                                                   "http://portal.example",   false),
    ]

    @Test("The first rule that fits decides, by host, address, port and protocol", arguments: rules)
    func decides(table: Int, rules: [[String: String]], portal: String, isOpen: Bool) throws {
        let rows = rules.map { RouterRecord($0) }
        let garden = WalledGarden(tables: table == 0 ? [rows, []] : [[], rows])
        #expect(try garden.lets(throughTo: #require(PortalPlace(portal))) == isOpen, "\(rules)")
    }
}
