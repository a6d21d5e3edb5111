import Glibc
import Values
import Wires

/// The program `lango-routersim`: options, start, the line that says it is ready, an orderly end.
package enum RouterSimulatorProgram {
    /// Runs until a signal ends it; returns the exit code (0 done, 1 failed, 64 misused).
    package static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") {
            WireConsole.say(help, to: 1)
            return 0
        }
        do {
            let options = try SimulatorOptions(
                arguments, password: unsafe getenv("LANGO_ROUTERSIM_PASSWORD").map { unsafe String(cString: $0) })
            // Before the first thread, so that every thread leaves the signals to `sigwait`.
            var signals = WireSignals.block()
            let parent = options.exitsWithParent ? getppid() : nil
            let routers = try options.fleet()
            guard options.routers == nil else {
                let fleet = try RouterFleet(
                    routers, controlPort: options.host.controlPort, controlToken: options.host.controlToken)
                WireConsole.say(
                    "lango-routersim: \(routers.count) simulated routers are running; no MikroTik product", to: 2)
                WireConsole.say(ready(fleet), to: 1)
                WireSignals.awaitEnd(&signals, parent: parent)
                fleet.stop()
                return 0
            }
            let host = try RouterHost(options.host)
            WireConsole.say("lango-routersim: a simulated router is running; it is no MikroTik product", to: 2)
            WireConsole.say(ready(host), to: 1)
            WireSignals.awaitEnd(&signals, parent: parent)
            host.stop()
            return 0
        } catch let flaw as SimulatorOptions.Flaw {
            WireConsole.say("lango-routersim: \(flaw.words); --help tells what there is", to: 2)
            return 64
        } catch {
            WireConsole.say("lango-routersim: \(error)", to: 2)
            return 1
        }
    }

    /// One line of JSON.
    private static func ready(_ host: RouterHost) -> String {
        var members = host.report.members ?? [:]
        members["phones"] = .object([
            "url": .string("http://127.0.0.1:\(host.phonePort)"), "port": .number(host.phonePort),
            "count": .number(host.settings.phones),
        ])
        members["control"] = control(port: host.controlPort, token: host.controlToken)
        return line(members)
    }

    /// One line of JSON for all routers.
    private static func ready(_ fleet: RouterFleet) -> String {
        line(["routers": fleet.report, "control": control(port: fleet.controlPort, token: fleet.controlToken)])
    }

    private static func control(port: UInt16, token: String) -> WireJSON {
        .object([
            "url": .string("http://127.0.0.1:\(port)/_simulator"), "port": .number(port), "token": .string(token),
        ])
    }

    private static func line(_ members: [String: WireJSON]) -> String {
        let line = WireJSON.object(members.merging(["simulator": .string("lango-routersim")]) { $1 })
        return String(decoding: line.bytes, as: UTF8.self)
    }

    private static let help = """
        lango-routersim: a simulated MikroTik router with a hotspot, for demonstrations and tests.

        It is no MikroTik product and says so on every page. It listens on loopback only.

          --data DIR               keep users, cookies and counters there
          --rest-port N            REST over HTTP (0: any free port)
          --rest-tls-port N        REST over HTTPS with a self-signed certificate
          --api-port N             the binary API
          --api-tls-port N         the binary API over TLS, with the same certificate
          --ssh-port N             the console over SSH: one line a channel, no interactive shell
          --phone-port N           the phones' side, on 127.0.0.1 to 127.0.0.8: each address is one phone
          --phones N               how many phones have an address of their own (default 8)
          --control-port N         faults, time, phones and state: /_simulator/…
          --control-token TEXT     what clients of the control side show (default: made up and printed)
          --version 7.16.2         the release to imitate, 6.40 to 7.24
          --user NAME              the API user (default lango)
          --password TEXT          its password; or LANGO_ROUTERSIM_PASSWORD, which no list of processes shows
          --portal-files DIR       pages of the hotspot servlet; goes to hotspot/ on the router's flash
          --hotspot-name NAME      the hotspot server (default hotspot1)
          --login-by WORDS         RouterOS's login-by (default cookie,http-chap)
          --walled-garden HOST[:PORT]   reachable before the login; may be repeated
          --identity NAME          /system/identity
          --packages NAMES         what there is beside the system: user-manager,routerboard
          --script FILE            lines of the console that a new router starts with, as an export has them;
                                   what goes wrong stands in its log
          --exit-with-parent       end when the program that started this one ends

        Many routers in one process, each with its own doors, tables, clock and faults, without phones of their own:

          --routers N              how many; the control side lists them at /_simulator/routers and knows them
                                   as /_simulator/routers/1/… to N, all of them as /_simulator/routers/all/…
          --versions A,B,…         what they imitate, in turn
          --first-port N           five ports a router in a row: REST, REST over TLS, API, API over TLS, SSH
          --fleet FILE             a JSON array, an object a router: its options without the dashes

        The control side takes JSON, with the header "Authorization: Bearer TOKEN":

          GET  /_simulator/state          sessions, hosts, cookies, users, log, requests counted
          GET  /_simulator/journal        the writes that were carried out; DELETE forgets them
          POST /_simulator/faults         {"fault":"lose-reply","menu":"/ip/hotspot/user","verb":"add","nth":2,"times":1}
                                          lose-reply, close-before, error-500, hang, slow (milliseconds), cut (bytes);
                                          times 0: every time; "door":"rest", "api" or "ssh" hits only that one;
                                          the menu "/login" is the login of API and SSH, there with the verbs
                                          "connect" and "login"; DELETE ends all
          POST /_simulator/down           refuse connections to REST, API and SSH; up: take them again; both know "door"
          POST /_simulator/reboot         {"seconds":5}
          POST /_simulator/power-cut      {"seconds":5,"lose-clock":true,"ntp-after":60}
          POST /_simulator/reset          back to the tables of a new router
          POST /_simulator/certificate    show another certificate; with "door":"ssh" another host key
          POST /_simulator/device-mode    {"hotspot":false}
          POST /_simulator/clock          {"step":-3600,"drift":200,"gmt-offset":10800}: what the router believes
          POST /_simulator/time           {"advance":3600}: what really passes
          POST /_simulator/save           write the counters to the flash
          POST /_simulator/phones/traffic {"phone":1,"up":1000,"down":500000}, or "mac" instead of "phone"
          POST /_simulator/phones/leave   {"phone":1}
          POST /_simulator/phones/return  {"phone":1,"new-mac":"02:00:00:00:00:99"}
          POST /_simulator/ppp/dial       {"user":"a","password":"p","mac":"02:00:00:00:00:01"}: a subscriber's modem
          POST /_simulator/ppp/traffic    {"user":"a","up":1000,"down":500000}
          POST /_simulator/ppp/hang-up    {"user":"a"}

        A phone opens http://127.0.0.N:PORT/ as "any page", or uses that address as its HTTP proxy and opens any
        page there is. Programs name their phone in the header "X-Simulated-Phone: MAC".
        """
}
