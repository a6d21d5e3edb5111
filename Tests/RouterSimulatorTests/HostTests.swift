import Testing
import Values
import Wires

@testable import RouterSimulator

/// A router on real sockets, driven by curl.
struct HostBench: ~Copyable {
    let host: RouterHost

    init(_ change: (inout RouterHost.Settings) -> Void = { _ in }) throws {
        var settings = RouterHost.Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 11
        settings.phones = 3
        settings.controlToken = "token"
        change(&settings)
        host = try RouterHost(settings)
    }

    deinit { host.stop() }

    var rest: String { "http://127.0.0.1:\(host.restPort)/rest" }
    func phone(_ number: Int = 1) -> String { "http://127.0.0.\(number):\(host.phonePort)" }

    func ask(_ method: String, _ path: String, _ body: String = "") -> (code: Int32, output: String) {
        Shell.curl(
            "-u", "lango:open", "-X", method, "-H", "Content-Type: application/json", "-d", body, "-w",
            "\n%{http_code}", rest + path)
    }

    @discardableResult
    func control(_ method: String, _ path: String, _ body: String = "{}") -> WireJSON? {
        let url = "http://127.0.0.1:\(host.controlPort)/_simulator/\(path)"
        let answer = Shell.curl("-X", method, "-H", "Authorization: Bearer token", "-d", body, url)
        return WireJSON(Array(answer.output.utf8))
    }
}

@Suite struct HostTests {
    @Test("curl adds, reads, changes and removes a user by REST")
    func restByCurl() throws {
        let bench = try HostBench()
        let made = bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v1","password":"p","limit-uptime":"90m"}"#)
        #expect(made.output.hasSuffix("\n201"))
        #expect(made.output.hasPrefix(#"{".id":"*1","#))
        #expect(
            bench.ask("PATCH", "/ip/hotspot/user/*1", #"{"comment":"lango"}"#).output.contains(#""comment":"lango""#))
        let read = Shell.curl("-u", "lango:open", bench.rest + "/ip/hotspot/user?name=v1&.proplist=name,limit-uptime")
        #expect(read.output == #"[{"limit-uptime":"1h30m","name":"v1"}]"#)
        #expect(bench.ask("POST", "/ip/hotspot/user/add", #"{"name":"v2"}"#).output == "{\"ret\":\"*2\"}\n200")
        let count = "{\"count-only\":\"\",\".query\":[\"name=v1\",\"name=v2\",\"#|\"]}"
        #expect(bench.ask("POST", "/ip/hotspot/user/print", count).output == "{\"ret\":\"2\"}\n200")
        #expect(bench.ask("POST", "/ip/hotspot/user/disable", #"{".id":"*2"}"#).output == "[]\n200")
        #expect(bench.ask("DELETE", "/ip/hotspot/user/*1").output == "\n204")
        #expect(bench.ask("DELETE", "/ip/hotspot/user/*1").output == "{\"error\":404,\"message\":\"Not Found\"}\n404")
        #expect(Shell.curl("-I", "-u", "lango:open", bench.rest + "/ip/address").output.contains(" 501 "))
    }

    @Test("TLS shows the certificate whose fingerprint the router names, until it is changed")
    func tls() throws {
        let bench = try HostBench()
        let url = "https://127.0.0.1:\(bench.host.restTLSPort)/rest/certificate?.proplist=fingerprint"
        #expect(Shell.curl("-u", "lango:open", url).code == 60)
        let first = Shell.curl("-k", "-u", "lango:open", url).output
        #expect(first.contains(bench.host.router.certificate?.fingerprint ?? "?"))
        bench.control("POST", "certificate")
        let second = Shell.curl("-k", "-u", "lango:open", url).output
        #expect(second != first)
        #expect(second.contains(bench.host.router.certificate?.fingerprint ?? "?"))
    }

    @Test("A phone goes from redirect to login page, by CHAP online, to status and out again")
    func servlet() throws {
        let bench = try HostBench()
        _ = bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v1","password":"secret"}"#)
        let jar = "/tmp/lango-routersim-jar-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-f", jar) }
        let login = Shell.curl("-L", "-w", "%{url_effective}", bench.phone() + "/any/page")
        #expect(login.output.contains(bench.phone() + "/login?dst="))
        let page = Shell.curl(bench.phone() + "/login").output
        let parts = page.split(separator: "'").filter { $0.hasPrefix("\\") && $0.utf8.count % 4 == 0 }
        let id = try #require(parts.first.flatMap { ChapAnswer.bytes(octal: String($0))?.first })
        let challenge = try #require(parts.dropFirst().first.flatMap { ChapAnswer.bytes(octal: String($0)) })
        #expect(challenge.count == 16)
        let answer = ChapAnswer.hex(id: id, password: "secret", challenge: challenge)
        let post = Shell.curl(
            "-c", jar, "-w", "%{http_code} %{redirect_url}", "-o", "/dev/null", "-d",
            "username=v1&password=\(answer)&dst=\(bench.phone())/any/page", bench.phone() + "/login")
        #expect(post.output == "302 \(bench.phone())/any/page")
        #expect(Shell.curl(bench.phone() + "/any/page").output.contains("Simulated internet"))
        #expect(Shell.curl(bench.phone() + "/status").output.contains("10.5.50.2"))
        #expect(Shell.curl("-o", "/dev/null", "-w", "%{http_code}", bench.phone(2) + "/x").output == "302")
        #expect(Shell.curl(bench.phone() + "/logout").output.contains("Logged out"))
        #expect(Shell.curl("-o", "/dev/null", "-w", "%{http_code}", bench.phone() + "/x").output == "302")
        #expect(
            Shell.curl("-b", jar, "-o", "/dev/null", "-w", "%{http_code}", bench.phone() + "/login").output == "302")
        #expect(Shell.curl(bench.phone() + "/x").output.contains("Simulated internet"))
    }

    @Test("A program names its phone in a header and gets the next address")
    func namedPhone() throws {
        let bench = try HostBench()
        _ = Shell.curl(bench.phone() + "/login")
        _ = Shell.curl("-H", "X-Simulated-Phone: 02:00:00:00:00:77", bench.phone() + "/login")
        let hosts = bench.control("GET", "state")?["hosts"]?.elements ?? []
        #expect(hosts.compactMap { $0["address"]?.text } == ["10.5.50.2", "10.5.50.3"])
        #expect(hosts.last?["mac-address"]?.text == "02:00:00:00:00:77")
    }

    @Test("As a proxy it opens any page when online, and only the walled garden before")
    func proxy() throws {
        let portal = try WireServer()
        defer { portal.stop() }
        let door = try portal.open(IPv4Address(bits: 0x7F00_0001), port: 0) { stream in
            WireHTTP.serve(stream, as: "lango-routersim") { request, _ in
                .answer(WireAnswer(200, body: Array("portal \(request.method) \(request.target) ".utf8) + request.body))
            }
        }
        let bench = try HostBench { $0.router.walledGarden = ["127.0.0.1:\(door.number)"] }
        _ = bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v1","password":"secret"}"#)
        let proxy = bench.phone(2)
        let captive = Shell.curl(
            "-x", proxy, "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "http://example.com/a")
        #expect(captive.output == "302 http://10.5.50.1/login?dst=http%3A%2F%2Fexample.com%2Fa")
        let portalURL = "http://127.0.0.1:\(door.number)/welcome?x=1"
        #expect(Shell.curl("-x", proxy, "-d", "code=7", portalURL).output == "portal POST /welcome?x=1 code=7")
        #expect(Shell.curl("-x", proxy, "https://example.com/").code == 56)
        #expect(Shell.curl("-x", proxy, "-p", portalURL).output == "portal GET /welcome?x=1 ")
        _ = bench.ask("POST", "/ip/hotspot/active/login", #"{"ip":"10.5.50.3","user":"v1","password":"secret"}"#)
        #expect(Shell.curl("-x", proxy, "http://example.com/a").output.contains("example.com"))
        #expect(
            Shell.curl("-x", proxy, "-w", "%{http_code}", "http://connectivitycheck.gstatic.com/generate_204").output
                == "204")
        #expect(Shell.curl("-x", proxy, "http://10.5.50.1/status").output.contains("v1"))
        #expect(Shell.curl("-x", proxy, portalURL).output.contains("portal GET"))
    }

    static let faults: [(fault: String, code: Int32, isCarriedOut: Bool)] = [
        (#"{"fault":"lose-reply","menu":"/ip/hotspot/user","verb":"add"}"#, 52, true),
        (#"{"fault":"close-before","menu":"/ip/hotspot","verb":"add"}"#, 52, false),
        (#"{"fault":"cut","bytes":150}"#, 18, true),
    ]

    @Test("A fault hits the request it was planned for, and only that", arguments: faults)
    func fault(fault: String, code: Int32, isCarriedOut: Bool) throws {
        let bench = try HostBench()
        bench.control("POST", "faults", fault)
        #expect(bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v1"}"#).code == code)
        let users = bench.ask("GET", "/ip/hotspot/user?name=v1")
        #expect(users.output.contains("v1") == isCarriedOut)
        let writes = bench.control("GET", "journal")?["writes"]?.elements ?? []
        #expect(writes.count == (isCarriedOut ? 1 : 0))
    }

    @Test("The n-th matching request is hit")
    func nth() throws {
        let bench = try HostBench()
        bench.control("POST", "faults", #"{"fault":"error-500","menu":"/ip/hotspot/user","verb":"add","nth":2}"#)
        let statuses = (1...3).map { bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v\#($0)"}"#).output.suffix(3) }
        #expect(statuses == ["201", "500", "201"])
        let counts = bench.control("GET", "state")?["requests"]
        #expect(counts?["/ip/hotspot/user add"]?.integer == 3)
    }

    @Test("A router that is down refuses; one that hangs says nothing; both come back")
    func down() throws {
        let bench = try HostBench()
        bench.control("POST", "down")
        #expect(bench.ask("GET", "/system/identity").code == 7)
        bench.control("POST", "up")
        #expect(bench.ask("GET", "/system/identity").output.hasSuffix("200"))
        bench.control("POST", "faults", #"{"fault":"hang"}"#)
        #expect(Shell.curl("-m", "1", "-u", "lango:open", bench.rest + "/system/identity").code == 28)
        bench.control("POST", "faults", #"{"fault":"slow","milliseconds":300}"#)
        #expect(Shell.curl("-m", "0.1", "-u", "lango:open", bench.rest + "/system/identity").code == 28)
        #expect(bench.ask("GET", "/system/identity").output.hasSuffix("200"))
        bench.control("POST", "reboot", #"{"seconds":1}"#)
        #expect(bench.ask("GET", "/system/identity").code == 7)
        bench.control("POST", "up")
        #expect(bench.ask("GET", "/system/identity").output.hasSuffix("200"))
    }

    @Test("The control side wants its token, moves time and phones")
    func control() throws {
        let bench = try HostBench()
        let url = "http://127.0.0.1:\(bench.host.controlPort)/_simulator/state"
        #expect(Shell.curl("-w", "%{http_code}", "-o", "/dev/null", url).output == "401")
        _ = bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v1","password":"s","limit-uptime":"1h"}"#)
        bench.control("POST", "phones/traffic", #"{"phone":1,"up":10,"down":10}"#)
        let login = #"{"ip":"10.5.50.2","user":"v1","password":"s"}"#
        #expect(bench.ask("POST", "/ip/hotspot/active/login", login).output == "[]\n200")
        let outcome = bench.control("POST", "phones/traffic", #"{"mac":"02:4C:47:00:00:01","up":5,"down":500}"#)
        #expect(outcome?["outcome"]?.text == "passed")
        #expect(bench.control("GET", "state")?["sessions"]?.elements?.first?["bytes-out"]?.text == "500")
        bench.control("POST", "clock", #"{"step":86400}"#)
        #expect(bench.control("GET", "state")?["sessions"]?.elements?.count == 1)
        bench.control("POST", "time", #"{"advance":3600}"#)
        #expect(bench.control("GET", "state")?["sessions"]?.elements?.isEmpty == true)
        #expect(
            bench.control("POST", "phones/return", #"{"phone":1,"new-mac":"02:00:00:00:00:55"}"#)?["address"] != nil)
        _ = Shell.curl(bench.phone() + "/login")
        let macs = bench.control("GET", "state")?["hosts"]?.elements?.compactMap { $0["mac-address"]?.text } ?? []
        #expect(macs.contains("02:00:00:00:00:55"))
    }

    @Test("A restart keeps users, counters, cookies, hosts and the certificate")
    func restart() throws {
        let folder = "/tmp/lango-routersim-data-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-rf", folder) }
        var fingerprint = ""
        do {
            let bench = try HostBench { $0.dataFolder = folder }
            fingerprint = bench.host.router.certificate?.fingerprint ?? ""
            _ = bench.ask("PUT", "/ip/hotspot/user", #"{"name":"v1","password":"s"}"#)
            bench.control("POST", "phones/traffic", #"{"phone":1}"#)
            _ = bench.ask("POST", "/ip/hotspot/active/login", #"{"ip":"10.5.50.2","user":"v1","password":"s"}"#)
            bench.control("POST", "phones/traffic", #"{"phone":1,"up":1000,"down":7000}"#)
            bench.control("POST", "time", #"{"advance":60}"#)
        }
        let again = try HostBench { $0.dataFolder = folder }
        #expect(again.host.router.certificate?.fingerprint == fingerprint)
        let state = again.control("GET", "state")
        let user = state?["users"]?.elements?.first { $0["name"]?.text == "v1" }
        #expect(user?["bytes-out"]?.text == "7000")
        #expect(user?["uptime"]?.text == "1m")
        #expect(user?[".id"]?.text == "*1")
        #expect(state?["hosts"]?.elements?.first?["address"]?.text == "10.5.50.2")
        #expect(state?["sessions"]?.elements?.isEmpty == true)
        let next = again.ask("POST", "/ip/hotspot/user/add", #"{"name":"v2"}"#)
        #expect(next.output == "{\"ret\":\"*2\"}\n200")
    }

    @Test("Fifty routers share one server, each with its own users")
    func fleet() throws {
        let server = try WireServer()
        defer { server.stop() }
        let hosts = try (0..<50).map { number in
            var settings = RouterHost.Settings()
            settings.phones = 0
            settings.router.identity = "router-\(number)"
            settings.router.password = Secret("open")
            return try RouterHost(settings, on: server)
        }
        defer { for host in hosts { host.stop() } }
        for (number, host) in hosts.enumerated() where number % 10 == 0 {
            let url = "http://127.0.0.1:\(host.restPort)/rest/system/identity"
            #expect(Shell.curl("-u", "lango:open", url).output == #"{"name":"router-\#(number)"}"#)
        }
    }

    @Test("A service closes on clients that it does not take")
    func closedService() throws {
        let bench = try HostBench()
        #expect(bench.ask("PATCH", "/ip/service/*2", #"{"address":"10.0.0.0/8"}"#).output.hasSuffix("200"))
        #expect(bench.ask("GET", "/system/identity").code == 52)
        let secure = "https://127.0.0.1:\(bench.host.restTLSPort)/rest/system/identity"
        #expect(Shell.curl("-k", "-u", "lango:open", secure).output == #"{"name":"MikroTik"}"#)
    }

    static var hasNode: Bool { Shell.run("node", "-e", "").code == 0 }

    @Test("The login page's own script makes the same answer", .enabled(if: hasNode, "node is not installed"))
    func script() {
        let script = (ServletPages.page("md5.js") ?? "") + ";process.stdout.write(hexMD5('\\371test\\357\\015'))"
        let answer = ChapAnswer.hex(id: 0o371, password: "test", challenge: [0o357, 0o15])
        #expect(Shell.run("node", "-e", script).output == answer)
    }

    static let commandLines: [(words: [String], flaw: String?)] = [
        (["--version", "7.16.2", "--rest-port=0", "--walled-garden", "a:1", "--exit-with-parent"], nil),
        (["--version", "6.39"], "--version: 6.40 to 7.24"), (["--rest-port", "70000"], "--rest-port: 0 to 65535"),
        (["--nonsense", "1"], "--nonsense is no option"), (["--data"], "--data wants a value"),
        (["--login-by", "smoke"], "--login-by: input does not match any value of login-by"),
    ]

    @Test("The command line is read, its mistakes are named", arguments: commandLines)
    func options(words: [String], flaw: String?) {
        do throws(SimulatorOptions.Flaw) {
            _ = try SimulatorOptions(words)
            #expect(flaw == nil)
        } catch {
            #expect(error.words == flaw)
        }
    }
}
