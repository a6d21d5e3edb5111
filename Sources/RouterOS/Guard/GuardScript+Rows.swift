/// The scripts that see to hotspot users.
extension GuardScript {
    /// Ends hotspot users: those whose end has passed, and those whose allowance is used up (`langoOver`).
    ///
    /// A cut that the power ended half-way is made whole: the first look after a start, and the first since the time is
    /// sure, find disabled users too. A host goes only where its device is not online by another entitlement.
    static let hotspot = """
        :global langoDue
        :global langoOver
        :global langoSure
        :global langoSwept
        :local rows [:toarray ""]
        :if ($langoDue != "") do={
          :if ($langoSwept = [:tostr $langoSure]) do={
            :set rows [/ip hotspot user find where disabled=no and comment~$langoDue]
          } else={
            :set rows [/ip hotspot user find where comment~$langoDue]
            :set langoSwept [:tostr $langoSure]
          }
        }
        :foreach who in=$langoOver do={
          :if ([:len $who] > 0) do={:set rows ($rows , [/ip hotspot user find name=$who])}
        }
        :foreach row in=$rows do={
          :do {
            :local who [/ip hotspot user get $row name]
            /ip hotspot user disable $row
            :local devices ""
            :foreach session in=[/ip hotspot active find user=$who] do={
              :set devices ($devices . "," . [:tostr [/ip hotspot active get $session mac-address]])
            }
            /ip hotspot cookie remove [find user=$who]
            /ip hotspot active remove [find user=$who]
            :foreach device in=[:toarray $devices] do={
              :if ([:len $device] > 0) do={
                :if ([:len [/ip hotspot active find mac-address=$device]] = 0) do={
                  /ip hotspot host remove [find mac-address=$device]
                }
              }
            }
          } on-error={}
        }
        """

    /// Adds up what the users of each allowance have used, and says whose is used up.
    ///
    /// A router counts a session when it ends, and keeps the counters in memory for a while: what it had not written when
    /// the power went is not counted. So what each user had used is told to be remembered (`langoUse`), a quarter of an
    /// hour beyond its session, and after a start the difference to the counters is kept beside them (`langoLost`), for
    /// as long as the gateway has not dealt anew: the allowance is part of the key.
    static let use = """
        :global langoUp
        :global langoThen
        :global langoLost
        :global langoKept
        :global langoUse
        :global langoOver
        :if ([:typeof $langoLost] != "str") do={
          :set langoLost ";"
          :local from 0
          :local to [:find $langoThen ";" 1]
          :while ([:typeof $to] = "num") do={
            :local entry [:pick $langoThen ($from + 1) $to]
            :set from $to
            :set to [:find $langoThen ";" ($from + 1)]
            :do {
              :local one [:find $entry "/" 0]
              :local two [:find $entry "/" ($one + 1)]
              :local three [:find $entry "/" ($two + 1)]
              :local four [:find $entry "/" ($three + 1)]
              :local five [:find $entry "/" ($four + 1)]
              :local who [:pick $entry 0 $one]
              :local rows [/ip hotspot user find name=$who]
              :local whole ([:totime [:pick $entry ($three + 1) $four]] - [/ip hotspot user get $rows uptime])
              :local moved ([:tonum [:pick $entry ($four + 1) $five]] - [/ip hotspot user get $rows bytes-in] - [/ip hotspot user get $rows bytes-out])
              :if ($whole < 0s) do={:set whole 0s}
              :if ($moved < 0) do={:set moved 0}
              :set langoLost ($langoLost . [:pick $entry 0 ($three + 1)] . [:tostr $whole] . "/" . $moved . ";")
            } on-error={}
          }
          :set langoThen ""
        }
        :local names ""
        :foreach session in=[/ip hotspot active find] do={
          :do {:set names ($names . "," . [/ip hotspot active get $session user])} on-error={}
        }
        :local from -1
        :local to [:find $langoKept ";" 0]
        :while ([:typeof $to] = "num") do={
          :local who [:pick $langoKept ($from + 1) [:find $langoKept "/" ($from + 1)]]
          :set names ($names . "," . $who)
          :set from $to
          :set to [:find $langoKept ";" ($from + 1)]
        }
        :local seen ","
        :local over ""
        :foreach who in=[:toarray $names] do={
          :do {
            :local members [/ip hotspot user find name=$who]
            :local mark ""
            :if ([:len $members] = 1 and [:typeof [:find $seen ("," . $who . ",")]] != "num") do={
              :set seen ($seen . $who . ",")
              :set mark ([:tostr [/ip hotspot user get $members comment]] . " ")
            }
            :if ($mark ~ "^lango:[^ ]+ (until=[0-9]+ ){0,1}(time|data)=") do={
              :if ($mark ~ " shared ") do={
                :local group [:pick $mark 6 [:find $mark "/" 5]]
                :set members [/ip hotspot user find comment~("^lango:" . $group . "/")]
              }
              :local limit "-"
              :local most "-"
              :local at [:find $mark " time="]
              :if ([:typeof $at] = "num") do={:set limit [:pick $mark ($at + 6) [:find $mark " " ($at + 5)]]}
              :set at [:find $mark " data="]
              :if ([:typeof $at] = "num") do={:set most [:pick $mark ($at + 6) [:find $mark " " ($at + 5)]]}
              :local whole 0s
              :local moved 0
              :foreach row in=$members do={
                :local one [/ip hotspot user get $row name]
                :local key ($one . "/" . $limit . "/" . $most . "/")
                :set seen ($seen . $one . ",")
                :local spent [/ip hotspot user get $row uptime]
                :local bytes ([/ip hotspot user get $row bytes-in] + [/ip hotspot user get $row bytes-out])
                :local lastSeen -1
                :foreach live in=[/ip hotspot active find user=$one] do={
                  :set spent ($spent + [/ip hotspot active get $live uptime])
                  :set bytes ($bytes + [/ip hotspot active get $live bytes-in] + [/ip hotspot active get $live bytes-out])
                  :set lastSeen $langoUp
                }
                :local place [:find $langoLost (";" . $key)]
                :if ([:typeof $place] = "num") do={
                  :local from ($place + 1 + [:len $key])
                  :local middle [:find $langoLost "/" $from]
                  :set spent ($spent + [:totime [:pick $langoLost $from $middle]])
                  :set bytes ($bytes + [:tonum [:pick $langoLost ($middle + 1) [:find $langoLost ";" $middle]]])
                  :if ($lastSeen < 0) do={:set lastSeen 0}
                } else={
                  :set place [:find (";" . $langoKept) (";" . $key)]
                  :if ($lastSeen < 0 and [:typeof $place] = "num") do={
                    :local end [:find $langoKept ";" $place]
                    :local entry [:pick $langoKept ($place + [:len $key]) $end]
                    :local last [:tonum [:pick $entry (1 + [:find $entry "/" (1 + [:find $entry "/" 0])]) [:len $entry]]]
                    :if (($langoUp - $last) < 900) do={:set lastSeen $last}
                  }
                }
                :if ($lastSeen >= 0) do={
                  :set langoUse ($langoUse . $key . [:tostr $spent] . "/" . $bytes . "/" . $lastSeen . ";")
                }
                :set whole ($whole + $spent)
                :set moved ($moved + $bytes)
              }
              :local isOver false
              :if ($limit != "-") do={
                :if ($whole >= [:totime $limit]) do={:set isOver true}
              }
              :if ($most != "-") do={
                :if ($moved >= [:tonum $most]) do={:set isOver true}
              }
              :if ($isOver) do={
                :foreach row in=$members do={
                  :if ([/ip hotspot user get $row disabled] != true) do={
                    :set over ($over . "," . [/ip hotspot user get $row name])
                  }
                }
              }
            }
          } on-error={}
        }
        :set langoOver [:toarray $over]
        """
}
