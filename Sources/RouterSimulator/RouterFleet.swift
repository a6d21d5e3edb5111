import Glibc
import Values
package import Wires

/// Many simulated routers in one process: each with its own release, clock, tables, ports and faults.
///
/// They share the thread that accepts, the one that ticks, menus and the control side, where a router is named by its
/// number: `/_simulator/routers/7/faults`.
package final class RouterFleet: Sendable {
    /// The routers; number 1 comes first.
    package let hosts: [RouterHost]
    /// What a client of the control side shows.
    package let controlToken: String
    private let server: WireServer
    private let control: WireServer.Port

    /// Starts all routers.
    ///
    /// - Parameters:
    ///   - routers: How each is started; none has a control side of its own.
    ///   - controlPort: Where the control side of all listens; 0 lets the system choose.
    ///   - controlToken: What its clients show; made up where nil.
    /// - Throws: `WireError` when a port is taken or a folder cannot be written.
    package init(_ routers: [RouterHost.Settings], controlPort: UInt16 = 0, controlToken: String? = nil) throws {
        Self.raiseDescriptorLimit()
        let server = try WireServer()
        self.server = server
        let token = controlToken ?? RouterHost.freshToken()
        self.controlToken = token
        var started: [RouterHost] = []
        do {
            for var settings in routers {
                settings.hasControl = false
                started.append(try RouterHost(settings, on: server))
            }
            let hosts = started
            control = try server.open(IPv4Address(bits: 0x7F00_0001), port: controlPort) { stream in
                WireHTTP.serve(stream, as: "lango-routersim") { request, _ in
                    .answer(Self.answer(request, hosts, token))
                }
            }
            self.hosts = hosts
        } catch {
            for host in started { host.stop() }
            server.stop()
            throw error
        }
    }

    /// Where the control side of all routers listens.
    package var controlPort: UInt16 { control.number }

    /// The doors of all routers.
    package var report: WireJSON { .array(hosts.map(\.report)) }

    private static func answer(_ request: WireRequest, _ hosts: [RouterHost], _ token: String) -> WireAnswer {
        if request.target == "/_simulator/routers", request.header("authorization") == "Bearer \(token)" {
            let list = WireJSON.array(hosts.map(\.report))
            return .json(200, .object(["simulator": .string("lango-routersim"), "routers": list]))
        }
        let all = "/_simulator/routers/all/"
        guard request.target.hasPrefix(all) else {
            return ControlExchange.answer(request, token: token) { find($0, hosts) }
        }
        // The same for every router; the last one's answer stands for all.
        let path = String(request.target.dropFirst(all.count))
        let answers = hosts.map { host in ControlExchange.answer(request, token: token) { _ in (host, path) } }
        return answers.last ?? ControlExchange.refusal(404, "no such path")
    }

    private static func find(_ path: String, _ hosts: [RouterHost]) -> (RouterHost, String)? {
        let parts = path.split(separator: "/", maxSplits: 2)
        guard parts.count == 3, parts[0] == "routers", let number = Int(parts[1]), hosts.indices.contains(number - 1)
        else { return nil }
        return (hosts[number - 1], String(parts[2]))
    }

    /// Ends all sessions, keeps the states, closes the ports.
    package func stop() {
        for host in hosts { host.stop() }
        server.stop()
    }

    /// A few sockets a router are more than the usual limit for hundreds of them.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
