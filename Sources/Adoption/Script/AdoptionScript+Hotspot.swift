import Provisioning
import Values

extension AdoptionScript {
    /// Lets phones reach the portal before they are online.
    ///
    /// A name stands in both tables: the one looks into HTTP, the other lets HTTPS through (FACTS 6.9).
    var garden: ScriptSection {
        let comment = ScriptText.quoted(brief.mark.comment)
        let portal = brief.portal
        let target = portal.address.map { "dst-address=\($0)" } ?? "dst-host=\(ScriptText.quoted(portal.host))"
        var commands = [
            """
            :if ([:len [/ip hotspot walled-garden ip find comment=\(comment)]] = 0) do={
                /ip hotspot walled-garden ip add action=accept protocol=tcp dst-port=\(portal.port) \(target) comment=\(comment)
            }
            """
        ]
        if portal.address == nil {
            commands.append(
                """
                :if ([:len [/ip hotspot walled-garden find comment=\(comment)]] = 0) do={
                    /ip hotspot walled-garden add action=allow dst-host=\(ScriptText.quoted(portal.host)) comment=\(comment)
                }
                """)
        }
        return ScriptSection(
            title: "The portal in the walled garden",
            text: ScriptText.when(
                "$hotspot", commands.map { ScriptText.parsed($0) }.joined(separator: "\n")))
    }

    /// Our pages in a folder of our own, and the profiles that show the factory's folder turned to it.
    var pages: ScriptSection {
        let own = brief.mark.name
        let isWanted = brief.options.pages == .all ? "true" : "$folder = \"hotspot\" or $folder = \"flash/hotspot\""
        let names = brief.pages.map { "\"\($0)\"" }.joined(separator: ";")
        let commands = """
            :foreach server in=[/ip hotspot find\(brief.options.server.map { " name=\(ScriptText.quoted($0))" } ?? "")] do={
                :local wears [/ip hotspot get $server profile]
                :local row [:pick [/ip hotspot profile find name=$wears] 0]
                :local folder [:tostr [/ip hotspot profile get $row html-directory]]
                :local target "\(own)"
                :if ($folder ~ "^flash/") do={ :set target "flash/\(own)" }
                :local isOurs ($folder = $target)
                :if ($isOurs or \(isWanted)) do={
                    :local isWhole true
                    :foreach page in={\(names)} do={
                        :do {
                            /tool fetch url=("\(brief.link)/pages/" . $page) dst-path=($target . "/" . $page)\(brief.check)
                        } on-error={ :set isWhole false }
                    }
                    :if ($isWhole and !$isOurs) do={
            \(ScriptText.indented(remember(each: "pages", "$row", "$folder"), by: 3))
                        /ip hotspot profile set $row html-directory=$target
                    }
                    :if (!$isWhole) do={ \(ScriptText.say("some pages of the hotspot could not be fetched; the profile ", "$wears", ScriptText.quoted(" keeps its own until this is run again."))) }
                } else={ \(ScriptText.say("the hotspot profile ", "$wears", ScriptText.quoted(" shows pages of its own, which stay. Make a new line with all pages to replace them."))) }
            }
            """
        return ScriptSection(
            title: "The pages of the hotspot",
            text: ScriptText.when("$hotspot and $fetches", ScriptText.parsed(commands)))
    }

    /// Like `ScriptText.remember`, for one of several rows: the name ends with the row's id.
    private func remember(each what: String, _ row: String, _ value: String) -> String {
        let name = "(\(ScriptText.quoted(brief.mark.memory(of: what) + " ")) . [:tostr \(row)])"
        return ScriptText.remember(name, value)
    }

    /// Asks a RADIUS server for hotspot users, PPP users or both.
    func radius(_ radius: AdoptionOptions.RADIUS) -> ScriptSection {
        let comment = ScriptText.quoted(brief.mark.comment)
        let services = radius.services.map(\.rawValue).joined(separator: ",")
        let secret = ScriptText.quoted(brief.radiusSecret?.revealed ?? "")
        let values = "service=\(services) address=\(radius.address) secret=\(secret) timeout=3s"
        var text = """
            :if ([:len [/radius find comment=\(comment)]] = 0) do={
                /radius add \(values) comment=\(comment)
            } else={
                /radius set [find comment=\(comment)] \(values)
            }

            """
        if radius.services.contains(.ppp) {
            text += """
                :if ([:tostr [/ppp aaa get use-radius]] = "false") do={
                \(ScriptText.indented(ScriptText.remember(memory(of: "ppp radius"), "\"no\"")))
                    /ppp aaa set use-radius=yes
                }

                """
        }
        if radius.services.contains(.hotspot) {
            text += ScriptText.when("$hotspot", ScriptText.parsed(hotspotRADIUS))
        }
        return ScriptSection(title: "The RADIUS server", text: text)
    }

    private var hotspotRADIUS: String {
        """
        :foreach server in=[/ip hotspot find\(brief.options.server.map { " name=\(ScriptText.quoted($0))" } ?? "")] do={
            :local wears [/ip hotspot get $server profile]
            :local row [:pick [/ip hotspot profile find name=$wears] 0]
            :if ([:tostr [/ip hotspot profile get $row use-radius]] = "false") do={
        \(ScriptText.indented(remember(each: "radius", "$row", "\"no\""), by: 2))
                /ip hotspot profile set $row use-radius=yes
            }
        }
        """
    }
}
