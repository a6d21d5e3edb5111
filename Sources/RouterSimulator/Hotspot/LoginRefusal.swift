/// Why a login was refused: a key of `errors.txt` with what its sentence needs.
///
/// Source of keys and default sentences: fixture `hotspot_servlet.jsonl`.
struct LoginRefusal: Error, Hashable, Sendable {
    /// A line of `errors.txt`.
    enum Key: String, Sendable, CaseIterable {
        case internalError = "internal-error"
        case configError = "config-error"
        case notLoggedIn = "not-logged-in"
        case poolEmpty = "ippool-empty"
        case shuttingDown = "shutting-down"
        case sessionLimit = "user-session-limit"
        case licenceLimit = "license-session-limit"
        case wrongMACName = "wrong-mac-username"
        case chapMissing = "chap-missing"
        case invalidUsername = "invalid-username"
        case invalidMAC = "invalid-mac"
        case uptimeLimit = "uptime-limit"
        case trafficLimit = "traffic-limit"
        case radiusTimeout = "radius-timeout"
        case authInProgress = "auth-in-progress"
        case radiusReply = "radius-reply"
        case otpUsed = "otp-already-used"
    }

    let key: Key
    var user = ""
    var address = ""

    /// The sentence of `errors.txt` for the key, with its variables filled in.
    func text(_ sentences: [String: String] = LoginRefusal.sentences) -> String {
        let sentence = sentences[key.rawValue] ?? Self.sentences[key.rawValue] ?? key.rawValue
        let values = ["username": user, "ip": address, "error-orig": ""]
        return ServletTemplate(sentence).render(ServletVariables(values)).text
    }

    static let sentences: [String: String] = [
        "internal-error": "internal error ($(error-orig))",
        "config-error": "configuration error ($(error-orig))",
        "not-logged-in": "you are not logged in (ip $(ip))",
        "ippool-empty": "cannot assign ip address - no more free addresses from pool",
        "shutting-down": "hotspot service is shutting down",
        "user-session-limit": "no more sessions are allowed for user $(username)",
        "license-session-limit": "session limit reached ($(error-orig))",
        "wrong-mac-username": "invalid username ($(username)): this MAC address is not yours",
        "chap-missing": "web browser did not send challenge response (try again, enable JavaScript)",
        "invalid-username": "invalid username or password",
        "invalid-mac": "user $(username) is not allowed to log in from this MAC address",
        "uptime-limit": "user $(username) has reached uptime limit",
        "traffic-limit": "user $(username) has reached traffic limit",
        "radius-timeout": "RADIUS server is not responding",
        "auth-in-progress": "already authorizing, retry later",
        "radius-reply": "$(error-orig)",
        "otp-already-used": "this OTP token is already used",
    ]
}
