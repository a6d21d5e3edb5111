import Crypto
import Values

/// What a router carries out by itself so that access ends on time while nobody tells it to: some scripts and a schedule.
///
/// Rows say in their comments how they end (`RouterTerms`). Every twenty seconds the guard reckons what time it is, looks
/// in one search for rows whose end has passed, and ends them: user or secret disabled, cookies, sessions and host gone
/// (FACTS 5.3). It adds up what the users of one allowance have used. It is written for 6.43 and later, and
/// names nothing that one of these versions does not know: what may be missing stands in a script of its own, or is read
/// while it runs. Rows without our mark are never touched.
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
    /// The script in whose source the guard remembers what must outlast a power cut: `# <start> <time> ;<used>`.
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
        Part(name: "lango-guard-hotspot", source: hotspot), Part(name: "lango-guard-ppp", source: ppp),
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
            }
            :set langoUp $up
            :if ($isFirst or $langoSure != true or ($up - $langoAskedAt) >= 60) do={
              :set langoAskedAt $up
              /system script run lango-guard-clock
            }
            :set langoOver [:toarray ""]
            :set langoUse ""
            :do {/system script run lango-guard-use} on-error={}
            :if ($isFirst or $langoUse != $langoKept or ($up - $langoKeptAt) >= 600) do={
              :local known "0"
              :if ([:typeof $langoBase] = "num") do={:set known [:tostr ($langoBase + $up - 3)]}
              :set langoKept $langoUse
              :set langoKeptAt $up
              /system script set [find name=\(memory)] source=("# " . $langoBoot . " " . $known . " ;" . $langoUse)
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
          } on-error={:log warning "lango: the guard could not do its work"}
          :set langoBusy ""
        }
        """

    /// What time it was when the router started: `langoBase`, which together with the uptime tells the time.
    ///
    /// The uptime is the clock; the clock on the wall is asked once, when the network has set it, and followed after that
    /// only where it is right to five seconds: setting it moves nothing. Before anybody trusted has told the time, it is
    /// at least what it was when the guard remembered it last, and how long the router runs since.
    private static let clock = """
        :global langoUp
        :global langoBoot
        :global langoBase
        :global langoSure
        :global langoKeptAt
        :global langoWord
        :global langoThen
        :if ([:typeof $langoBoot] != "num") do={
          :set langoBoot 1
          :set langoSure false
          :set langoBase ""
          :set langoWord ""
          :set langoThen ""
          :if ([:len [/system script find name=\(memory)]] = 0) do={
            /system script add name=\(memory) comment="lango:guard" policy=read source="# 0 0 ;"
          }
          :do {
            :local kept [/system script get [find name=\(memory)] source]
            :local one [:find $kept " " 2]
            :local two [:find $kept " " ($one + 1)]
            :set langoBoot (1 + [:tonum [:pick $kept 2 $one]])
            :local alive [:tonum [:pick $kept ($one + 1) $two]]
            :if ($alive > 1000000000) do={:set langoBase $alive}
            :set langoThen [:pick $kept ($two + 1) [:len $kept]]
          } on-error={}
        }
        :do {
          :local word [/system script get [find name=\(word)] source]
          :if ($word != $langoWord) do={
            :local gap [:find $word " " 2]
            :if ([:pick $word 2 $gap] = [:tostr $langoBoot]) do={
              :set langoBase [:tonum [:pick $word ($gap + 1) [:len $word]]]
              :set langoSure true
              :set langoKeptAt -600
            }
            :set langoWord $word
          }
        } on-error={}
        :local isSet false
        :do {
          :if ([:tostr [[:parse "/system ntp client get status"]]] = "synchronized") do={:set isSet true}
        } on-error={}
        :if (!$isSet) do={
          :do {
            :local from [:tostr [[:parse "/system ntp client get last-update-from"]]]
            :if ($from != "" and $from != "0.0.0.0") do={:set isSet true}
          } on-error={}
        }
        :if ($isSet) do={
          :local day [:tostr [/system clock get date]]
          :local hour [:tostr [/system clock get time]]
          :local year 0
          :local month 0
          :local date 0
          :if ([:pick $day 4 5] = "-") do={
            :set year [:tonum [:pick $day 0 4]]
            :set month [:tonum [:pick $day 5 7]]
            :set date [:tonum [:pick $day 8 10]]
          } else={
            :set year [:tonum [:pick $day 7 11]]
            :set month (1 + ([:find "janfebmaraprmayjunjulaugsepoctnovdec" [:pick $day 0 3]] / 3))
            :set date [:tonum [:pick $day 4 6]]
          }
          :if ($month < 3) do={
            :set year ($year - 1)
            :set month ($month + 9)
          } else={:set month ($month - 3)}
          :local days ((365 * $year) + ($year / 4) - ($year / 100) + ($year / 400) + (((153 * $month) + 2) / 5) + $date - 719469)
          :local zone [/system clock get gmt-offset]
          :local ahead 0
          :if ([:typeof $zone] = "num") do={
            :set ahead $zone
            :if ($ahead > 86400) do={:set ahead ($ahead - 4294967296)}
          } else={
            :set zone [:tostr $zone]
            :if ([:typeof [:find "+-" [:pick $zone 0 1]]] != "num") do={:set zone ("+" . $zone)}
            :set ahead ((3600 * [:tonum [:pick $zone 1 3]]) + (60 * [:tonum [:pick $zone 4 6]]))
            :if ([:pick $zone 0 1] = "-") do={:set ahead (0 - $ahead)}
          }
          :local base ((86400 * $days) + (3600 * [:tonum [:pick $hour 0 2]]) + (60 * [:tonum [:pick $hour 3 5]]) + [:tonum [:pick $hour 6 8]] - $ahead - $langoUp)
          :if ($langoSure) do={
            :local off ($base - $langoBase)
            :if ($off > -6 and $off < 6) do={:set langoBase $base}
          } else={
            :set langoBase $base
            :set langoSure true
            :set langoKeptAt -600
          }
        }
        """
}
