/// The script that reckons the time.
extension GuardScript {
    /// What time it was when the router started: `langoBase`, which together with the uptime tells the time.
    ///
    /// The uptime is the clock; the clock on the wall is asked once, when the network has set it, and followed after that
    /// only where it is right to five seconds: setting it moves nothing. Before anybody trusted has told the time, it is
    /// at least what it was when the guard remembered it last, and how long the router runs since.
    static let clock = """
        :global langoUp
        :global langoBoot
        :global langoBase
        :global langoSure
        :global langoKeptAt
        :global langoWord
        :global langoThen
        :global langoLines
        :if ([:typeof $langoBoot] != "num") do={
          :set langoBoot 1
          :set langoSure false
          :set langoBase ""
          :set langoWord ""
          :set langoThen ""
          :do {
            :local kept [/system script get [find name=\(memory)] source]
            :local one [:find $kept " " 2]
            :local two [:find $kept " " ($one + 1)]
            :set langoBoot (1 + [:tonum [:pick $kept 2 $one]])
            :local alive [:tonum [:pick $kept ($one + 1) $two]]
            :if ($alive > 1000000000) do={:set langoBase $alive}
            :set langoThen [:pick $kept ($two + 1) [:len $kept]]
            :local bar [:find $langoThen "|" 0]
            :if ([:typeof $bar] = "num") do={
              :set langoLines [:pick $langoThen ($bar + 1) [:len $langoThen]]
              :set langoThen [:pick $langoThen 0 $bar]
            }
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
