import Values

extension RouterMachine {
    /// The variables that every page knows; fixture `hotspot_servlet.jsonl`.
    func variables(_ request: PhoneRequest, _ phone: Phone) -> ServletVariables {
        let profile = serverProfile
        let name = profile["dns-name"].flatMap { $0.isEmpty ? nil : $0 } ?? settings.hotspotAddress.description
        let authority = request.directAuthority ?? name
        let fields = PercentText.fields(request.address.query).merging(request.form) { $1 }
        let original = fields["dst"] ?? ""
        let login = "http://\(authority)/login"
        var variables = ServletVariables([
            "hostname": authority, "identity": singletons["/system/identity"]?["name"] ?? "",
            "server-address": request.directAuthority ?? "\(settings.hotspotAddress):80",
            "server-name": server?["name"] ?? "", "interface-name": "ether2", "vlan-id": "",
            "plain-passwd": loginMethods.contains("http-pap") ? "yes" : "no", "ssl-login": "no",
            "login-by-mac": "no", "advert-pending": "no",
            "link-login": original.isEmpty ? login : login + "?dst=" + PercentText.escape(original),
            "link-login-only": login, "link-logout": "http://\(authority)/logout",
            "link-status": "http://\(authority)/status", "link-orig": original, "mac": phone.mac.description,
            "ip": phone.address.description, "host-ip": phone.address.description, "logged-in": "no", "login-by": "",
            "trial": isTrialOpen(phone.mac) ? "yes" : "no", "domain": fields["domain"] ?? "",
            "session-id": fields["session-id"] ?? "", "var": fields["var"] ?? "", "target": fields["target"] ?? "",
            "idle-timeout-secs": "0", "session-timeout-secs": "0", "session-time-left-secs": "0",
            "refresh-timeout-secs": "0",
        ])
        for (name, value) in request.headers where variables.values[name] == nil { variables[name] = value }
        if let session = session(of: phone.mac) { variables.add(sessionVariables(session)) }
        return variables
    }

    private func isTrialOpen(_ mac: MACAddress) -> Bool {
        guard loginMethods.contains("trial") else { return false }
        guard let whole = Self.span(serverProfile["trial-uptime-limit"] ?? "30m") else { return true }
        return hotspot.trials[mac]?.used ?? .zero < whole
    }

    private func sessionVariables(_ session: Session) -> [String: String] {
        let left = session.endsAt.map { $0 - now }
        let refresh = Self.span(profile(of: session)["status-autorefresh"] ?? "1m")
        let leftText = left.map(RouterDuration.text) ?? ""
        let leftSeconds = left.map { String($0.secondsRoundedUp) } ?? "0"
        var values = [
            "logged-in": "yes", "username": session.user, "login-by": session.method.rawValue, "domain": session.domain,
            "login-by-mac": session.method == .mac ? "yes" : "no",
            "uptime": RouterDuration.text(now - session.since),
            "uptime-secs": String((now - session.since).milliseconds / 1_000), "session-timeout": leftText,
            "session-time-left": leftText, "session-timeout-secs": leftSeconds, "session-time-left-secs": leftSeconds,
            "idle-timeout": session.limits.idle.map(RouterDuration.text) ?? "",
            "idle-timeout-secs": session.limits.idle.map { String($0.secondsRoundedUp) } ?? "0",
            "refresh-timeout": refresh.map(RouterDuration.text) ?? "",
            "refresh-timeout-secs": refresh.map { String($0.secondsRoundedUp) } ?? "0",
        ]
        if let total = session.limits.bytesTotal {
            values["remain-bytes-total"] = String(max(0, total - session.usage.bytesIn - session.usage.bytesOut))
        }
        return values
    }

    private func profile(of session: Session) -> [String: String] {
        profile(named: session.userID.flatMap { tables["/ip/hotspot/user"]?[$0]?["profile"] })
    }

    /// The counters that status and logout pages show.
    func counters(of session: Session) -> [String: String] {
        let (usage, limits) = (session.usage, session.limits)
        let remaining = { (limit: Int64?, used: Int64) in limit.map { String(max(0, $0 - used)) } ?? "---" }
        return [
            "bytes-in": String(usage.bytesIn), "bytes-out": String(usage.bytesOut),
            "bytes-in-nice": Self.nice(usage.bytesIn), "bytes-out-nice": Self.nice(usage.bytesOut),
            "packets-in": String(usage.packetsIn), "packets-out": String(usage.packetsOut),
            "limit-bytes-in": limits.bytesIn.map { String($0) } ?? "---",
            "limit-bytes-out": limits.bytesOut.map { String($0) } ?? "---",
            "remain-bytes-in": remaining(limits.bytesIn, usage.bytesIn),
            "remain-bytes-out": remaining(limits.bytesOut, usage.bytesOut),
            "remain-bytes-total": remaining(limits.bytesTotal, usage.bytesIn + usage.bytesOut),
        ]
    }

    /// `1.5 MiB`.
    static func nice(_ bytes: Int64) -> String {
        for (unit, size) in [("GiB", Int64(1) << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes >= size {
            return "\(bytes / size).\(bytes % size * 10 / size) \(unit)"
        }
        return "\(bytes) B"
    }

    /// The sentences of `errors.txt` on the flash; lines of `key = sentence`.
    var errorSentences: [String: String] {
        guard let bytes = htmlFile("errors.txt") else { return [:] }
        var sentences: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        where !line.hasPrefix("#") {
            guard let mark = line.firstIndex(of: "=") else { continue }
            let key = String(line[..<mark].filter { $0 != " " })
            sentences[key] = String(line[line.index(after: mark)...].drop { $0 == " " })
        }
        return sentences
    }
}
