import RouterOS

/// The script that undoes an adoption: takes away what carries our mark, gives back the values that were there before,
/// and touches nothing that somebody has changed meanwhile.
package struct ReleaseScript: Sendable {
    let mark: RouterMark
    /// The addresses that the service was opened to.
    let ours: [AddressPrefix]
    /// Where the router reports, as in `AdoptionBrief`.
    let link: String
    let checksCertificate: Bool

    package init(_ mark: RouterMark, undoing options: AdoptionOptions, link: String) {
        self.mark = mark
        ours = options.admitted
        self.link = link
        checksCertificate = options.checksCertificate
    }

    package var text: String {
        let body = sections.map(\.lines).joined(separator: "\n")
        return "# Lango leaves this router; it may run again, and changes nothing then.\n{\n\(body)}\n"
    }

    /// Our user goes last: by then nothing is left that it would be needed for.
    var sections: [ScriptSection] {
        [
            version, guardian, vouchers, lines, profiles, radius, garden, tunnel, firewall, service, calls, account,
            report,
        ]
    }

    private var version: ScriptSection {
        ScriptSection(
            title: "Which version this is",
            text: """
                \(Preflight.version.text)
                :local hotspot true
                :do { \(ScriptText.parsed("/ip hotspot find")) } on-error={ :set hotspot false }
                """)
    }

    private var comment: String { ScriptText.quoted(mark.comment) }
    private var name: String { ScriptText.quoted(mark.name) }

    /// Users that Lango made for vouchers, with their sessions and cookies, and the profiles of their speeds.
    ///
    /// A row that vanishes meanwhile is gone too: the gateway may be at work on the router still.
    private var vouchers: ScriptSection {
        let commands = """
            :foreach row in=[/ip hotspot user find comment~"^lango:[0-9a-f]+-"] do={
                :do {
                    :local who [/ip hotspot user get $row name]
                    /ip hotspot user disable $row
                    /ip hotspot cookie remove [find user=$who]
                    /ip hotspot active remove [find user=$who]
                    /ip hotspot user remove $row
                } on-error={}
            }
            :foreach row in=[/ip hotspot user profile find name~"^lango-(full-speed|[0-9])"] do={
                :do {
                    :local speed [/ip hotspot user profile get $row name]
                    :if ([:len [/ip hotspot user find profile=$speed]] = 0) do={ /ip hotspot user profile remove $row }
                } on-error={}
            }
            """
        return ScriptSection(
            title: "What vouchers have left", text: ScriptText.when("$hotspot", ScriptText.parsed(commands)))
    }

    /// Logins, addresses and rules of customers' lines, with the sessions that go on.
    private var lines: ScriptSection {
        let mine = "comment~\"^lango:(line|suspended)/\""
        let logins = """
            :foreach row in=[/ppp secret find \(mine)] do={
                :do {
                    :local who [/ppp secret get $row name]
                    /ppp secret remove $row
                    /ppp active remove [find name=$who]
                } on-error={}
            }
            :foreach row in=[/ppp profile find name~"^lango-(full-speed|suspended|[0-9])"] do={
                :do {
                    :local speed [/ppp profile get $row name]
                    :if ([:len [/ppp secret find profile=$speed]] = 0) do={ /ppp profile remove $row }
                } on-error={}
            }
            """
        let menus = [
            "/queue simple", "/ip dhcp-server lease", "/ip firewall address-list", "/ip firewall filter",
            "/ip firewall nat",
        ]
        let rows = menus.map { ":do { \($0) remove [find \(mine)] } on-error={}" }
        return ScriptSection(
            title: "What lines have left",
            text: ([":do { \(ScriptText.parsed(logins)) } on-error={}"] + rows).joined(separator: "\n"))
    }

    /// The folders of pages and the RADIUS switches of the hotspot's profiles.
    private var profiles: ScriptSection {
        let files = ScriptText.quoted("^(flash/)\(Self.perhaps)\(mark.name)/")
        let folders = ScriptText.quoted("^(flash/)\(Self.perhaps)\(mark.name)$")
        let restored = [
            restore("pages", "html-directory", where: "[:tostr $now] ~ \"(^|/)\(mark.name)\\$\""),
            restore("radius", "use-radius", where: "[:tostr $now] = \"true\""),
        ]
        let commands =
            restored.map { ScriptText.parsed($0) } + [
                ":do { /file remove [find name~\(files)] } on-error={}",
                ":do { /file remove [find name~\(folders)] } on-error={}",
            ]
        return ScriptSection(
            title: "The pages of the hotspot",
            text: ScriptText.when("$hotspot", commands.joined(separator: "\n")))
    }

    /// `{0,1}` of POSIX: a question mark asks version 6 for help.
    private static let perhaps = "{0,1}"

    /// Gives each profile back what was remembered of it, where its value is still ours.
    private func restore(_ what: String, _ property: String, where isOurs: String) -> String {
        let prefix = mark.memory(of: what) + " "
        return """
            :foreach memory in=[/system script find name~\(ScriptText.quoted("^" + prefix))] do={
                :local kept [/system script get $memory name]
                :local place [:pick $kept \(prefix.utf8.count) [:len $kept]]
                :local text [/system script get $memory source]
                :foreach row in=[/ip hotspot profile find] do={
                    :local now [/ip hotspot profile get $row \(property)]
                    :if ([:tostr $row] = $place and (\(isOurs))) do={
                        /ip hotspot profile set $row \(property)=[:pick $text 2 [:len $text]]
                    }
                }
                /system script remove $memory
            }
            """
    }

    private var radius: ScriptSection {
        ScriptSection(
            title: "The RADIUS server",
            text: """
                /radius remove [find comment=\(comment)]
                :if ([:len [/system script find name=\(memory(of: "ppp radius"))]] > 0) do={
                    /ppp aaa set use-radius=no
                    /system script remove [find name=\(memory(of: "ppp radius"))]
                }
                """)
    }

    private func memory(of what: String) -> String { ScriptText.quoted(mark.memory(of: what)) }

    private var garden: ScriptSection {
        let commands = [
            "/ip hotspot walled-garden remove [find comment=\(comment)]",
            "/ip hotspot walled-garden ip remove [find comment=\(comment)]",
            // What a sweep has brought.
            "/ip hotspot walled-garden remove [find comment=\"lango:garden\"]",
            "/ip hotspot walled-garden ip remove [find comment=\"lango:garden\"]",
        ]
        return ScriptSection(
            title: "The walled garden",
            text: ScriptText.when("$hotspot", commands.map { ScriptText.parsed($0) }.joined(separator: "\n")))
    }

    private var tunnel: ScriptSection {
        let commands = [
            "/ip address remove [find comment=\(comment)]",
            "/interface wireguard peers remove [find comment=\(comment)]",
            "/interface wireguard remove [find comment=\(comment)]",
        ]
        return ScriptSection(
            title: "The tunnel",
            text: ScriptText.when("$major >= 7", commands.map { ScriptText.parsed($0) }.joined(separator: "\n")))
    }

    private var firewall: ScriptSection {
        ScriptSection(
            title: "The firewall",
            text: "/ip firewall filter remove [find comment~\(ScriptText.quoted("^\(mark.comment)( |$)"))]")
    }

    /// Our user and its group, and the file that this came in.
    private var account: ScriptSection {
        ScriptSection(
            title: "The user",
            text: """
                /user remove [find comment=\(comment)]
                /user group remove [find name=\(name)]
                """)
    }

    private var guardian: ScriptSection {
        ScriptSection(title: "What ended access while Lango could not be reached", text: GuardScript.removal)
    }

    private var calls: ScriptSection {
        ScriptSection(title: "The script that asked for work", text: PullScript.removal)
    }

    private var report: ScriptSection {
        ScriptSection(
            title: "The report",
            text: """
                :do {
                    /tool fetch url=\(ScriptText.quoted(link + "/reports")) http-method=post http-data=("version " . $running . "\\n") output=none\(checksCertificate ? " check-certificate=yes-without-crl" : "")
                } on-error={}
                \(ScriptText.say("done. Nothing of Lango is left on this router."))
                """)
    }
}
