import HTTPClient
import RouterOS
import Sockets
import Values

/// Reads all hotspot users of a router, as the product reads them, over a connection of its own.
///
/// Prints how many there were and the seconds of each round, the connection included. The router is believed to be the one
/// that answers first.
struct ReadingUsers {
    private let way: RouterWay
    private let user: String
    private let password: Secret
    private let rounds: Int
    private let services = RouterServices(client: HTTPClient(), sockets: Sockets())

    init(_ way: String, _ user: String, _ password: String, _ rounds: String) throws {
        guard let way = RouterWay(way) else { throw Misuse(description: "\(way) is no way to a router") }
        self.way = way
        self.user = user
        self.password = Secret(password)
        self.rounds = try Misuse.count(rounds)
    }

    func run() async throws {
        let trust = try await identity()
        var count = 0
        var seconds: [String] = []
        for _ in 0..<rounds {
            let time = try await ContinuousClock().measure {
                count = try await HotspotClient(transport(trust)).users().count
            }
            let (whole, attoseconds) = time.components
            seconds.append("\(Double(whole) + Double(attoseconds) / 1e18)")
        }
        print(count, seconds.joined(separator: " "))
    }

    private func transport(_ trust: CertificateTrust) -> any RouterTransport {
        services.transport(by: way, to: "bench", as: user, password, trusting: trust)
    }

    private func identity() async throws -> CertificateTrust {
        do throws(RouterError) {
            _ = try await transport(.firstUse).read(.systemIdentity, properties: ["name"])
            return .firstUse
        } catch {
            guard let seen = error.shownIdentity?.fingerprint else { throw error }
            return .pinned(seen)
        }
    }
}
