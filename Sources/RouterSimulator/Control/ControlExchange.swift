import Values
import Wires

/// The simulator's own interface, for tests and demonstrations: faults, time, phones, state.
///
/// No router has this. Every path lies under `/_simulator/`; every answer is JSON and says so in `simulator`.
struct ControlExchange {
    let request: WireRequest
    let host: RouterHost
    /// What is asked for, below `/_simulator/`.
    let path: String

    private var router: SimulatedRouter { host.router }

    /// Answers one request for a router; `token` is what a client must show as `Authorization: Bearer …`.
    static func answer(_ request: WireRequest, host: RouterHost, token: String) -> WireAnswer {
        answer(request, token: token) { (host, $0) }
    }

    /// Answers one request; `find` tells from the path which router is meant, and what of it.
    static func answer(
        _ request: WireRequest, token: String, find: (String) -> (RouterHost, String)?
    ) -> WireAnswer {
        let target = request.target.prefix { $0 != "?" }
        guard target.hasPrefix("/_simulator/"), let (host, path) = find(String(target.dropFirst(12))) else {
            return refusal(404, "no such path")
        }
        guard request.header("authorization") == "Bearer \(token)" else { return refusal(401, "token wanted") }
        return ControlExchange(request: request, host: host, path: path).answer()
    }

    private func answer() -> WireAnswer {
        let body = request.body.isEmpty ? .object([:]) : WireJSON(request.body)
        guard let body, body.members != nil else { return Self.refusal(400, "a JSON object is wanted") }
        let path = "\(request.method) \(path)"
        do {
            guard
                let result = try state(path) ?? faults(path, body) ?? power(path, body) ?? phones(path, body)
                    ?? subscribers(path, body)
            else {
                return Self.refusal(404, "no such path")
            }
            return .json(200, result)
        } catch {
            return Self.refusal(500, String(describing: error))
        }
    }

    static func refusal(_ status: Int, _ words: String) -> WireAnswer {
        .json(status, .object(["simulator": .string("lango-routersim"), "error": .string(words)]))
    }

    private static let done = WireJSON.object(["simulator": .string("lango-routersim"), "done": .boolean(true)])

    // MARK: State

    private func state(_ path: String) throws -> WireJSON? {
        switch path {
        case "GET state": return router.with { machine, now in machine.report(at: now) }
        case "GET journal": return router.with { machine, _ in machine.journalReport }
        case "DELETE journal":
            router.with { machine, _ in machine.clearJournal() }
            return Self.done
        default: return nil
        }
    }

    // MARK: Faults

    private func faults(_ path: String, _ body: WireJSON) throws -> WireJSON? {
        switch path {
        case "POST faults":
            guard let fault = Fault(body) else { return .object(["error": .string("no such fault")]) }
            router.plan(fault)
        case "DELETE faults": router.clearFaults()
        case "POST down": close(body)
        case "POST up": try reopen(body)
        case "POST certificate":
            let isSSH = body["door"]?.text == Fault.Door.ssh.rawValue
            try isSSH ? host.changeHostKey() : host.changeCertificate()
        default: return nil
        }
        return Self.done
    }

    private func close(_ body: WireJSON) {
        switch body["door"]?.text.flatMap(Fault.Door.init) {
        case .rest: host.closeREST()
        case .api: host.closeAPI()
        case .ssh: host.closeSSH()
        default: host.closeDoors()
        }
    }

    private func reopen(_ body: WireJSON) throws {
        switch body["door"]?.text.flatMap(Fault.Door.init) {
        case .rest: try host.reopenREST()
        case .api: try host.reopenAPI()
        case .ssh: try host.reopenSSH()
        default: try host.reopenDoors()
        }
    }

    // MARK: Power, time, configuration

    private func power(_ path: String, _ body: WireJSON) throws -> WireJSON? {
        let span = { (name: String) in body[name]?.integer.map { Span.seconds($0) } }
        switch path {
        case "POST reboot":
            router.with { $0.reboot(at: $1) }
            host.dropDoors(for: body["seconds"]?.integer ?? 0)
        case "POST power-cut":
            let (losing, ntp) = (body["lose-clock"]?.isTrue == true, span("ntp-after"))
            router.with { $0.cutPower(losingClock: losing, ntpAfter: ntp, at: $1) }
            host.dropDoors(for: body["seconds"]?.integer ?? 0)
        case "POST save": router.with { machine, _ in machine.save() }
        case "POST reset": router.with { $0.resetTables(at: $1) }
        case "POST device-mode":
            let isOn = body["hotspot"]?.isTrue == true
            router.with { $0.setDeviceMode("hotspot", isOn, at: $1) }
        case "POST clock":
            let (step, drift, ahead) = (span("step"), body["drift"]?.integer, body["gmt-offset"]?.integer)
            router.with { machine, now in
                if let step { machine.stepClock(by: step, at: now) }
                if let drift { machine.driftClock(drift, at: now) }
                if let ahead { machine.setZone(secondsAhead: ahead, at: now) }
            }
        case "POST time":
            // Lets the whole simulation jump ahead, as if the seconds had passed.
            host.skip(span("advance") ?? .zero)
        default: return nil
        }
        return Self.done
    }

    // MARK: Phones

    private func phones(_ path: String, _ body: WireJSON) throws -> WireJSON? {
        guard path.hasPrefix("POST phones/") else { return nil }
        guard let mac = mac(body) else { return .object(["error": .string("mac or phone is wanted")]) }
        switch path.dropFirst(12) {
        case "traffic":
            let (up, down) = (body["up"]?.integer ?? 0, body["down"]?.integer ?? 0)
            let (outcome, address) = router.with { machine, now in
                let outcome = machine.traffic(mac, up: up, down: down, at: now)
                return (outcome, machine.phone(mac)?.address.description ?? "")
            }
            return .object([
                "outcome": .string(String(describing: outcome)), "mac": .string(mac.description),
                "address": .string(address),
            ])
        case "leave": router.with { $0.phoneLeaves(mac, at: $1) }
        case "return":
            guard let other = body["new-mac"]?.text.flatMap({ MACAddress($0) }) else {
                router.with { _ = $0.traffic(mac, up: 0, down: 0, at: $1) }
                return Self.done
            }
            let phone = router.with { $0.phoneChanges(mac, to: other, at: $1) }
            return .object(["mac": .string(other.description), "address": .string(phone?.address.description ?? "")])
        default: return nil
        }
        return Self.done
    }

    // MARK: Subscribers

    private func subscribers(_ path: String, _ body: WireJSON) -> WireJSON? {
        guard path.hasPrefix("POST ppp/"), let user = body["user"]?.text else { return nil }
        switch path.dropFirst(9) {
        case "dial":
            let (password, caller) = (body["password"]?.text ?? "", MACAddress(body["mac"]?.text ?? ""))
            let outcome = router.with { machine, now -> Result<IPv4Address, PPPRefusal> in
                Result { () throws(PPPRefusal) in
                    let mac = caller ?? MACAddress(bits: 0x024C_4800_0000 + UInt64(machine.pppCount))
                    return try machine.dial(user, password: password, from: mac, at: now)
                }
            }
            switch outcome {
            case .success(let address): return .object(["address": .string(address.description)])
            case .failure(let refusal): return .object(["error": .string(String(describing: refusal))])
            }
        case "traffic":
            let (up, down) = (body["up"]?.integer ?? 0, body["down"]?.integer ?? 0)
            let isOn = router.with { $0.pppTraffic(user, up: up, down: down, at: $1) }
            return isOn ? Self.done : .object(["error": .string("not connected")])
        case "hang-up":
            router.with { $0.hangUp(user, at: $1) }
            return Self.done
        default: return nil
        }
    }

    /// The phone that is meant: `mac`, or `phone` with its number.
    private func mac(_ body: WireJSON) -> MACAddress? {
        if let text = body["mac"]?.text { return MACAddress(text) }
        guard let number = body["phone"]?.integer, (1...254).contains(number) else { return nil }
        return router.with { machine, _ in machine.currentMAC(ofPhone: UInt32(number)) }
    }
}

extension Fault {
    /// Reads `{"fault":"lose-reply","menu":"/ip/hotspot/user","verb":"add","nth":2,"times":1,…}`.
    ///
    /// `nth` counts matching requests from 1; `times` 0 means every one from there on; `milliseconds` belongs to
    /// `slow`, `bytes` to `cut`.
    init?(_ json: WireJSON) {
        let kinds: [String: Fault.Kind] = [
            "hang": .hang, "slow": .slow(Int(json["milliseconds"]?.integer ?? 1_000)), "lose-reply": .loseReply,
            "close-before": .closeBefore, "cut": .cut(Int(json["bytes"]?.integer ?? 20)), "error-500": .error500,
        ]
        guard let kind = kinds[json["fault"]?.text ?? ""] else { return nil }
        let times = Int(json["times"]?.integer ?? 1)
        self.init(
            kind, door: json["door"]?.text.flatMap(Fault.Door.init), menu: json["menu"]?.text,
            verb: json["verb"]?.text, skip: max(0, Int(json["nth"]?.integer ?? 1) - 1), times: times == 0 ? nil : times)
    }
}

extension RouterMachine {
    /// Everything worth knowing, for the control side.
    func report(at time: Instant) -> WireJSON {
        let rows = { (path: String) in WireJSON.array(records(of: path).map { .record($0) }) }
        return .object([
            "simulator": .string("lango-routersim"), "version": .string(version.description),
            "identity": .string(singletons["/system/identity"]?["name"] ?? ""), "now": .string(now.iso8601),
            "clock": .string(clock.dateTime(at: now, version)), "sessions": rows("/ip/hotspot/active"),
            "hosts": rows("/ip/hotspot/host"), "cookies": rows("/ip/hotspot/cookie"), "users": rows("/ip/hotspot/user"),
            "requests": .object(journal.counts.mapValues { .number($0) }), "log": rows("/log"),
        ])
    }

    /// The writes that were carried out.
    var journalReport: WireJSON {
        .object([
            "simulator": .string("lango-routersim"),
            "writes": .array(
                journal.entries.map { entry in
                    .object([
                        "at": .string(entry.at.iso8601), "user": .string(entry.user),
                        "menu": .string(entry.command.menu), "verb": .string(entry.command.verb),
                        "arguments": .record(entry.command.arguments),
                    ])
                }),
        ])
    }
}
