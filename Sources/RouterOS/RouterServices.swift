package import HTTPClient
package import Sockets
package import Values

/// What reaches the services of routers: shared by all of them.
package struct RouterServices: Sendable {
    private let client: HTTPClient
    private let sockets: Sockets
    /// Where routers come by that cannot be called.
    package let desk: PullDesk
    /// How a router is left alone after an exchange that was given up.
    private let rest: @Sendable () async -> Void

    package init(
        client: HTTPClient, sockets: Sockets, desk: PullDesk = PullDesk(),
        rest: @escaping @Sendable () async -> Void = RouterRest.afterTrouble
    ) {
        self.client = client
        self.sockets = sockets
        self.desk = desk
        self.rest = rest
    }

    /// A transport for one way to a router; `router` says which it is, `key` takes the password's place over SSH.
    package func transport(
        by way: RouterWay, to router: String, as user: String, _ password: Secret, key: Secret? = nil,
        trusting trust: CertificateTrust
    ) -> any RouterTransport {
        var service = ServiceAccess(host: way.host, user: user, password: password)
        service.isSecure = way.service.isSealed
        service.port = way.port
        service.trust = trust
        switch way.service {
        case .https, .http: return RESTTransport(service, client: client, rest: rest)
        case .apiTLS, .api: return APITransport(service, on: sockets)
        case .ssh:
            let credential: SSHTransport.Credential = key.map { .key($0) } ?? .password(password)
            var access = SSHTransport.Access(host: way.host, user: user, credential: credential)
            access.port = way.port
            if case .pinned(let fingerprint) = trust { access.trust = .pinned(fingerprint) }
            return SSHTransport(access, rest: rest)
        case .pull: return PullTransport(desk.line(of: router))
        }
    }
}
