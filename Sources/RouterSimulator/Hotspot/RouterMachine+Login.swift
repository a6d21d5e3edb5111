import Values

/// What a device offers as proof.
enum LoginProof: Sendable {
    case plain(String)
    /// The 32 hexadecimal digits of a CHAP answer.
    case chap(String)
    /// The router's own word: a cookie or the hardware address.
    case trusted(LoginMethod)
    /// A password by `/ip/hotspot/active/login`.
    case command(String)
}

extension RouterMachine {
    /// Lets a device in, or says why not; the log gets both lines.
    mutating func logIn(
        _ mac: MACAddress, as name: String, _ proof: LoginProof, domain: String = ""
    ) throws(LoginRefusal) {
        guard let host = hotspot.hosts.first(where: { $0.mac == mac }) else { throw LoginRefusal(key: .internalError) }
        do throws(LoginRefusal) {
            let (method, limits, userID) = try admit(host, name, proof)
            open(host, name, userID, method, limits, domain: domain)
        } catch {
            note("hotspot,info,debug", "\(name) (\(host.address)): login failed: \(error.text())")
            throw error
        }
    }

    private func admit(
        _ host: Host, _ name: String, _ proof: LoginProof
    ) throws(LoginRefusal) -> (LoginMethod, Session.Limits, UInt32?) {
        let refusal = { LoginRefusal(key: $0, user: name, address: host.address.description) }
        if name == "T-\(host.mac)", loginMethods.contains("trial") {
            return (.trial, try trialLimits(host.mac, refusal), nil)
        }
        guard let (id, row) = hotspotUser(named: name, on: host.server), isEnabled(row, for: proof) else {
            let isOtherDevice = MACAddress(name).map { $0 != host.mac && name.utf8.count == 17 } ?? false
            throw refusal(isOtherDevice ? .wrongMACName : .invalidUsername)
        }
        let method = try verify(proof, against: row["password"] ?? "", host, refusal)
        if let bound = row["mac-address"], !bound.isEmpty, bound != host.mac.description { throw refusal(.invalidMAC) }
        let limits = try limits(of: row, used: hotspot.totals[id] ?? Usage(), refusal)
        let sessions = hotspot.sessions.count { $0.user == name }
        if let most = Int(profile(named: row["profile"])["shared-users"] ?? "1"), sessions >= most {
            throw refusal(.sessionLimit)
        }
        return (method, limits, id)
    }

    /// A cookie is never checked again: it lets in a user who was disabled since (FACTS 5.3).
    private func isEnabled(_ row: [String: String], for proof: LoginProof) -> Bool {
        switch proof {
        case .trusted(.cookie), .trusted(.macCookie): true
        default: row["disabled"] != "true"
        }
    }

    private func verify(
        _ proof: LoginProof, against password: String, _ host: Host, _ refusal: (LoginRefusal.Key) -> LoginRefusal
    ) throws(LoginRefusal) -> LoginMethod {
        switch proof {
        case .trusted(let method): return method
        case .command(let given):
            guard given == password else { throw refusal(.invalidUsername) }
            return .admin
        case .plain(let given):
            guard given == password else { throw refusal(.invalidUsername) }
            return .httpPAP
        case .chap(let answer):
            guard let challenge = host.challenge, now < challenge.shownAt + Challenge.lifetime
            else { throw refusal(.chapMissing) }
            guard ChapAnswer.hex(id: challenge.id, password: password, challenge: challenge.bytes) == answer
            else { throw refusal(.invalidUsername) }
            return .httpCHAP
        }
    }

    private func limits(
        of row: [String: String], used: Usage, _ refusal: (LoginRefusal.Key) -> LoginRefusal
    ) throws(LoginRefusal) -> Session.Limits {
        let profile = profile(named: row["profile"])
        var limits = Session.Limits()
        limits.time = Self.span(profile["session-timeout"])
        if let uptime = Self.span(row["limit-uptime"]) {
            guard used.uptime < uptime else { throw refusal(.uptimeLimit) }
            let left = Span(milliseconds: uptime.milliseconds - used.uptime.milliseconds)
            limits.time = min(left, limits.time ?? left)
        }
        limits.bytesIn = try left(row["limit-bytes-in"], used.bytesIn, refusal)
        limits.bytesOut = try left(row["limit-bytes-out"], used.bytesOut, refusal)
        limits.bytesTotal = try left(row["limit-bytes-total"], used.bytesIn + used.bytesOut, refusal)
        limits.idle = Self.span(profile["idle-timeout"])
        limits.keepalive = Self.span(profile["keepalive-timeout"] ?? "2m")
        limits.rate = profile["rate-limit"] ?? ""
        return limits
    }

    private func left(
        _ limit: String?, _ used: Int64, _ refusal: (LoginRefusal.Key) -> LoginRefusal
    ) throws(LoginRefusal) -> Int64? {
        guard let limit = limit.flatMap({ Int64($0) }), limit > 0 else { return nil }
        guard used < limit else { throw refusal(.trafficLimit) }
        return limit - used
    }

    private func trialLimits(
        _ mac: MACAddress, _ refusal: (LoginRefusal.Key) -> LoginRefusal
    ) throws(LoginRefusal) -> Session.Limits {
        let server = serverProfile
        let whole = Self.span(server["trial-uptime-limit"] ?? "30m")
        let used = hotspot.trials[mac]?.used ?? .zero
        let profile = profile(named: server["trial-user-profile"])
        var limits = Session.Limits()
        if let whole {
            guard used < whole else { throw refusal(.uptimeLimit) }
            limits.time = Span(milliseconds: whole.milliseconds - used.milliseconds)
        }
        limits.idle = Self.span(profile["idle-timeout"])
        limits.keepalive = Self.span(profile["keepalive-timeout"] ?? "2m")
        limits.rate = profile["rate-limit"] ?? ""
        return limits
    }

    /// A length of time above zero; nil for none.
    static func span(_ text: String?) -> Span? {
        guard let span = text.flatMap({ RouterDuration.read($0) }), span > .zero else { return nil }
        return span
    }
}
