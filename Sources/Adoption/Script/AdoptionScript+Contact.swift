import RouterOS

extension AdoptionScript {
    /// A tunnel that the router opens and keeps open; WireGuard, from version 7 on.
    func tunnel(_ tunnel: AdoptionOptions.Tunnel) -> ScriptSection {
        let (name, comment) = (ScriptText.quoted(brief.mark.name), ScriptText.quoted(brief.mark.comment))
        let commands = [
            """
            :if ([:len [/interface wireguard find name=\(name)]] = 0) do={
                /interface wireguard add name=\(name) listen-port=\(listenPort) comment=\(comment)
            }
            """,
            """
            :if ([:len [/interface wireguard peers find comment=\(comment)]] = 0) do={
                /interface wireguard peers add interface=\(name) public-key=\(ScriptText.quoted(tunnel.publicKey)) endpoint-address=\(ScriptText.quoted(tunnel.host)) endpoint-port=\(tunnel.port) allowed-address=\(tunnel.ourAddress)/32 persistent-keepalive=25s comment=\(comment)
            }
            """,
            """
            :if ([:len [/ip address find comment=\(comment)]] = 0) do={
                /ip address add address=\(tunnel.routerAddress)/32 network=\(tunnel.ourAddress) interface=\(name) comment=\(comment)
            }
            """,
        ]
        return ScriptSection(
            title: "A tunnel to Lango",
            text: ScriptText.when("$major >= 7", commands.map { ScriptText.parsed($0) }.joined(separator: "\n")))
    }

    /// A port of its own: several tunnels of a router must not share one.
    var listenPort: Int { 40_000 + Int((UInt32(brief.mark.description, radix: 16) ?? 0) % 20_000) }

    /// The script by which the router comes by itself, where it cannot be called.
    var calls: ScriptSection {
        ScriptSection(
            title: "A script that asks Lango for work, every few seconds",
            text: """
                :if (!$fetches) do={
                    \(ScriptText.stop("this router may not use fetch, so that it cannot call Lango. Allow it: /system device-mode update fetch=yes, then run this again."))
                }
                \(brief.pulling.commands)
                """)
    }

    /// What ends access on time while Lango cannot; a router that may not schedule anything is told so.
    var guardian: ScriptSection {
        ScriptSection(
            title: "What ends access on time while Lango cannot be reached",
            text: """
                :do {
                    :if ($major >= 7 and [:tostr \(ScriptText.parsed("/system device-mode get scheduler"))] = "false") do={
                        \(ScriptText.say("the device-mode forbids the scheduler, so that access which ends by the clock ends late while Lango cannot be reached. Allow it with /system device-mode update scheduler=yes and press the button within five minutes."))
                    }
                } on-error={}
                \(GuardScript.commands)
                """)
    }

    /// What the report says of the way in.
    private var way: String {
        guard brief.options.service != .pull else {
            return ":local news (\"version \" . $running . \"\\nservice pull\\n\")"
        }
        let console = brief.options.comesOverSSH ? "ssh-port \" . $sshPort . \"\\n" : ""
        return """
            :local news ("version " . $running . "\\nservice \(brief.service)\\nport " . $port . "\\n\(console)")
            :do {
                :local worn [:tostr [/ip service get $door certificate]]
                :set news ($news . "fingerprint " . [:tostr [/certificate get [find name=$worn] fingerprint]] . "\\n")
            } on-error={}
            """
    }

    /// Tells us that it is done, with what we must know to come in: nobody needs to compare fingerprints by hand.
    var report: ScriptSection {
        let key = ScriptText.parsed(
            "/interface wireguard get [find name=\(ScriptText.quoted(brief.mark.name))] public-key")
        let tunnel = """
            :do { :set news ($news . "tunnel-key " . [:tostr \(key)] . "\\n") } on-error={}

            """
        return ScriptSection(
            title: "The report",
            text: """
                \(way)
                \(brief.options.tunnel == nil ? "" : tunnel):if ($fetches) do={
                    :do {
                        /tool fetch url=\(ScriptText.quoted(brief.link + "/reports")) http-method=post http-data=$news output=none\(brief.check)
                        \(ScriptText.say("done. The router is in service."))
                    } on-error={
                        \(ScriptText.say("everything is set up, but the report did not reach Lango. Run this again, or confirm the router's certificate in the back office."))
                    }
                } else={
                    \(ScriptText.say("done. Confirm the router's certificate in the back office."))
                }
                """)
    }
}
