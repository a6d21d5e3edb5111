import RouterOS

/// What a script looks at before it changes anything, in sentences on what will be prevented.
///
/// It leaves the variables `major`, `release` (major × 100 + minor), `hotspot` and `fetches`.
enum Preflight {
    static let version = ScriptSection(
        title: "Which version this is",
        text: """
            :local running [/system resource get version]
            :local major 0
            :local minor 0
            :local part 0
            :for i from=0 to=([:len $running] - 1) do={
                :local letter [:pick $running $i ($i + 1)]
                :local digit [:find "0123456789" $letter]
                :if ([:typeof $digit] = "num") do={
                    :if ($part = 0) do={ :set major ($major * 10 + $digit) }
                    :if ($part = 1) do={ :set minor ($minor * 10 + $digit) }
                } else={
                    :if ($letter = "." and $part < 2) do={ :set part ($part + 1) } else={ :set part 9 }
                }
            }
            :local release ($major * 100 + $minor)
            :if ($release < 643) do={
                \(ScriptText.stop("this is RouterOS ", "$running", ScriptText.quoted(". Version 6.43 is the first that can be managed: update the router, then paste the line again. Nothing was changed.")))
            }
            """)

    static let rest = ScriptSection(
        title: "Whether there is REST",
        text: """
            :if ($release < 701) do={
                \(ScriptText.stop("REST over www-ssl needs RouterOS 7.1, and this is ", "$running", ScriptText.quoted(". Make a new line with api-ssl, or update the router. Nothing was changed.")))
            }
            """)

    /// Boards call the level `nlevel`, virtual routers `level`.
    static let licence = ScriptSection(
        title: "What the licence allows",
        text: """
            :local licence ""
            :do { :set licence [:tostr \(ScriptText.parsed("/system license get nlevel"))] } on-error={}
            :if ($licence = "") do={
                :do { :set licence [:tostr \(ScriptText.parsed("/system license get level"))] } on-error={}
            }

            """
                + RouterLicence.limits.map { limit in
                    let sentence = ScriptText.say("the licence of this router (level \(limit.level)) \(limit.words).")
                    return ":if ($licence = \"\(limit.level)\") do={ \(sentence) }"
                }.joined(separator: "\n"))

    static let deviceMode = ScriptSection(
        title: "What the device-mode allows",
        text: """
            :local fetches true
            :if ($major >= 7) do={
                :do {
                    :if ([:tostr \(ScriptText.parsed("/system device-mode get hotspot"))] = "false") do={
                        \(ScriptText.say("the device-mode forbids the hotspot. What is set up for it stays inactive until you allow it with /system device-mode update hotspot=yes and press the button of the router within five minutes."))
                    }
                } on-error={}
                :do {
                    :if ([:tostr \(ScriptText.parsed("/system device-mode get fetch"))] = "false") do={
                        :set fetches false
                        \(ScriptText.say("the device-mode forbids fetch, so the pages of the hotspot cannot come by themselves and nothing is reported. Allow it with /system device-mode update fetch=yes and press the button within five minutes, then run this again."))
                    }
                } on-error={}
            }
            """)

    static let hotspot = ScriptSection(
        title: "Whether there is a hotspot",
        text: """
            :local hotspot true
            :do {
                :if ([:len \(ScriptText.parsed("/ip hotspot find"))] = 0) do={
                    \(ScriptText.say("no hotspot is set up yet. Set one up with /ip hotspot setup, then run this again."))
                }
            } on-error={
                :set hotspot false
                \(ScriptText.say("this router has no hotspot, as its package is missing or disabled. The rest is done; enable the package, restart, then run this again."))
            }
            """)

    static let tunnel = ScriptSection(
        title: "Whether there can be a tunnel",
        text: """
            :if ($major < 7) do={
                \(ScriptText.say("WireGuard needs RouterOS 7, so there will be no tunnel; everything else is done."))
            }
            """)
}
