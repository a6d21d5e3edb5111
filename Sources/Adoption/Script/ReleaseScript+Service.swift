extension ReleaseScript {
    /// The service as it was: closed where it was closed, without our addresses where it was open to others, without
    /// our certificate.
    var service: ScriptSection {
        let certificate = ScriptText.quoted(mark.name)
        return ScriptSection(
            title: "The service",
            text: """
                :local fixed "] 0]"
                :if ($major >= 7) do={ :set fixed " dynamic=no] 0]" }
                :local property "address"
                :if ($release >= 724) do={ :set property "available-from" }
                :foreach service in={"api-ssl";"www-ssl";"ssh"} do={
                    :local row ("[:pick [/ip service find name=\\"" . $service . "\\"" . $fixed)
                    :local memory (\(ScriptText.quoted(mark.memory(of: "service") + " ")) . $service)
                \(ScriptText.indented(restored))
                    :if ([:tostr [[:parse ("/ip service get " . $row . " certificate")]]] = \(certificate)) do={
                        [[:parse ("/ip service set " . $row . " certificate=none")]]
                    }
                }
                :do { /certificate remove [find name=\(certificate)] } on-error={}
                """)
    }

    /// Whether an address is none of ours, or was there before.
    private var isOther: String {
        let list = ScriptText.quoted("," + ours.map(\.description).joined(separator: ",") + ",")
        return "([:typeof [:find \(list) (\",\" . $one . \",\")]] != \"num\" "
            + "or [:typeof [:find (\",\" . $before . \",\") (\",\" . $one . \",\")]] = \"num\")"
    }

    /// The addresses now without ours; those of before where nothing else is left, since none would mean everybody.
    private var restored: String {
        """
        :if ([:len [/system script find name=$memory]] > 0) do={
            :local text [/system script get [find name=$memory] source]
            :local gap [:find $text " " 2]
            :local closed [:pick $text 2 $gap]
            :local before [:pick $text ($gap + 1) [:len $text]]
            :local after ""
            :foreach range in=[:toarray [[:parse ("/ip service get " . $row . " " . $property)]]] do={
                :local one [:tostr $range]
                :if ($one != "" and \(isOther)) do={ :set after ($after . "," . $one) }
            }
            :if ($after = "") do={ :set after ("," . $before) }
            :local change " disabled=no"
            :if ($closed = "true") do={ :set change " disabled=yes" }
            [[:parse ("/ip service set " . $row . $change . " " . $property . "=\\"" . [:pick $after 1 [:len $after]] . "\\"")]]
            /system script remove [find name=$memory]
        }
        """
    }
}
