import TestKit
import Testing

/// A simulated router in a process of its own.
struct LiveRouter {
    let program: Program
    let rest: UInt16
    let ssh: UInt16
}

extension Install {
    /// Starts a simulated router and waits until it answers; `options` are further ones of the simulator.
    func simulate(
        in folder: String = "router", user: String = "lango", password: String = "routersecret", _ options: String...
    ) throws -> LiveRouter {
        let (rest, ssh) = (try FreePort.first(), try FreePort.first())
        let program = try Program(
            "lango-routersim",
            [
                "--data", self.folder + "/" + folder, "--rest-port", "\(rest)", "--ssh-port", "\(ssh)", "--phones", "1",
                "--user", user, "--password", password,
            ] + options)
        let isReady = eventually(within: 20) { (try? Wire.ask(rest, "GET", "/rest/system/identity").status) == 401 }
        try #require(isReady, "\(program.errors)")
        return LiveRouter(program: program, rest: rest, ssh: ssh)
    }

    /// Takes a simulated router into the provider's books, by REST.
    func add(_ router: LiveRouter, as name: String = "live") throws {
        try must(
            "router", "create", "--tenant", "acme", "--site", "market", "--name", name, "--address",
            "http://127.0.0.1:\(router.rest)", "--username", "lango", input: "routersecret\n")
    }

    /// The names of the hotspot users on a router that carry our mark.
    func users(of router: LiveRouter) throws -> [String] {
        // "lango:routersecret", as basic authentication wants it.
        let answer = try Wire.ask(
            router.rest, "GET", "/rest/ip/hotspot/user?.proplist=name,comment",
            headers: ["Authorization: Basic bGFuZ286cm91dGVyc2VjcmV0"])
        let rows = answer.text.split(separator: "{").filter { $0.contains("lango:") }
        return rows.compactMap { row in
            row.split(separator: "\"name\":\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) }
        }
    }
}
