import Values

/// The rows of `/ip/hotspot/active`.
extension RouterMachine {
    /// The session of that number, where the menu is theirs.
    func hotspotSession(of path: String, numbered id: UInt32) -> Session? {
        path == "/ip/hotspot/active" ? hotspot.sessions.first { $0.id == id } : nil
    }

    private static let sessionNames = [
        "bytes-in", "bytes-out", "packets-in", "packets-out", "server", "user", "domain", "address", "mac-address",
        "login-by", "uptime", "idle-time", "session-time-left", "idle-timeout", "keepalive-timeout", "limit-bytes-in",
        "limit-bytes-out", "limit-bytes-total", "radius",
    ]

    func row(_ session: Session) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: Self.sessionNames.compactMap { name in
                value(name, of: session).map { (name, $0) }
            })
    }

    /// One property of a session; nil where it has none.
    func value(_ name: String, of session: Session) -> String? {
        switch name {
        case "bytes-in": String(session.usage.bytesIn)
        case "bytes-out": String(session.usage.bytesOut)
        case "packets-in": String(session.usage.packetsIn)
        case "packets-out": String(session.usage.packetsOut)
        case "server": session.server
        case "user": session.user
        case "domain": session.domain
        case "address": session.address.description
        case "mac-address": session.mac.description
        case "login-by": session.method.rawValue
        case "uptime": RouterDuration.text(now - session.since)
        case "idle-time": RouterDuration.text(now - session.lastTraffic)
        case "session-time-left": session.endsAt.map { RouterDuration.text($0 - now) }
        case "idle-timeout": session.limits.idle.map(RouterDuration.text)
        case "keepalive-timeout": session.limits.keepalive.map(RouterDuration.text)
        case "limit-bytes-in": session.limits.bytesIn.map { String($0) }
        case "limit-bytes-out": session.limits.bytesOut.map { String($0) }
        case "limit-bytes-total": session.limits.bytesTotal.map { String($0) }
        case "radius": "false"
        default: nil
        }
    }
}
