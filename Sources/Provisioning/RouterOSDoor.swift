package import Crypto
import Entitlements
package import HTTPClient
package import RouterOS
import Sockets
import SQL
import Synchronization
package import Tenancy
package import Values

/// Opens the way to routers by their stored address, credentials and pin.
package final class RouterDoors: Sendable {
    private let sealKey: SecretKey
    private let keyKey: SecretKey
    private let services: RouterServices
    private let now: @Sendable () -> Instant
    /// The transports in use, so that whoever works on a router does so in one line with the others.
    private let transports = Mutex<[ID<Router>: (access: RouterAccess, transport: RouterWays)]>([:])

    /// A way to routers; at `desk` those come by that cannot be called, and only the running gateway has one that they
    /// reach.
    package init(
        masterKey: SecretKey, client: HTTPClient, desk: PullDesk = PullDesk(),
        rest: @escaping @Sendable () async -> Void = RouterRest.afterTrouble, now: @escaping @Sendable () -> Instant
    ) {
        sealKey = masterKey.derived(for: "router-password")
        keyKey = masterKey.derived(for: "router-ssh-key")
        services = RouterServices(client: client, sockets: Sockets(), desk: desk, rest: rest)
        self.now = now
    }

    /// Seals the password of a router for its row.
    package func seal(_ password: Secret, for router: ID<Router>) -> [UInt8] {
        Seal.seal(password, key: sealKey, boundTo: Array(router.description.utf8))
    }

    /// Seals the key of a router for its row.
    package func seal(_ key: SSHUserKey, for router: ID<Router>) -> [UInt8] {
        Seal.seal(key.secret, key: keyKey, boundTo: Array(router.description.utf8))
    }

    /// The key with which we log in at a router over SSH; nil where the password does for it.
    ///
    /// - Throws: `RouterTrouble.refused` where it was sealed under another key.
    package func userKey(of router: Router) throws -> SSHUserKey? {
        guard let sealed = router.sshKeySealed else { return nil }
        guard let text = try? Seal.openText(sealed, key: keyKey, boundTo: Array(router.id.description.utf8)),
            let key = try? SSHUserKey(file: text.revealed)
        else { throw RouterTrouble.refused("The router's SSH key was sealed under another key; enter it again.") }
        return key
    }

    /// The password with which we log in at a router.
    ///
    /// - Throws: `RouterTrouble.refused` where it was sealed under another key.
    package func password(of router: Router) throws -> Secret {
        guard
            let password = try? Seal.openText(
                router.passwordSealed, key: sealKey, boundTo: Array(router.id.description.utf8))
        else {
            throw RouterTrouble.refused("The router's password was sealed under another key; enter it again.")
        }
        return password
    }

    /// - Throws: `RouterTrouble.refused` where the stored password or address cannot be used.
    package func open(_ router: Router) throws -> any RouterDoor {
        let transport = try transport(to: router)
        return RouterOSDoor(
            hotspot: HotspotClient(transport), transport: transport, username: router.username,
            server: router.hotspotServer, now: now)
    }

    /// The one transport to a router, as long as its address, credentials and pin stay the same.
    ///
    /// - Throws: `RouterTrouble.refused` where the stored password or address cannot be used.
    package func transport(to router: Router) throws -> RouterWays {
        let access = RouterAccess(router)
        if let known = transports.withLock({ $0[router.id] }), known.access == access { return known.transport }
        let fresh = RouterWays(try ways(to: router), now: now)
        return transports.withLock { transports in
            if let known = transports[router.id], known.access == access { return known.transport }
            transports[router.id] = (access, fresh)
            return fresh
        }
    }

    /// The line to a router that comes by itself.
    package func line(to router: Router) -> PullLine { services.desk.line(of: router.id.description) }

    /// The console of a router on a connection of its own, for what takes long; nil where no address of it is over SSH.
    ///
    /// - Throws: `RouterTrouble.refused` where the stored password or address cannot be used.
    package func console(to router: Router) throws -> SSHTransport? {
        try ways(to: router).first { $0.way.service == .ssh }?.transport as? SSHTransport
    }

    /// Each way to a router by itself, the most wanted first.
    ///
    /// - Throws: `RouterTrouble.refused` where the stored password or address cannot be used.
    func ways(to router: Router) throws -> [(way: RouterWay, transport: any RouterTransport)] {
        guard let addresses = RouterAddresses(router.address) else {
            throw RouterTrouble.refused("The router's address cannot be read; it is like https://192.0.2.1.")
        }
        let password = try password(of: router)
        let key = try userKey(of: router)?.secret
        return addresses.ways.map { way in
            let pin = way.service.identity.flatMap { router.pin(of: $0) }
            let trust = pin.flatMap { CertificateFingerprint($0) }.map { CertificateTrust.pinned($0) } ?? .firstUse
            return (
                way: way,
                transport: services.transport(
                    by: way, to: router.id.description, as: router.username, password, key: key, trusting: trust)
            )
        }
    }
}

/// The addresses of a router as staff write them: `apis://192.0.2.1,https://192.0.2.1`, the most wanted first.
///
/// One identity of each kind is confirmed for a router: `https` and `apis` must show the same certificate, and the host
/// key of `ssh` stands beside it.
package struct RouterAddresses: Hashable, Sendable, CustomStringConvertible {
    package let ways: [RouterWay]

    /// With a comma between them.
    package var description: String { ways.map(\.description).joined(separator: ",") }

    /// Nil where one of them cannot be read or stands there twice.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        ways = parts.compactMap { RouterWay(String($0).filter { $0 != " " }) }
        guard ways.count == parts.count, Set(ways).count == ways.count else { return nil }
    }
}

/// A hotspot on RouterOS: one user a device, with the limits that end its access without us.
struct RouterOSDoor: RouterDoor {
    let hotspot: HotspotClient
    let transport: RouterWays
    /// The name by which we sign in at the router.
    let username: String
    let server: String
    let now: @Sendable () -> Instant

    var tables: (any RouterTransport)? { transport }

    var reports: [RouterWays.Report] { transport.reports }

    func meet() async { await transport.meet() }

    func probe() async throws(RouterTrouble) -> RouterFacts {
        do throws(RouterError) {
            let probe = try await RouterProbe(over: transport, as: username, now: now)
            let serious = probe.warnings.filter(\.isSerious).map(\.description)
            return RouterFacts(version: "\(probe.version)", serial: probe.serial, warnings: serious)
        } catch {
            throw RouterTrouble(error)
        }
    }

    func reading(of username: String) async throws(RouterTrouble) -> UserReading? {
        do throws(RouterError) {
            return try await hotspot.standing(of: username).flatMap { UserReading($0) }
        } catch {
            throw RouterTrouble(error)
        }
    }

    func admit(_ order: AdmissionOrder) async throws(RouterTrouble) -> AdmissionOutcome {
        do throws(RouterError) {
            let profile = HotspotProfile(for: order.rateLimit)
            try await hotspot.upsert(profile)
            try await hotspot.upsert(
                HotspotUser(order, profile: profile.name, server: server), rewritingPassword: true)
            if order.restarts { try await endSessions(of: order.username) }
        } catch {
            throw RouterTrouble(error)
        }
        guard let address = try await address(of: order) else { return .needsForm }
        do throws(HotspotLoginError) {
            _ = try await hotspot.login(
                address: address, mac: order.mac, user: order.username, password: order.password)
            return .online
        } catch .alreadyLoggedIn {
            return try await replaceSession(order, address)
        } catch .router(let error) where error.isPassing {
            throw RouterTrouble(error)
        } catch .router(let error) where order.restarts {
            // It was online, and nobody looks at its browser now.
            let trouble = RouterTrouble(error)
            if case .rejected = trouble { throw trouble }
            return .needsForm
        } catch {
            // The router would not take the device from us; it takes it from the device's own browser.
            return .needsForm
        }
    }

    /// Where the device waits: as was said, else as the hotspot sees it, which a television is that cannot tell us.
    private func address(of order: AdmissionOrder) async throws(RouterTrouble) -> IPv4Address? {
        if let address = order.address { return address }
        // One that is not online is not let in by a change of its speed.
        guard !order.restarts else { return nil }
        do throws(RouterError) {
            return try await transport.read(
                .hotspotHost, where: [("mac-address", order.mac.description)], properties: ["address", "to-address"]
            ).lazy.compactMap { $0.address("to-address") ?? $0.address("address") }.first
        } catch {
            throw RouterTrouble(error)
        }
    }

    /// Ends what goes on under a user's name; its counters are added to the user's by the router.
    private func endSessions(of username: String) async throws(RouterError) {
        for session in try await hotspot.standing(of: username)?.sessions ?? [] {
            try await transport.remove(.hotspotActive, session.id)
        }
    }

    /// The device is online under an earlier entitlement: that session ends, the new one begins.
    private func replaceSession(
        _ order: AdmissionOrder, _ address: IPv4Address
    ) async throws(RouterTrouble) -> AdmissionOutcome {
        do throws(RouterError) {
            for session in try await hotspot.active() where session.mac == order.mac && session.user != order.username {
                try await transport.remove(.hotspotActive, session.id)
            }
        } catch {
            throw RouterTrouble(error)
        }
        do throws(HotspotLoginError) {
            _ = try await hotspot.login(
                address: address, mac: order.mac, user: order.username, password: order.password)
            return .online
        } catch .router(let error) where error.isPassing {
            throw RouterTrouble(error)
        } catch {
            return .needsForm
        }
    }

    func cut(username: String, mac: MACAddress, keep: (UserReading) async throws -> Void) async throws {
        if let reading = try await reading(of: username) { try await keep(reading) }
        do throws(RouterError) {
            // Only what came in under the user's own name is cut: the device may be online by another entitlement.
            try await hotspot.cut(users: [username], removingUsers: false)
        } catch {
            throw RouterTrouble(error)
        }
        // A user that is gone took its counters along.
        guard let last = try await reading(of: username) else { return }
        try await keep(last)
        do throws(RouterError) {
            try await hotspot.removeUser(username)
        } catch {
            throw RouterTrouble(error)
        }
    }

    func readings() async throws(RouterTrouble) -> [UserReading] {
        do throws(RouterError) {
            let sessions = Dictionary(try await hotspot.active().map { ($0.user, $0) }) { first, _ in first }
            return try await hotspot.users().compactMap { user in
                UserReading(HotspotStanding(user: user, sessions: sessions[user.name].map { [$0] } ?? []))
            }
        } catch  where error.kind == .menuAbsent {
            // Without a hotspot nobody is online there; the sweep tells it.
            return []
        } catch {
            throw RouterTrouble(error)
        }
    }
}

extension RouterTrouble {
    init(_ error: RouterError) {
        switch error.kind {
        case .certificateUnknown(let seen): self = .identity(ShownIdentity(.certificate, seen), isNew: true)
        case .certificateChanged(_, let seen): self = .identity(ShownIdentity(.certificate, seen), isNew: false)
        case .hostKeyUnknown(let seen): self = .identity(ShownIdentity(.hostKey, seen), isNew: true)
        case .hostKeyChanged(_, let seen): self = .identity(ShownIdentity(.hostKey, seen), isNew: false)
        case .unreachable, .away, .timedOut, .interrupted, .notReady, .notAdmitted, .noWay:
            self = .unreachable(error.description)
        case .unauthorized, .notRouterOS, .certificateUnusable: self = .refused(error.description)
        case .forbidden, .menuAbsent, .deviceMode: self = .prevented(error.description)
        default: self = .rejected(error.description)
        }
    }
}
