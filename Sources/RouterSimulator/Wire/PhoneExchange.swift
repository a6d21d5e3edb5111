import Values
import Wires

/// What phones see: the hotspot from inside, directly or through the simulator as an HTTP proxy.
struct PhoneExchange {
    let request: WireRequest

    /// Which phone is talking: the header `X-Simulated-Phone`, else the number at the end of 127.0.0.N.
    func phone(_ machine: inout RouterMachine) -> MACAddress? {
        if let text = request.header("x-simulated-phone") {
            guard let mac = MACAddress(text) else { return nil }
            return machine.phone(mac)?.mac
        }
        let number = request.localAddress.bits & 0xFF
        let base = machine.settings.hotspotAddress.bits & 0xFFFF_FF00
        let mac = machine.currentMAC(ofPhone: number)
        return machine.phone(mac, preferring: IPv4Address(bits: base + number + 1))?.mac
    }

    /// Answers, or says where the answer comes from.
    func outcome(_ machine: inout RouterMachine, at now: Instant) -> WireOutcome {
        guard let mac = phone(&machine) else {
            return .answer(Self.page(503, "No address", "The pool of the simulated hotspot is used up."))
        }
        if request.method == "CONNECT" { return connect(mac, &machine, now) }
        guard let address = address else { return .answer(Self.page(400, "Bad request", "That is no address.")) }
        let isDirect = request.target.hasPrefix("/")
        var phone = PhoneRequest(
            request.method, address, form: form, cookies: cookies,
            directAuthority: isDirect ? "\(request.localAddress):\(request.localPort)" : nil)
        for header in request.headers where header.name.lowercased() != "cookie" {
            phone.headers[header.name.lowercased()] = header.value
        }
        switch machine.answer(phone, from: mac, at: now) {
        case .relay(let address): return .takeOver { [request] in WireRelay.relay(request, to: address, $0) }
        case .silence: return .answer(WireAnswer(503, fate: .lost))
        case .page(let page):
            return .answer(WireAnswer(page.status, reason: page.reason, headers: page.headers, body: page.body))
        }
    }

    private func connect(_ mac: MACAddress, _ machine: inout RouterMachine, _ now: Instant) -> WireOutcome {
        guard let address = WebAddress(authority: request.target, target: "/") else {
            return .answer(Self.page(400, "Bad request", "That is no address."))
        }
        let (isOpen, isOnline) = machine.tunnel(to: address, from: mac, at: now)
        if isOpen { return .takeOver { WireRelay.tunnel(to: address, $0) } }
        return .answer(
            isOnline
                ? Self.page(502, "No TLS", "The simulated internet speaks plain HTTP only.")
                : Self.page(403, "Log in first", "The hotspot lets no TLS through before the login."))
    }

    /// The whole address that is asked for.
    private var address: WebAddress? {
        if request.target.hasPrefix("/") {
            return WebAddress(authority: request.header("host") ?? "\(request.localAddress)", target: request.target)
        }
        return WebAddress(absolute: request.target)
    }

    private var form: [String: String] {
        guard request.method == "POST", request.body.count <= 65_536 else { return [:] }
        return PercentText.fields(String(decoding: request.body, as: UTF8.self))
    }

    private var cookies: [String: String] {
        var cookies: [String: String] = [:]
        for pair in (request.header("cookie") ?? "").split(separator: ";") {
            let halves = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if halves.count == 2 { cookies[String(halves[0])] = String(halves[1]) }
        }
        return cookies
    }

    private static func page(_ status: Int, _ title: String, _ text: String) -> WireAnswer {
        WireAnswer(
            status, headers: [("Content-Type", "text/html; charset=utf-8")],
            body: Array(ServletPages.plain(title, text).utf8))
    }
}
