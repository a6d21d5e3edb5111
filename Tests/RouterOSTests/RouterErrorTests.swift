import JSON
import RouterOS
import Testing
import Values

@Suite struct RouterErrorTests {
    /// What each captured refusal means; keyed by status and words.
    private static let captured: [String: RouterError.Kind] = [
        "400 Session closed": .timedOut(maybeDone: true),
        "406 no such command or directory (remove)": .menuAbsent,
        "400 no such command": .menuAbsent,
        "400 no such command or directory (wireless)": .menuAbsent,
        "400 no such command or directory (routerboard)": .menuAbsent,
        "400 unknown parameter nonexistent": .unknownParameter("nonexistent"),
        "400 unknown parameter interface": .unknownParameter("interface"),
        "400 unknown parameter follow-only": .unknownParameter("follow-only"),
        "400 input does not match any value of mode": .invalidValue(property: "mode"),
        "400 input does not match any value of certificate": .invalidValue(property: "certificate"),
        "400 missing or invalid resource identifier": .noSuchItem,
        "400 missing =account=": .missingParameter("account"),
        "400 update canceled": .failure("update canceled"),
        "400 failure: this is configured elsewhere": .failure("failure: this is configured elsewhere"),
        "400 failure: contents too long": .failure("failure: contents too long"),
        "400 failure: already have such address": .alreadyExists,
        "400 failure: user with the same name already exists": .alreadyExists,
        "400 no such item": .noSuchItem,
        "404 no such item": .noSuchItem,
        "500 std failure: not allowed (9)": .forbidden(policy: nil),
        "500 not enough permissions (9)": .forbidden(policy: nil),
        "500 ": .failure("status 500"),
        "501 ": .failure("status 501"),
        "415 ": .failure("status 415"),
    ]

    @Test("Every captured refusal has its meaning", .enabled(if: Fixture.isPresent, Fixture.reason))
    func fixtures() throws {
        let lines = try Fixture.lines("rest_errors.jsonl")
        #expect(lines.count >= 20)
        for line in lines {
            let status = try #require(line["status"]?.integer)
            let words = line["response"]?["detail"]?.text
            let expected = Self.captured["\(status) \(words ?? "")"]
            #expect(RouterError.Kind(status: Int(status), words: words) == expected, "\(status) \(words ?? "")")
        }
    }

    static let texts: [(words: String, kind: RouterError.Kind)] = [
        ("failure: already have user with this name for this server", .alreadyExists),
        ("already have device with such name", .alreadyExists), ("entry already exists", .alreadyExists),
        ("failure: item with such name already exists", .alreadyExists), ("No Such Item", .noSuchItem),
        ("no such item (4)", .noSuchItem), ("no such command prefix", .menuAbsent),
        ("ambiguous value of profile, more than one possible value matches input", .invalidValue(property: "profile")),
        ("invalid value for argument ip", .invalidValue(property: "ip")),
        ("value of port out of range (1..65535)", .invalidValue(property: "port")),
        ("value of shared-users is out of range (1 .. 4294967295)", .invalidValue(property: "shared-users")),
        ("value of limit-uptime contains invalid trailing characters", .invalidValue(property: "limit-uptime")),
        ("not allowed by device-mode", .deviceMode), ("failure: not allowed by device-mode", .deviceMode),
        ("invalid user name or password (6)", .unauthorized), ("cannot log in", .unauthorized),
        ("bad parameter once", .unknownParameter("once")), ("action failed (6)", .failure("action failed (6)")),
        ("action cancelled", .failure("action cancelled")), ("unknown parameter ", .failure("unknown parameter ")),
    ]

    @Test("Refusals of other transports and versions have their meaning", arguments: texts)
    func known(words: String, kind: RouterError.Kind) {
        #expect(RouterError.Kind(status: 400, words: words) == kind)
        #expect(RouterError.Kind(status: nil, words: words) == kind)
    }

    @Test("Without words the status decides")
    func statuses() {
        #expect(RouterError.Kind(status: 401, words: nil) == .unauthorized)
        #expect(RouterError.Kind(status: 403, words: nil) == .forbidden(policy: nil))
        #expect(RouterError.Kind(status: 404, words: nil) == .noSuchItem)
        #expect(RouterError.Kind(status: 406, words: nil) == .menuAbsent)
        #expect(RouterError.Kind(status: nil, words: nil) == .failure("no reason given"))
    }

    @Test("A router's own words are cut and cleaned")
    func cleaned() {
        let words = "strange\r\n\u{1b}[31m" + String(repeating: "x", count: 500)
        guard case .failure(let text) = RouterError.Kind(status: 400, words: words) else {
            Issue.record("not a failure")
            return
        }
        #expect(text.count == 200 && text.hasPrefix("strange[31mxxx"))
    }

    @Test("Every kind has its sentence")
    func sentences() throws {
        let pin = try #require(CertificateFingerprint([UInt8](repeating: 7, count: 32)))
        let kinds: [RouterError.Kind] = [
            .unreachable, .notAdmitted, .timedOut(maybeDone: true), .timedOut(maybeDone: false),
            .interrupted(maybeDone: true), .interrupted(maybeDone: false),
            .certificateChanged(expected: pin, seen: pin),
            .certificateUnknown(seen: pin), .hostKeyChanged(expected: pin, seen: pin), .hostKeyUnknown(seen: pin),
            .certificateUnusable, .unauthorized, .forbidden(policy: "write"),
            .forbidden(policy: nil), .notRouterOS, .notReady, .menuAbsent, .unknownParameter("x"),
            .missingParameter("x"), .noSuchItem, .alreadyExists, .invalidValue(property: "x"),
            .invalidValue(property: nil), .deviceMode, .notApplied(property: "x"), .notOurs, .tooLarge, .failure("x"),
        ]
        let sentences = kinds.map { "\(RouterError($0, in: .hotspotUser))" }
        #expect(Set(sentences).count == kinds.count)
        #expect(sentences.allSatisfy { $0.hasSuffix(" (/ip/hotspot/user).") })
        #expect("\(RouterError(.unauthorized))" == "The router does not accept the user name or password.")
    }
}
