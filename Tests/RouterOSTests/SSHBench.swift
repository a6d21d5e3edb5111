import RouterSimulator
import Testing
import Values

@testable import RouterOS

/// A simulated router and a transport to its SSH door.
struct SSHBench {
    let host: RouterHost
    let access: SSHTransport.Access
    let transport: SSHTransport

    init(_ version: String = "7.20", _ change: (inout SSHTransport.Access) -> Void = { _ in }) throws {
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open \"$esame\" ?")
        settings.router.seed = 11
        settings.router.version = try #require(RouterRelease(version))
        settings.phones = 0
        host = try RouterHost(settings)
        var access = SSHTransport.Access(
            host: "127.0.0.1", user: "lango", credential: .password(Secret("open \"$esame\" ?")))
        access.port = host.sshPort
        access.trust = .pinned(try #require(CertificateFingerprint(host.router.hostKey?.fingerprint ?? "")))
        change(&access)
        self.access = access
        transport = SSHTransport(access, idle: .seconds(5)) {}
    }

    /// Another transport to the same router.
    func transport(_ change: (inout SSHTransport.Access) -> Void) -> SSHTransport {
        var access = access
        change(&access)
        return SSHTransport(access, idle: .seconds(5)) {}
    }
}

/// What an operation ends in.
func kind<Answer>(_ operation: () async throws -> Answer) async -> RouterError.Kind? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return (error as? RouterError)?.kind
    }
}
