import Values

extension AdoptionScript {
    /// What our user may do, and nothing more.
    ///
    /// `read,write,test,api` was enough for all of the hotspot's work (FACTS 1.1), `reboot` is for a restart that staff
    /// ask for, `ftp` for the files of backups. `rest-api` is a word that version 6 refuses.
    private var policies: String { "read,write,test,api,reboot,ftp" + (brief.options.comesOverSSH ? ",ssh" : "") }

    /// Our user and its group; it comes in from our addresses alone.
    var account: ScriptSection {
        let (name, comment) = (ScriptText.quoted(brief.mark.name), ScriptText.quoted(brief.mark.comment))
        let addresses = ScriptText.quoted(admitted)
        let password = ScriptText.quoted(brief.password.revealed)
        return ScriptSection(
            title: "A user for Lango, with no more rights than it needs",
            text: """
                :local rights "\(policies)"
                :if ($major >= 7) do={ :set rights ($rights . ",rest-api") }
                :if ([:len [/user group find name=\(name)]] = 0) do={
                    /user group add name=\(name) policy=$rights
                } else={
                    /user group set [find name=\(name)] policy=$rights
                }
                :if ([:len [/user find name=\(name)]] = 0) do={
                    /user add name=\(name) group=\(name) password=\(password) address=\(addresses) comment=\(comment)
                } else={
                    /user set [find name=\(name)] group=\(name) password=\(password) address=\(addresses) disabled=no
                }
                """)
    }

    var admitted: String { brief.options.admitted.map(\.description).joined(separator: ",") }

    /// A certificate that the router signs itself, where the service has none.
    ///
    /// Without one it offers anonymous encryption only (FACTS 2.5). A small board takes a minute for the key.
    var certificate: ScriptSection {
        let name = ScriptText.quoted(brief.mark.name)
        return ScriptSection(
            title: "A certificate for the service, where it has none",
            text: """
                :local doors [/ip service find name="\(brief.service)"]
                :if ($major >= 7) do={ :set doors [/ip service find name="\(brief.service)" dynamic=no] }
                :local door [:pick $doors 0]
                :local shown [:tostr [/ip service get $door certificate]]
                :if ($shown = "" or $shown = "none" or $shown = "*0") do={
                    :if ([:len [/certificate find name=\(name)]] = 0) do={
                        /certificate add name=\(name) common-name=\(name) days-valid=3650 key-size=2048
                    }
                    :if ([:len [:tostr [/certificate get [find name=\(name)] fingerprint]]] = 0) do={
                        \(ScriptText.say("makes a certificate; a small router takes a minute or two for it."))
                        :do { /certificate sign \(name) } on-error={}
                    }
                    :local rounds 60
                    :while ($rounds > 0 and [:len [:tostr [/certificate get [find name=\(name)] fingerprint]]] = 0) do={
                        :set rounds ($rounds - 1)
                        :delay 2s
                    }
                    :if ($rounds = 0) do={
                        \(ScriptText.stop("the router has made no certificate. Run this again; if that does not help, assign a certificate to the service \(brief.service) yourself."))
                    }
                    /ip service set $door certificate=\(name)
                }
                """)
    }

    /// The service by which we come, open to our addresses.
    var service: ScriptSection {
        ScriptSection(title: opening(brief.service), text: opened(brief.service))
    }

    /// SSH beside it, in a block of its own.
    var console: ScriptSection {
        let door = "[/ip service find name=\"ssh\"]", fixed = "[/ip service find name=\"ssh\" dynamic=no]"
        return ScriptSection(
            title: opening("ssh"),
            text: """
                :local sshDoors \(door)
                :if ($major >= 7) do={ :set sshDoors \(fixed) }
                :local sshPort [/ip service get [:pick $sshDoors 0] port]
                {
                    :local door [:pick $sshDoors 0]
                \(ScriptText.indented(opened("ssh")))
                }
                """)
    }

    private func opening(_ service: String) -> String {
        "The service \(service), open to Lango's addresses beside those that it was open to"
    }

    /// Opens the service of `$door` to our addresses beside those that it was open to; one that was open to everybody
    /// stays so.
    ///
    /// From 7.24 on the addresses are called `available-from` (FACTS 1.1).
    private func opened(_ service: String) -> String {
        let own = brief.options.admitted.map { "\"\($0)\"" }.joined(separator: ";")
        let row = "[:pick [/ip service find name=\"\(service)\""
        let set = ScriptText.quoted("/ip service set \(row)"), get = ScriptText.quoted("/ip service get \(row)")
        return """
            :local fixed "] 0]"
            :if ($major >= 7) do={ :set fixed " dynamic=no] 0]" }
            :local property "address"
            :if ($release >= 724) do={ :set property "available-from" }
            :local before ""
            :foreach range in=[:toarray [[:parse (\(get) . $fixed . " " . $property)]]] do={
                :if ([:len [:tostr $range]] > 0) do={ :set before ($before . "," . [:tostr $range]) }
            }
            :local after $before
            :foreach range in={\(own)} do={
                :if ([:typeof [:find ($after . ",") ("," . $range . ",")]] != "num") do={ :set after ($after . "," . $range) }
            }
            :local closed [:tostr [/ip service get $door disabled]]
            :if ($closed = "false" and $before = "") do={ :set after "" }
            :if ($closed = "true" or $before != $after) do={
                \(Indented(ScriptText.remember(memory(of: "service \(service)"), "$closed . \" \" . [:pick $before 1 [:len $before]]"), by: 1))
                [[:parse (\(set) . $fixed . " disabled=no " . $property . "=\\"" . [:pick $after 1 [:len $after]] . "\\"")]]
            }
            """
    }

    func memory(of what: String) -> String { ScriptText.quoted(brief.mark.memory(of: what)) }

    /// Rules that let our addresses through, before all others, where the firewall drops anything that comes in.
    var firewall: ScriptSection {
        let comment = brief.mark.comment
        let ports = [("", "$port")] + (brief.options.comesOverSSH ? [(" ssh", "$sshPort")] : [])
        let rules = ports.flatMap { word, port in
            brief.options.admitted.enumerated().map { index, range in
                let name = ScriptText.quoted(comment + word + (index == 0 ? "" : " \(index + 1)"))
                return """
                    :if ([:len [/ip firewall filter find comment=\(name)]] = 0) do={
                        /ip firewall filter add chain=input action=accept protocol=tcp dst-port=\(port) src-address=\(range) comment=\(name) place-before=$first
                    }
                    """
            }
        }
        return ScriptSection(
            title: "Lango's addresses before the rules of the firewall that drop",
            text: """
                :local port [/ip service get $door port]
                :local drops [/ip firewall filter find chain="input" and disabled=no and dynamic=no and (action="drop" or action="reject")]
                :if ([:len $drops] > 0) do={
                    :local first [:pick [/ip firewall filter find chain="input" and dynamic=no] 0]
                \(ScriptText.indented(rules.joined(separator: "\n")))
                }
                """)
    }
}

/// Further lines of an interpolated text, behind the blanks of the first.
private struct Indented: CustomStringConvertible {
    let description: String

    init(_ text: String, by levels: Int) {
        description = String(ScriptText.indented(text, by: levels).drop { $0 == " " })
    }
}
