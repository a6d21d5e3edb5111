import TestKit
import Testing

/// The commands that tell who is online and what passes, beside a gateway that follows a simulated router.
@Suite(.serialized, .ownThreads) struct TrafficCommandTests {
    @Test("Who is online and what passed is told once the gateway follows the router; mistakes are told in sentences")
    func follows() throws {
        let install = try Install()
        try install.furnish()
        let never = try install.run("router", "sessions", "gate", "--tenant", "acme")
        #expect(never.code == 1 && never.errors.contains("gate was never read"))
        #expect(try install.run("router", "traffic", "gate", "--tenant", "acme").code == 1)
        let control = try FreePort.first()
        let router = try install.simulate("--control-port", "\(control)", "--control-token", "t")
        try install.add(router)
        func make(_ kind: String, _ fields: String...) throws {
            let end = try Program.run(
                "lango", ["router", "make", "live", kind] + fields + ["--tenant", "acme"],
                environment: install.environment, input: "p\n")
            #expect(end.code == 0, "\(end.errors)")
        }
        try make("pppoe-server", "service-name=isp", "interface=ether2", "disabled=no")
        try make("ppp-secret", "name=home", "password=-", "remote-address=10.8.0.9")
        func tell(_ path: String, _ body: String) throws {
            let answer = try Wire.ask(
                control, "POST", "/_simulator/\(path)", headers: ["Authorization: Bearer t"], body: Array(body.utf8))
            #expect(answer.status == 200)
        }
        try tell("ppp/dial", #"{"user":"home","password":"p"}"#)
        install.environment["LANGO_TRAFFIC"] = "10"
        let gateway = try install.serve()
        let isRead = eventually(within: 60) {
            (try? install.run("router", "sessions", "live", "--tenant", "acme").code) == 0
        }
        try #require(isRead, "\(gateway.errors)")
        let sessions = try install.must("router", "sessions", "live", "--tenant", "acme")
        #expect(sessions.hasPrefix("live\tread ") && sessions.contains("\t1 online\n"))
        #expect(sessions.contains("\npppoe\thome\t") && sessions.contains("\t10.8.0.9\t"))
        try tell("ppp/traffic", #"{"user":"home","up":5000,"down":70000}"#)
        #expect(sessions.contains("service\tname\tmac\taddress\tfrom\tseen\tup\tdown\taccess"))
        let past = try install.must("router", "sessions", "live", "--past", "--tenant", "acme")
        #expect(past == "service\tname\tmac\taddress\tfrom\tuntil\tup\tdown\taccess\n")
        let isCounted = eventually(within: 60) {
            let traffic = (try? install.run("router", "traffic", "live", "--tenant", "acme").output) ?? ""
            return traffic.hasPrefix("interface\treceived\tsent\n") && traffic.contains("ppp\t5000\t70000\n")
        }
        #expect(isCounted)
        let hours = try install.must(
            "router", "traffic", "live", "--interface", "ether1", "--days", "2", "--tenant", "acme")
        #expect(hours.hasPrefix("hour\treceived\tsent\n") && hours.contains("\t-\t-\n"))
        #expect(hours.split(separator: "\n").count >= 48)
        let moon = try install.run("router", "traffic", "live", "--interface", "moon", "--tenant", "acme")
        #expect(moon.code == 64 && moon.errors.contains("there is nothing of moon; there are: "))
        #expect(try install.run("router", "traffic", "live", "--days", "31", "--tenant", "acme").code == 64)
        let other = try install.run("router", "sessions", "moon", "--tenant", "acme")
        #expect(other.code == 64 && other.errors.contains("there is no router moon"))
        withExtendedLifetime((router, gateway)) {}
    }
}
