import Files
import RouterOS
import Sockets
import Values

/// Keeps connections to many routers, each of which was asked once.
///
/// Prints the resident memory of the process in KiB before the first connection and while all are idle.
struct IdleRouters {
    private let port: UInt16
    private let count: Int
    private let pin: CertificateFingerprint

    init(_ port: String, _ count: String, _ pin: String) throws {
        guard let port = UInt16(port), let pin = CertificateFingerprint(pin) else {
            throw Misuse(description: "api-idle wants a port and a fingerprint")
        }
        self.port = port
        self.count = try Misuse.count(count)
        self.pin = pin
    }

    func run() async throws {
        let sockets = Sockets()
        // One that is gone again has brought in what all share.
        try await ask(router(sockets))
        let before = try resident()
        var routers: [APITransport] = []
        for _ in 0..<count {
            let router = router(sockets)
            try await ask(router)
            routers.append(router)
        }
        // Buffers are given back when a connection has been quiet for a moment: what is measured is the state after that.
        try await Task.sleep(for: .seconds(1))
        print(before, try resident())
        for router in routers { router.close() }
    }

    private func router(_ sockets: Sockets) -> APITransport {
        var access = ServiceAccess(host: "127.0.0.1", user: "bench", password: Secret("bench"))
        access.port = port
        access.trust = .pinned(pin)
        return APITransport(access, on: sockets)
    }

    private func ask(_ router: APITransport) async throws {
        _ = try await router.read(.hotspotUser, properties: ["name", "profile", "limit-bytes-total", "comment"])
    }

    private func resident() throws -> Int {
        let lines = try Files.text(of: "/proc/self/status").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmRSS:") }
        guard let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Misuse(description: "the system tells no resident memory")
        }
        return kibibytes
    }
}
