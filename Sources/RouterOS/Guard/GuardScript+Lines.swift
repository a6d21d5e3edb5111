/// The scripts that see to lines: PPPoE logins by their secrets, fixed addresses by their queues.
extension GuardScript {
    /// The list of addresses that reach nothing but the provider's page.
    package static let blockedList = "lango-suspended"

    /// The part of what could pass until the end that a power cut may make forgotten: one in so many.
    ///
    /// Lines are connected all day: what little passes while much is left is not worth a write to flash every time.
    private static let finesse = 5_000

    /// Adds up what passes over lines with an amount of data, and says whose is used up (`langoLinesOver`).
    ///
    /// `data` says at which count the line is over. A count begins anew with each session, and the queue's with each
    /// start; what passed before is kept beside it (`langoLines`: name, amount, before, count) for as long as the gateway
    /// writes no other amount. It is remembered when that matters (`langoLinesNews`).
    static let lines = """
        :global langoLines
        :global langoLinesKept
        :global langoLinesNews
        :global langoLinesOver
        :set langoLinesNews false
        :set langoLinesOver [:toarray ""]
        :local all ""
        :do {
          :foreach row in=[/ppp secret find where disabled=no and comment~"^lango:line/[^ ]+ (until=[0-9]+ ){0,1}data="] do={
            :do {
              :local who [/ppp secret get $row name]
              :local mark ([:tostr [/ppp secret get $row comment]] . " ")
              :local at [:find $mark " data="]
              :local count 0
              :foreach device in=[/interface find name=("<pppoe-" . $who . ">")] do={
                :set count ([/interface get $device rx-byte] + [/interface get $device tx-byte])
              }
              :set all ($all . $who . "/" . [:pick $mark ($at + 6) [:find $mark " " ($at + 5)]] . "/" . $count . ";")
            } on-error={}
          }
        } on-error={}
        :foreach row in=[/queue simple find where disabled=no and comment~"^lango:line/[^ ]+ (until=[0-9]+ ){0,1}data="] do={
          :do {
            :local mark ([:tostr [/queue simple get $row comment]] . " ")
            :local at [:find $mark " data="]
            :local pair [:tostr [/queue simple get $row bytes]]
            :local middle [:find $pair "/" 0]
            :local count ([:tonum [:pick $pair 0 $middle]] + [:tonum [:pick $pair ($middle + 1) [:len $pair]]])
            :set all ($all . [/queue simple get $row name] . "/" . [:pick $mark ($at + 6) [:find $mark " " ($at + 5)]] . "/" . $count . ";")
          } on-error={}
        }
        :local now ";"
        :local over ""
        :local from -1
        :local to [:find $all ";" 0]
        :while ([:typeof $to] = "num") do={
          :local entry [:pick $all ($from + 1) $to]
          :set from $to
          :set to [:find $all ";" ($from + 1)]
          :local one [:find $entry "/" 0]
          :local two [:find $entry "/" ($one + 1)]
          :local key [:pick $entry 0 ($two + 1)]
          :local count [:tonum [:pick $entry ($two + 1) [:len $entry]]]
          :local before 0
          :local place [:find $langoLines (";" . $key)]
          :if ([:typeof $place] = "num") do={
            :local start ($place + 1 + [:len $key])
            :local middle [:find $langoLines "/" $start]
            :local last [:tonum [:pick $langoLines ($middle + 1) [:find $langoLines ";" $middle]]]
            :set before [:tonum [:pick $langoLines $start $middle]]
            :if ($count < $last) do={:set before ($before + $last)}
          }
          :set now ($now . $key . $before . "/" . $count . ";")
          :local rest ([:tonum [:pick $entry ($one + 1) $two]] - $before - $count)
          :if ($rest <= 0) do={
            :set over ($over . "," . [:pick $entry 0 $one])
          } else={
            :local isKept false
            :set place [:find $langoLinesKept (";" . $key)]
            :if ([:typeof $place] = "num") do={
              :local start ($place + 1 + [:len $key])
              :local middle [:find $langoLinesKept "/" $start]
              :local known ([:tonum [:pick $langoLinesKept $start $middle]] + [:tonum [:pick $langoLinesKept ($middle + 1) [:find $langoLinesKept ";" $middle]]])
              :if (($before + $count - $known) * \(finesse) <= $rest) do={:set isKept true}
            }
            :if (!$isKept) do={:set langoLinesNews true}
          }
        }
        :set langoLines $now
        :set langoLinesOver [:toarray $over]
        """

    /// Ends PPP secrets whose end has passed, and those whose data is used up.
    static let ppp = """
        :global langoDue
        :global langoLinesOver
        :local rows [:toarray ""]
        :if ($langoDue != "") do={:set rows [/ppp secret find where disabled=no and comment~$langoDue]}
        :foreach who in=$langoLinesOver do={
          :if ([:len $who] > 0) do={
            :set rows ($rows , [/ppp secret find where disabled=no and name=$who and comment~"^lango:line/"])
          }
        }
        :foreach row in=$rows do={
          :do {
            :local who [/ppp secret get $row name]
            /ppp secret disable $row
            /ppp active remove [find name=$who]
          } on-error={}
        }
        """

    /// Keeps fixed addresses out whose end has passed or whose data is used up, as the gateway does: by an entry in the
    /// list of those who reach nothing but the provider's page.
    static let fixed = """
        :global langoDue
        :global langoLinesOver
        :local rows [:toarray ""]
        :if ($langoDue != "") do={:set rows [/queue simple find where comment~$langoDue]}
        :foreach who in=$langoLinesOver do={
          :if ([:len $who] > 0) do={
            :set rows ($rows , [/queue simple find where name=$who and comment~"^lango:line/"])
          }
        }
        :foreach row in=$rows do={
          :do {
            :local mark ([:tostr [/queue simple get $row comment]] . " ")
            :set mark [:pick $mark 0 [:find $mark " " 0]]
            :local address ([:tostr [/queue simple get $row target]] . "/")
            :set address [:pick $address 0 [:find $address "/" 0]]
            :if ([:len [/ip firewall address-list find where list=\(blockedList) and comment=$mark]] = 0) do={
              /ip firewall address-list add list=\(blockedList) address=$address comment=$mark
            }
          } on-error={}
        }
        """
}
