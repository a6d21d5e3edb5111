import Testing
import Values
import Wires

@testable import RouterSimulator

@Suite struct APIStreamTests {
    @Test("A listener hears of additions, changes and removals until it is cancelled")
    func listen() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var listener = try APIBench(host)
        var writer = try APIBench(host)
        listener.say("/ip/hotspot/user/listen", "=.proplist=name,comment", ".tag=10")
        #expect(listener.ask("/system/identity/print") == [["!re", "=name=MikroTik"], ["!done"]])
        _ = writer.ask("/ip/hotspot/user/add", "=name=v1")
        #expect(listener.next() == ["!re", ".tag=10", "=.id=*1", "=name=v1"])
        _ = writer.ask("/ip/hotspot/user/set", "=.id=*1", "=comment=new")
        #expect(listener.next() == ["!re", ".tag=10", "=.id=*1", "=name=v1", "=comment=new"])
        _ = writer.ask("/ip/hotspot/user/remove", "=.id=*1")
        #expect(listener.next() == ["!re", ".tag=10", "=.id=*1", "=.dead=true"])
        listener.say("/cancel", "=tag=10", ".tag=20")
        let end = [
            ["!trap", ".tag=10", "=category=2", "=message=interrupted"], ["!done", ".tag=20"], ["!done", ".tag=10"],
        ]
        #expect(listener.hear(done: 2) == end)
        _ = writer.ask("/ip/hotspot/user/add", "=name=v2")
        #expect(listener.ask("/system/identity/print") == [["!re", "=name=MikroTik"], ["!done"]])
    }

    @Test("Cancel without a tag ends everything but itself")
    func cancelAll() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        client.say("/log/listen", ".tag=1")
        client.say("/ip/pool/listen", ".tag=2")
        client.say("/cancel", ".tag=3")
        let sentences = client.hear(done: 3)
        #expect(sentences.filter { $0.first == "!trap" }.count == 2)
        #expect(Set(sentences.filter { $0.first == "!done" }.map { $0.last }) == [".tag=1", ".tag=2", ".tag=3"])
        #expect(client.ask("/cancel", "=tag=9") == [["!done"]])
    }

    @Test("A device that logs in shows up in the listeners of sessions and log")
    func sessions() throws {
        let host = try RouterHost.bench { $0.phones = 1 }
        defer { host.stop() }
        try host.router.perform(RouterCommand("/ip/hotspot/user", "add", ["name": "v1", "password": "p"]))
        host.router.with { _ = $0.traffic(Bench.phone, up: 0, down: 0, at: $1) }
        var client = try APIBench(host)
        client.say("/ip/hotspot/active/listen", "=.proplist=user,address", ".tag=1")
        client.say("/system/identity/print")
        _ = client.hear()
        try host.router.perform(
            RouterCommand("/ip/hotspot/active", "login", ["ip": "10.5.50.2", "user": "v1", "password": "p"]))
        let row = client.next() ?? []
        #expect(row.prefix(2) == ["!re", ".tag=1"] && row.suffix(2) == ["=user=v1", "=address=10.5.50.2"])
        // Traffic counts and is no change.
        host.router.with { _ = $0.traffic(Bench.phone, up: 10, down: 10, at: $1) }
        #expect(client.ask("/system/identity/print") == [["!re", "=name=MikroTik"], ["!done"]])
    }

    @Test("A monitor sends its row again and again until it is cancelled")
    func monitor() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        let once = client.ask("/interface/monitor-traffic", "=interface=ether1", "=once=")
        #expect(once.count == 2)
        client.say("/ping", "=address=10.0.0.1", ".tag=a")
        let first = client.next() ?? []
        #expect(first.contains("=seq=0") && first.contains(".tag=a"))
        let second = client.next() ?? []
        #expect(second.contains("=seq=1"))
        #expect(client.ask("/cancel", "=tag=a").first == ["!trap", ".tag=a", "=category=2", "=message=interrupted"])
        #expect(client.next() == ["!done", ".tag=a"])
    }

    @Test("A command that is slow lets others pass")
    func inFlight() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        host.router.plan(Fault(.slow(300), door: .api, menu: "/ip/pool"))
        client.say("/ip/pool/print", "=count-only=", ".tag=slow")
        client.say("/ip/address/print", "=count-only=", ".tag=quick")
        #expect(client.hear(done: 2).map { $0.contains(".tag=quick") } == [true, false])
    }

    @Test("Many commands in one packet are all answered")
    func pipelined() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        let many = (0..<200).flatMap { APISentence(["/ip/hotspot/user/add", "=name=u\($0)", ".tag=\($0)"]).bytes }
        client.say(bytes: many)
        let done = client.hear(done: 200)
        #expect(done.map { $0[1] } == (0..<200).map { ".tag=\($0)" })
        #expect(host.router.with { machine, _ in machine.records(of: "/ip/hotspot/user").count } == 201)
    }
}

@Suite struct APIFaultTests {
    static let endings: [(kind: Fault.Kind, arrives: Int, isCarriedOut: Bool)] = [
        (.loseReply, 0, true), (.closeBefore, 0, false), (.cut(5), 5, true),
    ]

    @Test("A connection that breaks shows so much of the answer", arguments: endings)
    func breaks(kind: Fault.Kind, arrives: Int, isCarriedOut: Bool) throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        host.router.plan(Fault(kind, door: .api, menu: "/ip/hotspot/user", verb: "add"))
        #expect(client.ask("/ip/hotspot/user/add", "=name=v1") == [])
        #expect(client.next() == nil)
        var again = try APIBench(host)
        let count = again.ask("/ip/hotspot/user/print", "=count-only=", "?name=v1")
        #expect(count == [["!done", isCarriedOut ? "=ret=1" : "=ret=0"]])
    }

    @Test("A fault for one door leaves the other alone; a trap leaves the connection")
    func doors() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        host.router.plan(Fault(.error500, door: .rest, times: nil))
        var client = try APIBench(host)
        #expect(client.ask("/system/identity/print").count == 2)
        host.router.clearFaults()
        host.router.plan(Fault(.error500, door: .api))
        #expect(client.ask("/system/identity/print") == [["!trap", "=message=action failed (6)"], ["!done"]])
        #expect(client.ask("/system/identity/print").count == 2)
    }

    @Test("A login can hang until faults are cleared; then the connection ends")
    func hang() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        host.router.plan(Fault(.hang, door: .api, menu: "/login"))
        var client = try APIBench(host, password: nil)
        client.say("/login", "=name=lango", "=password=open")
        WireThread.start {
            WireThread.pause(milliseconds: 200)
            host.router.clearFaults()
        }
        #expect(client.next() == nil)
        var again = try APIBench(host)
        #expect(again.ask("/system/identity/print").count == 2)
    }

    @Test("A router that goes down drops its clients and refuses new ones; its sessions are forgotten")
    func down() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host)
        #expect(client.ask("/user/active/print", "=count-only=") == [["!done", "=ret=1"]])
        host.router.with { $0.reboot(at: $1) }
        host.closeDoors()
        #expect(client.next() == nil)
        #expect(throws: WireError.self) { _ = try APIBench(host) }
        try host.reopenDoors()
        var again = try APIBench(host)
        #expect(again.ask("/user/active/print", "=count-only=") == [["!done", "=ret=1"]])
        host.router.with { $0.resetTables(at: $1) }
        #expect(again.ask("/ip/hotspot/user/print", "=count-only=") == [["!done", "=ret=1"]])
    }

    @Test("Bytes that are no sentences end the connection; a service closes on strangers")
    func nonsense() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        var client = try APIBench(host, password: nil)
        client.say(bytes: [0xFF, 0x01])
        #expect(client.next() == nil)
        try host.router.perform(RouterCommand("/ip/service", "set", [".id": "api", "address": "10.0.0.0/8"]))
        var stranger = try APIBench(host, password: nil)
        #expect(stranger.ask("/login") == [])
    }

    @Test("TLS shows the present certificate; without one nothing but anonymous key exchange is offered")
    func certificate() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let ask = { (more: String) in
            let client =
                "timeout 10 openssl s_client -connect 127.0.0.1:\(host.apiTLSPort) \(more) </dev/null 2>/dev/null"
            return Shell.run("sh", "-c", client + " | openssl x509 -noout -fingerprint -sha256 2>/dev/null").output
                .split(separator: "=").last.map { $0.filter(\.isHexDigit).lowercased() } ?? ""
        }
        let first = ask("")
        #expect(first == host.router.certificate?.fingerprint)
        try host.changeCertificate()
        #expect(ask("") == host.router.certificate?.fingerprint && ask("") != first)
        try host.router.perform(RouterCommand("/ip/service", "set", [".id": "api-ssl", "certificate": "none"]))
        #expect(ask("") == "")
        let anonymous =
            "timeout 10 openssl s_client -connect 127.0.0.1:\(host.apiTLSPort) -tls1_2 -cipher ADH:@SECLEVEL=0 </dev/null"
        #expect(Shell.run("sh", "-c", anonymous).output.contains("Cipher is ADH"))
    }

    @Test("A service has so many sessions and no more; a restart ends them")
    func sessions() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        try host.router.perform(RouterCommand("/ip/service", "set", [".id": "api", "max-sessions": "2"]))
        var first = try APIBench(host)
        var second = try APIBench(host)
        var third = try APIBench(host, password: nil)
        #expect(third.next() == nil)
        #expect(second.ask("/quit").count == 1)
        #expect(second.next() == nil)
        var fourth = try APIBench(host)
        #expect(fourth.ask("/system/identity/print").count == 2)
        #expect(first.ask("/system/reboot") == [["!done"]])
        #expect(first.next() == nil)
    }
}
