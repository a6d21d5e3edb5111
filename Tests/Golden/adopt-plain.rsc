# Lango takes this router into service; it may run again, and changes nothing then.
{
# Which version this is
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
    :error ("Lango: this is RouterOS " . $running . ". Version 6.43 is the first that can be managed: update the router, then paste the line again. Nothing was changed.")
}

# What the licence allows
:local licence ""
:do { :set licence [:tostr [[:parse "/system license get nlevel"]]] } on-error={}
:if ($licence = "") do={
    :do { :set licence [:tostr [[:parse "/system license get level"]]] } on-error={}
}
:if ($licence = "0") do={ :put "Lango: the licence of this router (level 0) is a trial of 24 hours: after it the router stops." }
:if ($licence = "1") do={ :put "Lango: the licence of this router (level 1) lets 1 hotspot user in at a time." }
:if ($licence = "3") do={ :put "Lango: the licence of this router (level 3) lets 1 hotspot user in at a time." }
:if ($licence = "4") do={ :put "Lango: the licence of this router (level 4) lets 200 hotspot users in at a time." }
:if ($licence = "5") do={ :put "Lango: the licence of this router (level 5) lets 500 hotspot users in at a time." }
:if ($licence = "free") do={ :put "Lango: the licence of this router (level free) lets 1 Mbit/s through each interface." }

# What the device-mode allows
:local fetches true
:if ($major >= 7) do={
    :do {
        :if ([:tostr [[:parse "/system device-mode get hotspot"]]] = "false") do={
            :put "Lango: the device-mode forbids the hotspot. What is set up for it stays inactive until you allow it with /system device-mode update hotspot=yes and press the button of the router within five minutes."
        }
    } on-error={}
    :do {
        :if ([:tostr [[:parse "/system device-mode get fetch"]]] = "false") do={
            :set fetches false
            :put "Lango: the device-mode forbids fetch, so the pages of the hotspot cannot come by themselves and nothing is reported. Allow it with /system device-mode update fetch=yes and press the button within five minutes, then run this again."
        }
    } on-error={}
}

# Whether there is a hotspot
:local hotspot true
:do {
    :if ([:len [[:parse "/ip hotspot find"]]] = 0) do={
        :put "Lango: no hotspot is set up yet. Set one up with /ip hotspot setup, then run this again."
    }
} on-error={
    :set hotspot false
    :put "Lango: this router has no hotspot, as its package is missing or disabled. The rest is done; enable the package, restart, then run this again."
}

# A user for Lango, with no more rights than it needs
:local rights "read,write,test,api"
:if ($major >= 7) do={ :set rights ($rights . ",rest-api") }
:if ([:len [/user group find name="lango-0000abcd"]] = 0) do={
    /user group add name="lango-0000abcd" policy=$rights
}
:if ([:len [/user find name="lango-0000abcd"]] = 0) do={
    /user add name="lango-0000abcd" group="lango-0000abcd" password="no \"real\" password" address="192.0.2.1/32" comment="lango:adopt/0000abcd"
} else={
    /user set [find name="lango-0000abcd"] group="lango-0000abcd" password="no \"real\" password" address="192.0.2.1/32" disabled=no
}

# A certificate for the service, where it has none
:local doors [/ip service find name="api-ssl"]
:if ($major >= 7) do={ :set doors [/ip service find name="api-ssl" dynamic=no] }
:local door [:pick $doors 0]
:local shown [:tostr [/ip service get $door certificate]]
:if ($shown = "" or $shown = "none" or $shown = "*0") do={
    :if ([:len [/certificate find name="lango-0000abcd"]] = 0) do={
        /certificate add name="lango-0000abcd" common-name="lango-0000abcd" days-valid=3650 key-size=2048
    }
    :if ([:len [:tostr [/certificate get [find name="lango-0000abcd"] fingerprint]]] = 0) do={
        :put "Lango: makes a certificate; a small router takes a minute or two for it."
        :do { /certificate sign "lango-0000abcd" } on-error={}
    }
    :local rounds 60
    :while ($rounds > 0 and [:len [:tostr [/certificate get [find name="lango-0000abcd"] fingerprint]]] = 0) do={
        :set rounds ($rounds - 1)
        :delay 2s
    }
    :if ($rounds = 0) do={
        :error "Lango: the router has made no certificate. Run this again; if that does not help, assign a certificate to the service api-ssl yourself."
    }
    /ip service set $door certificate="lango-0000abcd"
}

# The service api-ssl, open to Lango's addresses beside those that it was open to
:local fixed "] 0]"
:if ($major >= 7) do={ :set fixed " dynamic=no] 0]" }
:local property "address"
:if ($release >= 724) do={ :set property "available-from" }
:local before ""
:foreach range in=[:toarray [[:parse ("/ip service get [:pick [/ip service find name=\"api-ssl\"" . $fixed . " " . $property)]]] do={
    :if ([:len [:tostr $range]] > 0) do={ :set before ($before . "," . [:tostr $range]) }
}
:local after $before
:foreach range in={"192.0.2.1/32"} do={
    :if ([:typeof [:find ($after . ",") ("," . $range . ",")]] != "num") do={ :set after ($after . "," . $range) }
}
:local closed [:tostr [/ip service get $door disabled]]
:if ($closed = "false" and $before = "") do={ :set after "" }
:if ($closed = "true" or $before != $after) do={
    :if ([:len [/system script find name="lango-0000abcd was service api-ssl"]] = 0) do={
        /system script add name="lango-0000abcd was service api-ssl" source=("# " . $closed . " " . [:pick $before 1 [:len $before]])
    }
    [[:parse ("/ip service set [:pick [/ip service find name=\"api-ssl\"" . $fixed . " disabled=no " . $property . "=\"" . [:pick $after 1 [:len $after]] . "\"")]]
}

# Lango's addresses before the rules of the firewall that drop
:local port [/ip service get $door port]
:local drops [/ip firewall filter find chain="input" and disabled=no and dynamic=no and (action="drop" or action="reject")]
:if ([:len $drops] > 0) do={
    :local first [:pick [/ip firewall filter find chain="input" and dynamic=no] 0]
    :if ([:len [/ip firewall filter find comment="lango:adopt/0000abcd"]] = 0) do={
        /ip firewall filter add chain=input action=accept protocol=tcp dst-port=$port src-address=192.0.2.1/32 comment="lango:adopt/0000abcd" place-before=$first
    }
}

# The portal in the walled garden
:if ($hotspot) do={
    [[:parse ":if ([:len [/ip hotspot walled-garden ip find comment=\"lango:adopt/0000abcd\"]] = 0) do={\0A    /ip hotspot walled-garden ip add action=accept protocol=tcp dst-port=8080 dst-address=192.0.2.1 comment=\"lango:adopt/0000abcd\"\0A}"]]
}

# The pages of the hotspot
:if ($hotspot and $fetches) do={
    [[:parse ":foreach server in=[/ip hotspot find] do={\0A    :local wears [/ip hotspot get \$server profile]\0A    :local row [:pick [/ip hotspot profile find name=\$wears] 0]\0A    :local folder [:tostr [/ip hotspot profile get \$row html-directory]]\0A    :local target \"lango-0000abcd\"\0A    :if (\$folder ~ \"^flash/\") do={ :set target \"flash/lango-0000abcd\" }\0A    :local isOurs (\$folder = \$target)\0A    :if (\$isOurs or \$folder = \"hotspot\" or \$folder = \"flash/hotspot\") do={\0A        :local isWhole true\0A        :foreach page in={\"api.json\";\"login.html\";\"status.html\"} do={\0A            :do {\0A                /tool fetch url=(\"http://192.0.2.1:8080/router/links/abcdefghijklmnopqrstuvwxyz/pages/\" . \$page) dst-path=(\$target . \"/\" . \$page)\0A            } on-error={ :set isWhole false }\0A        }\0A        :if (\$isWhole and !\$isOurs) do={\0A            :if ([:len [/system script find name=(\"lango-0000abcd was pages \" . [:tostr \$row])]] = 0) do={\0A                /system script add name=(\"lango-0000abcd was pages \" . [:tostr \$row]) source=(\"# \" . \$folder)\0A            }\0A            /ip hotspot profile set \$row html-directory=\$target\0A        }\0A        :if (!\$isWhole) do={ :put (\"Lango: some pages of the hotspot could not be fetched; the profile \" . \$wears . \" keeps its own until this is run again.\") }\0A    } else={ :put (\"Lango: the hotspot profile \" . \$wears . \" shows pages of its own, which stay. Make a new line with all pages to replace them.\") }\0A}"]]
}

# The report
:local news ("version " . $running . "\nservice api-ssl\nport " . $port . "\n")
:do {
    :local worn [:tostr [/ip service get $door certificate]]
    :set news ($news . "fingerprint " . [:tostr [/certificate get [find name=$worn] fingerprint]] . "\n")
} on-error={}
:if ($fetches) do={
    :do {
        /tool fetch url="http://192.0.2.1:8080/router/links/abcdefghijklmnopqrstuvwxyz/reports" http-method=post http-data=$news output=none
        :put "Lango: done. The router is in service."
    } on-error={
        :put "Lango: everything is set up, but the report did not reach Lango. Run this again, or confirm the router's certificate in the back office."
    }
} else={
    :put "Lango: done. Confirm the router's certificate in the back office."
}
}
