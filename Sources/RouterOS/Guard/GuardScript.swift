import Crypto
import Values

/// What a router carries out by itself so that access ends on time while nobody tells it to: some scripts and a schedule.
///
/// Rows say in their comments how they end (`RouterTerms`). Every twenty seconds the guard reckons what time it is, looks
/// in one search for rows whose end has passed, and ends them: user or secret disabled, cookies, sessions and host gone
/// (FACTS 5.3), a fixed address kept out. It adds up what the users of one allowance, and each line, have used. It is
/// written for 6.43 and later, and names nothing that one of these versions does not know: what may be missing stands in
/// a script of its own, or is read while it runs. Rows without our mark are never touched.
package enum GuardScript {
    /// A script on the router.
    package struct Part: Hashable, Sendable {
        package let name: String
        package let source: String

        /// Marks the script as ours, and says which edition of it this is.
        package var comment: String {
            "lango:guard \(String(Hex.encode(MD5.hash(Array(source.utf8))).prefix(8)))"
        }
    }

    /// The script that the schedule runs; it runs the others.
    package static let name = "lango-guard"
    /// The script in whose source the guard remembers what must outlast a power cut: `# <start> <time> ;<used>|;<lines>`.
    ///
    /// Whoever brings the scripts makes it too. The guard itself never does: a run that goes on while a release takes
    /// everything away would leave it behind.
    package static let memory = "lango-guard-memory"
    /// The script in whose source the gateway tells the time: `# <start> <time at that start>`.
    package static let word = "lango-guard-word"
    /// Our user has all of these, so that it may write the scripts (FACTS 1.1).
    package static let policies = "read,write,test"
    /// How often it looks.
    package static let interval = "20s"
    package static let event = "/system script run \(name)"

    /// What it consists of, the schedule's own script last: by then there is what it runs.
    package static let parts: [Part] = [
        Part(name: "lango-guard-clock", source: clock), Part(name: "lango-guard-use", source: use),
        Part(name: "lango-guard-lines", source: lines), Part(name: "lango-guard-hotspot", source: hotspot),
        Part(name: "lango-guard-ppp", source: ppp), Part(name: "lango-guard-fixed", source: fixed),
        Part(name: name, source: main),
    ]

    /// Commands for a terminal or a file to import: they bring the scripts and the schedule up to date; a second time
    /// changes nothing.
    package static var commands: String {
        let scripts = parts.map { part in
            let values = "comment=\(ConsoleLine.quoted(part.comment)) policy=\(policies) source=$source"
            return """
                :set source \(ConsoleLine.quoted(part.source))
                :if ([:len [/system script find name=\(part.name)]] = 0) do={
                  /system script add name=\(part.name) \(values)
                } else={
                  :if ([/system script get [find name=\(part.name)] comment] != \(ConsoleLine.quoted(part.comment))) do={
                    /system script set [find name=\(part.name)] \(values)
                  }
                }
                """
        }
        let schedule = """
            :if ([:len [/system script find name=\(memory)]] = 0) do={
              /system script add name=\(memory) comment="lango:guard" policy=read source="# 0 0 ;"
            }
            :if ([:len [/system scheduler find name=\(name)]] = 0) do={
              /system scheduler add name=\(name) comment="lango:guard" policy=\(policies) interval=\(interval) \
            start-time=startup on-event="\(event)"
            }
            """
        return (["{", ":local source \"\""] + scripts + [schedule, "}"]).joined(separator: "\n")
    }

    /// Commands that take everything away again.
    package static let removal = """
        /system scheduler remove [find name=\(name)]
        /system script remove [find name~"^\(name)(-|\\$)"]
        """

    // MARK: The scripts

    /// Reckons, remembers, and has the rest done; one run at a time.
    ///
    /// What it knows of time is never ahead: seconds are cut off on both sides, and three more are taken off.
    private static let main = """
        :global langoUp
        :global langoBusy
        :global langoBoot
        :global langoBase
        :global langoSure
        :global langoAskedAt
        :global langoDue
        :global langoOver
        :global langoUse
        :global langoKept
        :global langoKeptAt
        :global langoLines
        :global langoLinesKept
        :global langoLinesNews
        :local rest [:tostr [/system resource get uptime]]
        :local up 0
        :local at [:find $rest "w"]
        :if ([:typeof $at] = "num") do={
          :set up (604800 * [:tonum [:pick $rest 0 $at]])
          :set rest [:pick $rest ($at + 1) [:len $rest]]
        }
        :set at [:find $rest "d"]
        :if ([:typeof $at] = "num") do={
          :set up ($up + (86400 * [:tonum [:pick $rest 0 $at]]))
          :set rest [:pick $rest ($at + 1) [:len $rest]]
        }
        :set up ($up + (3600 * [:tonum [:pick $rest 0 2]]) + (60 * [:tonum [:pick $rest 3 5]]) + [:tonum [:pick $rest 6 8]])
        :local isBusy false
        :if ([:typeof $langoBusy] = "num") do={
          :if (($up - $langoBusy) < 120) do={:set isBusy true}
        }
        :if (!$isBusy) do={
          :set langoBusy $up
          :do {
            :local isFirst ([:typeof $langoBoot] != "num")
            :if ($isFirst) do={
              :set langoKeptAt 0
              :set langoAskedAt 0
              :set langoKept ""
              :set langoLines ";"
              :set langoLinesKept ";"
            }
            :set langoUp $up
            :if ($isFirst or $langoSure != true or ($up - $langoAskedAt) >= 60) do={
              :set langoAskedAt $up
              /system script run lango-guard-clock
            }
            :set langoOver [:toarray ""]
            :set langoUse ""
            :do {/system script run lango-guard-use} on-error={}
            :do {/system script run lango-guard-lines} on-error={}
            :if ($isFirst or $langoUse != $langoKept or $langoLinesNews or ($up - $langoKeptAt) >= 600) do={
              :local known "0"
              :if ([:typeof $langoBase] = "num") do={:set known [:tostr ($langoBase + $up - 3)]}
              :set langoKept $langoUse
              :set langoLinesKept $langoLines
              :set langoKeptAt $up
              :do {
                /system script set [find name=\(memory)] source=("# " . $langoBoot . " " . $known . " ;" . $langoUse . "|" . $langoLines)
              } on-error={}
            }
            :set langoDue ""
            :if ([:typeof $langoBase] = "num") do={
              :local now [:tostr ($langoBase + $up - 3)]
              :local past ""
              :for place from=0 to=9 do={
                :local digit [:tonum [:pick $now $place ($place + 1)]]
                :if ($digit > 0) do={:set past ($past . [:pick $now 0 $place] . "[0-" . ($digit - 1) . "]|")}
              }
              :set langoDue ("^lango:[^ ]+ until=(" . $past . $now . ")")
            }
            :do {/system script run lango-guard-hotspot} on-error={}
            :do {/system script run lango-guard-ppp} on-error={}
            :do {/system script run lango-guard-fixed} on-error={}
          } on-error={:log warning "lango: the guard could not do its work"}
          :set langoBusy ""
        }
        """
}
