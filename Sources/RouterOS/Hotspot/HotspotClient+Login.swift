package import Values

/// Why a device could not be logged in by us.
package enum HotspotLoginError: Error, Hashable, Sendable {
    /// The hotspot has not seen the device at that address: it must send something first, or has moved.
    case hostUnknown
    case invalidCredentials
    /// The address belongs to another device, or the name to another.
    case wrongDevice
    /// The device is online under another name.
    case alreadyLoggedIn(as: String)
    /// As many devices are online under the name as its profile allows.
    case tooManyDevices
    /// The time or data of the name is used up.
    case limitReached
    /// The router took the login, but the device is not among the active ones.
    case notConfirmed
    case router(RouterError)
}

extension HotspotClient {
    /// Logs a device in as if it had done so itself, and finds it among the active ones.
    ///
    /// Done at once where the device is online under that name already, so it may be repeated after a lost answer.
    package func login(
        address: IPv4Address, mac: MACAddress, user: String, password: Secret
    ) async throws(HotspotLoginError) -> HotspotSession {
        if let session = try await session(of: mac) {
            guard session.user == user else { throw .alreadyLoggedIn(as: session.user) }
            return session
        }
        do throws(RouterError) {
            _ = try await transport.run(
                "login", in: .hotspotActive,
                [
                    ("ip", address.description), ("mac-address", mac.description), ("user", user),
                    ("password", password.revealed),
                ])
        } catch  where !error.isPossiblyCarriedOut {
            throw HotspotLoginError(error)
        } catch {
            // Possibly done: the active table knows.
            guard let session = try await session(of: mac), session.user == user else { throw .router(error) }
            return session
        }
        return try await confirmed(mac: mac, user: user)
    }

    /// Looks three times, half a second apart in all, as the row may come a moment after the answer.
    private func confirmed(mac: MACAddress, user: String) async throws(HotspotLoginError) -> HotspotSession {
        for attempt in 0..<3 {
            if attempt > 0 { await pause(Span(milliseconds: 250)) }
            if let session = try await session(of: mac), session.user == user { return session }
        }
        throw .notConfirmed
    }

    private func session(of mac: MACAddress) async throws(HotspotLoginError) -> HotspotSession? {
        do throws(RouterError) {
            return try await transport.read(
                .hotspotActive, where: [("mac-address", mac.description)], properties: HotspotSession.properties
            ).lazy.compactMap { HotspotSession($0) }.first
        } catch {
            throw .router(error)
        }
    }
}

extension HotspotLoginError {
    /// What a refusal of the command means by its words; they are those of the hotspot's `errors.txt`.
    init(_ error: RouterError) {
        guard case .failure(let words) = error.kind else {
            self = .router(error)
            return
        }
        let text = words.lowercased()
        self = Self.words.first { text.contains($0.part) }?.meaning ?? .router(error)
    }

    // swift-format-ignore
    private static let words: [(part: String, meaning: Self)] = [
        ("unknown host",                  .hostUnknown),
        ("invalid username or password",  .invalidCredentials),
        ("invalid password",              .invalidCredentials),
        ("wrong mac",                     .wrongDevice),
        ("from this mac address",         .wrongDevice),
        ("mac address is not yours",      .wrongDevice),
        ("no more sessions",              .tooManyDevices),
        ("reached uptime limit",          .limitReached),
        ("reached traffic limit",         .limitReached),
    ]
}

extension HotspotLoginError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .hostUnknown: "The hotspot has not seen the device at that address."
        case .invalidCredentials: "The hotspot does not accept the name or password."
        case .wrongDevice: "The name or address belongs to another device."
        case .alreadyLoggedIn: "The device is online under another name."
        case .tooManyDevices: "As many devices are online under the name as it allows."
        case .limitReached: "The time or data of the name is used up."
        case .notConfirmed: "The router took the login, but the device did not come online."
        case .router(let error): error.description
        }
    }
}
