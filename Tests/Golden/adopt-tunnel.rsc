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

# Whether there can be a tunnel
:if ($major < 7) do={
    :put "Lango: WireGuard needs RouterOS 7, so there will be no tunnel; everything else is done."
}

# A user for Lango, with no more rights than it needs
:local rights "read,write,test,api,reboot,ftp"
:if ($major >= 7) do={ :set rights ($rights . ",rest-api") }
:if ([:len [/user group find name="lango-0000abcd"]] = 0) do={
    /user group add name="lango-0000abcd" policy=$rights
} else={
    /user group set [find name="lango-0000abcd"] policy=$rights
}
:if ([:len [/user find name="lango-0000abcd"]] = 0) do={
    /user add name="lango-0000abcd" group="lango-0000abcd" password="no \"real\" password" address="192.0.2.1/32,10.99.0.1/32" comment="lango:adopt/0000abcd"
} else={
    /user set [find name="lango-0000abcd"] group="lango-0000abcd" password="no \"real\" password" address="192.0.2.1/32,10.99.0.1/32" disabled=no
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

# A tunnel to Lango
:if ($major >= 7) do={
    [[:parse ":if ([:len [/interface wireguard find name=\"lango-0000abcd\"]] = 0) do={\0A    /interface wireguard add name=\"lango-0000abcd\" listen-port=43981 comment=\"lango:adopt/0000abcd\"\0A}"]]
    [[:parse ":if ([:len [/interface wireguard peers find comment=\"lango:adopt/0000abcd\"]] = 0) do={\0A    /interface wireguard peers add interface=\"lango-0000abcd\" public-key=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\" endpoint-address=\"vpn.example.net\" endpoint-port=51820 allowed-address=10.99.0.1/32 persistent-keepalive=25s comment=\"lango:adopt/0000abcd\"\0A}"]]
    [[:parse ":if ([:len [/ip address find comment=\"lango:adopt/0000abcd\"]] = 0) do={\0A    /ip address add address=10.99.0.2/32 network=10.99.0.1 interface=\"lango-0000abcd\" comment=\"lango:adopt/0000abcd\"\0A}"]]
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
:foreach range in={"192.0.2.1/32";"10.99.0.1/32"} do={
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
    :if ([:len [/ip firewall filter find comment="lango:adopt/0000abcd 2"]] = 0) do={
        /ip firewall filter add chain=input action=accept protocol=tcp dst-port=$port src-address=10.99.0.1/32 comment="lango:adopt/0000abcd 2" place-before=$first
    }
}

# The portal in the walled garden
:if ($hotspot) do={
    [[:parse ":if ([:len [/ip hotspot walled-garden ip find comment=\"lango:adopt/0000abcd\"]] = 0) do={\0A    /ip hotspot walled-garden ip add action=accept protocol=tcp dst-port=8080 dst-address=192.0.2.1 comment=\"lango:adopt/0000abcd\"\0A}"]]
}

# What ends access on time while Lango cannot be reached
:do {
    :if ($major >= 7 and [:tostr [[:parse "/system device-mode get scheduler"]]] = "false") do={
        :put "Lango: the device-mode forbids the scheduler, so that access which ends by the clock ends late while Lango cannot be reached. Allow it with /system device-mode update scheduler=yes and press the button within five minutes."
    }
} on-error={}
{
:local source ""
:set source ":global langoUp\0A:global langoBoot\0A:global langoBase\0A:global langoSure\0A:global langoKeptAt\0A:global langoWord\0A:global langoThen\0A:global langoLines\0A:if ([:typeof \$langoBoot] != \"num\") do={\0A  :set langoBoot 1\0A  :set langoSure false\0A  :set langoBase \"\"\0A  :set langoWord \"\"\0A  :set langoThen \"\"\0A  :do {\0A    :local kept [/system script get [find name=lango-guard-memory] source]\0A    :local one [:find \$kept \" \" 2]\0A    :local two [:find \$kept \" \" (\$one + 1)]\0A    :set langoBoot (1 + [:tonum [:pick \$kept 2 \$one]])\0A    :local alive [:tonum [:pick \$kept (\$one + 1) \$two]]\0A    :if (\$alive > 1000000000) do={:set langoBase \$alive}\0A    :set langoThen [:pick \$kept (\$two + 1) [:len \$kept]]\0A    :local bar [:find \$langoThen \"|\" 0]\0A    :if ([:typeof \$bar] = \"num\") do={\0A      :set langoLines [:pick \$langoThen (\$bar + 1) [:len \$langoThen]]\0A      :set langoThen [:pick \$langoThen 0 \$bar]\0A    }\0A  } on-error={}\0A}\0A:do {\0A  :local word [/system script get [find name=lango-guard-word] source]\0A  :if (\$word != \$langoWord) do={\0A    :local gap [:find \$word \" \" 2]\0A    :if ([:pick \$word 2 \$gap] = [:tostr \$langoBoot]) do={\0A      :set langoBase [:tonum [:pick \$word (\$gap + 1) [:len \$word]]]\0A      :set langoSure true\0A      :set langoKeptAt -600\0A    }\0A    :set langoWord \$word\0A  }\0A} on-error={}\0A:local isSet false\0A:do {\0A  :if ([:tostr [[:parse \"/system ntp client get status\"]]] = \"synchronized\") do={:set isSet true}\0A} on-error={}\0A:if (!\$isSet) do={\0A  :do {\0A    :local from [:tostr [[:parse \"/system ntp client get last-update-from\"]]]\0A    :if (\$from != \"\" and \$from != \"0.0.0.0\") do={:set isSet true}\0A  } on-error={}\0A}\0A:if (\$isSet) do={\0A  :local day [:tostr [/system clock get date]]\0A  :local hour [:tostr [/system clock get time]]\0A  :local year 0\0A  :local month 0\0A  :local date 0\0A  :if ([:pick \$day 4 5] = \"-\") do={\0A    :set year [:tonum [:pick \$day 0 4]]\0A    :set month [:tonum [:pick \$day 5 7]]\0A    :set date [:tonum [:pick \$day 8 10]]\0A  } else={\0A    :set year [:tonum [:pick \$day 7 11]]\0A    :set month (1 + ([:find \"janfebmaraprmayjunjulaugsepoctnovdec\" [:pick \$day 0 3]] / 3))\0A    :set date [:tonum [:pick \$day 4 6]]\0A  }\0A  :if (\$month < 3) do={\0A    :set year (\$year - 1)\0A    :set month (\$month + 9)\0A  } else={:set month (\$month - 3)}\0A  :local days ((365 * \$year) + (\$year / 4) - (\$year / 100) + (\$year / 400) + (((153 * \$month) + 2) / 5) + \$date - 719469)\0A  :local zone [/system clock get gmt-offset]\0A  :local ahead 0\0A  :if ([:typeof \$zone] = \"num\") do={\0A    :set ahead \$zone\0A    :if (\$ahead > 86400) do={:set ahead (\$ahead - 4294967296)}\0A  } else={\0A    :set zone [:tostr \$zone]\0A    :if ([:typeof [:find \"+-\" [:pick \$zone 0 1]]] != \"num\") do={:set zone (\"+\" . \$zone)}\0A    :set ahead ((3600 * [:tonum [:pick \$zone 1 3]]) + (60 * [:tonum [:pick \$zone 4 6]]))\0A    :if ([:pick \$zone 0 1] = \"-\") do={:set ahead (0 - \$ahead)}\0A  }\0A  :local base ((86400 * \$days) + (3600 * [:tonum [:pick \$hour 0 2]]) + (60 * [:tonum [:pick \$hour 3 5]]) + [:tonum [:pick \$hour 6 8]] - \$ahead - \$langoUp)\0A  :if (\$langoSure) do={\0A    :local off (\$base - \$langoBase)\0A    :if (\$off > -6 and \$off < 6) do={:set langoBase \$base}\0A  } else={\0A    :set langoBase \$base\0A    :set langoSure true\0A    :set langoKeptAt -600\0A  }\0A}"
:if ([:len [/system script find name=lango-guard-clock]] = 0) do={
  /system script add name=lango-guard-clock comment="lango:guard eb2896ac" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard-clock] comment] != "lango:guard eb2896ac") do={
    /system script set [find name=lango-guard-clock] comment="lango:guard eb2896ac" policy=read,write,test source=$source
  }
}
:set source ":global langoUp\0A:global langoThen\0A:global langoLost\0A:global langoKept\0A:global langoUse\0A:global langoOver\0A:if ([:typeof \$langoLost] != \"str\") do={\0A  :set langoLost \";\"\0A  :local from 0\0A  :local to [:find \$langoThen \";\" 1]\0A  :while ([:typeof \$to] = \"num\") do={\0A    :local entry [:pick \$langoThen (\$from + 1) \$to]\0A    :set from \$to\0A    :set to [:find \$langoThen \";\" (\$from + 1)]\0A    :do {\0A      :local one [:find \$entry \"/\" 0]\0A      :local two [:find \$entry \"/\" (\$one + 1)]\0A      :local three [:find \$entry \"/\" (\$two + 1)]\0A      :local four [:find \$entry \"/\" (\$three + 1)]\0A      :local five [:find \$entry \"/\" (\$four + 1)]\0A      :local who [:pick \$entry 0 \$one]\0A      :local rows [/ip hotspot user find name=\$who]\0A      :local whole ([:totime [:pick \$entry (\$three + 1) \$four]] - [/ip hotspot user get \$rows uptime])\0A      :local moved ([:tonum [:pick \$entry (\$four + 1) \$five]] - [/ip hotspot user get \$rows bytes-in] - [/ip hotspot user get \$rows bytes-out])\0A      :if (\$whole < 0s) do={:set whole 0s}\0A      :if (\$moved < 0) do={:set moved 0}\0A      :set langoLost (\$langoLost . [:pick \$entry 0 (\$three + 1)] . [:tostr \$whole] . \"/\" . \$moved . \";\")\0A    } on-error={}\0A  }\0A  :set langoThen \"\"\0A}\0A:local names \"\"\0A:foreach session in=[/ip hotspot active find] do={\0A  :do {:set names (\$names . \",\" . [/ip hotspot active get \$session user])} on-error={}\0A}\0A:local from -1\0A:local to [:find \$langoKept \";\" 0]\0A:while ([:typeof \$to] = \"num\") do={\0A  :local who [:pick \$langoKept (\$from + 1) [:find \$langoKept \"/\" (\$from + 1)]]\0A  :set names (\$names . \",\" . \$who)\0A  :set from \$to\0A  :set to [:find \$langoKept \";\" (\$from + 1)]\0A}\0A:local seen \",\"\0A:local over \"\"\0A:foreach who in=[:toarray \$names] do={\0A  :do {\0A    :local members [/ip hotspot user find name=\$who]\0A    :local mark \"\"\0A    :if ([:len \$members] = 1 and [:typeof [:find \$seen (\",\" . \$who . \",\")]] != \"num\") do={\0A      :set seen (\$seen . \$who . \",\")\0A      :set mark ([:tostr [/ip hotspot user get \$members comment]] . \" \")\0A    }\0A    :if (\$mark ~ \"^lango:[^ ]+ (until=[0-9]+ ){0,1}(time|data)=\") do={\0A      :if (\$mark ~ \" shared \") do={\0A        :local group [:pick \$mark 6 [:find \$mark \"/\" 5]]\0A        :set members [/ip hotspot user find comment~(\"^lango:\" . \$group . \"/\")]\0A      }\0A      :local limit \"-\"\0A      :local most \"-\"\0A      :local at [:find \$mark \" time=\"]\0A      :if ([:typeof \$at] = \"num\") do={:set limit [:pick \$mark (\$at + 6) [:find \$mark \" \" (\$at + 5)]]}\0A      :set at [:find \$mark \" data=\"]\0A      :if ([:typeof \$at] = \"num\") do={:set most [:pick \$mark (\$at + 6) [:find \$mark \" \" (\$at + 5)]]}\0A      :local whole 0s\0A      :local moved 0\0A      :foreach row in=\$members do={\0A        :local one [/ip hotspot user get \$row name]\0A        :local key (\$one . \"/\" . \$limit . \"/\" . \$most . \"/\")\0A        :set seen (\$seen . \$one . \",\")\0A        :local spent [/ip hotspot user get \$row uptime]\0A        :local bytes ([/ip hotspot user get \$row bytes-in] + [/ip hotspot user get \$row bytes-out])\0A        :local lastSeen -1\0A        :foreach live in=[/ip hotspot active find user=\$one] do={\0A          :set spent (\$spent + [/ip hotspot active get \$live uptime])\0A          :set bytes (\$bytes + [/ip hotspot active get \$live bytes-in] + [/ip hotspot active get \$live bytes-out])\0A          :set lastSeen \$langoUp\0A        }\0A        :local place [:find \$langoLost (\";\" . \$key)]\0A        :if ([:typeof \$place] = \"num\") do={\0A          :local from (\$place + 1 + [:len \$key])\0A          :local middle [:find \$langoLost \"/\" \$from]\0A          :set spent (\$spent + [:totime [:pick \$langoLost \$from \$middle]])\0A          :set bytes (\$bytes + [:tonum [:pick \$langoLost (\$middle + 1) [:find \$langoLost \";\" \$middle]]])\0A          :if (\$lastSeen < 0) do={:set lastSeen 0}\0A        } else={\0A          :set place [:find (\";\" . \$langoKept) (\";\" . \$key)]\0A          :if (\$lastSeen < 0 and [:typeof \$place] = \"num\") do={\0A            :local end [:find \$langoKept \";\" \$place]\0A            :local entry [:pick \$langoKept (\$place + [:len \$key]) \$end]\0A            :local last [:tonum [:pick \$entry (1 + [:find \$entry \"/\" (1 + [:find \$entry \"/\" 0])]) [:len \$entry]]]\0A            :if ((\$langoUp - \$last) < 900) do={:set lastSeen \$last}\0A          }\0A        }\0A        :if (\$lastSeen >= 0) do={\0A          :set langoUse (\$langoUse . \$key . [:tostr \$spent] . \"/\" . \$bytes . \"/\" . \$lastSeen . \";\")\0A        }\0A        :set whole (\$whole + \$spent)\0A        :set moved (\$moved + \$bytes)\0A      }\0A      :local isOver false\0A      :if (\$limit != \"-\") do={\0A        :if (\$whole >= [:totime \$limit]) do={:set isOver true}\0A      }\0A      :if (\$most != \"-\") do={\0A        :if (\$moved >= [:tonum \$most]) do={:set isOver true}\0A      }\0A      :if (\$isOver) do={\0A        :foreach row in=\$members do={\0A          :if ([/ip hotspot user get \$row disabled] != true) do={\0A            :set over (\$over . \",\" . [/ip hotspot user get \$row name])\0A          }\0A        }\0A      }\0A    }\0A  } on-error={}\0A}\0A:set langoOver [:toarray \$over]"
:if ([:len [/system script find name=lango-guard-use]] = 0) do={
  /system script add name=lango-guard-use comment="lango:guard 41ef9df0" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard-use] comment] != "lango:guard 41ef9df0") do={
    /system script set [find name=lango-guard-use] comment="lango:guard 41ef9df0" policy=read,write,test source=$source
  }
}
:set source ":global langoLines\0A:global langoLinesKept\0A:global langoLinesNews\0A:global langoLinesOver\0A:set langoLinesNews false\0A:set langoLinesOver [:toarray \"\"]\0A:local all \"\"\0A:do {\0A  :foreach row in=[/ppp secret find where disabled=no and comment~\"^lango:line/[^ ]+ (until=[0-9]+ ){0,1}data=\"] do={\0A    :do {\0A      :local who [/ppp secret get \$row name]\0A      :local mark ([:tostr [/ppp secret get \$row comment]] . \" \")\0A      :local at [:find \$mark \" data=\"]\0A      :local count 0\0A      :foreach device in=[/interface find name=(\"<pppoe-\" . \$who . \">\")] do={\0A        :set count ([/interface get \$device rx-byte] + [/interface get \$device tx-byte])\0A      }\0A      :set all (\$all . \$who . \"/\" . [:pick \$mark (\$at + 6) [:find \$mark \" \" (\$at + 5)]] . \"/\" . \$count . \";\")\0A    } on-error={}\0A  }\0A} on-error={}\0A:foreach row in=[/queue simple find where disabled=no and comment~\"^lango:line/[^ ]+ (until=[0-9]+ ){0,1}data=\"] do={\0A  :do {\0A    :local mark ([:tostr [/queue simple get \$row comment]] . \" \")\0A    :local at [:find \$mark \" data=\"]\0A    :local pair [:tostr [/queue simple get \$row bytes]]\0A    :local middle [:find \$pair \"/\" 0]\0A    :local count ([:tonum [:pick \$pair 0 \$middle]] + [:tonum [:pick \$pair (\$middle + 1) [:len \$pair]]])\0A    :set all (\$all . [/queue simple get \$row name] . \"/\" . [:pick \$mark (\$at + 6) [:find \$mark \" \" (\$at + 5)]] . \"/\" . \$count . \";\")\0A  } on-error={}\0A}\0A:local now \";\"\0A:local over \"\"\0A:local from -1\0A:local to [:find \$all \";\" 0]\0A:while ([:typeof \$to] = \"num\") do={\0A  :local entry [:pick \$all (\$from + 1) \$to]\0A  :set from \$to\0A  :set to [:find \$all \";\" (\$from + 1)]\0A  :local one [:find \$entry \"/\" 0]\0A  :local two [:find \$entry \"/\" (\$one + 1)]\0A  :local key [:pick \$entry 0 (\$two + 1)]\0A  :local count [:tonum [:pick \$entry (\$two + 1) [:len \$entry]]]\0A  :local before 0\0A  :local place [:find \$langoLines (\";\" . \$key)]\0A  :if ([:typeof \$place] = \"num\") do={\0A    :local start (\$place + 1 + [:len \$key])\0A    :local middle [:find \$langoLines \"/\" \$start]\0A    :local last [:tonum [:pick \$langoLines (\$middle + 1) [:find \$langoLines \";\" \$middle]]]\0A    :set before [:tonum [:pick \$langoLines \$start \$middle]]\0A    :if (\$count < \$last) do={:set before (\$before + \$last)}\0A  }\0A  :set now (\$now . \$key . \$before . \"/\" . \$count . \";\")\0A  :local rest ([:tonum [:pick \$entry (\$one + 1) \$two]] - \$before - \$count)\0A  :if (\$rest <= 0) do={\0A    :set over (\$over . \",\" . [:pick \$entry 0 \$one])\0A  } else={\0A    :local isKept false\0A    :set place [:find \$langoLinesKept (\";\" . \$key)]\0A    :if ([:typeof \$place] = \"num\") do={\0A      :local start (\$place + 1 + [:len \$key])\0A      :local middle [:find \$langoLinesKept \"/\" \$start]\0A      :local known ([:tonum [:pick \$langoLinesKept \$start \$middle]] + [:tonum [:pick \$langoLinesKept (\$middle + 1) [:find \$langoLinesKept \";\" \$middle]]])\0A      :if ((\$before + \$count - \$known) * 5000 <= \$rest) do={:set isKept true}\0A    }\0A    :if (!\$isKept) do={:set langoLinesNews true}\0A  }\0A}\0A:set langoLines \$now\0A:set langoLinesOver [:toarray \$over]"
:if ([:len [/system script find name=lango-guard-lines]] = 0) do={
  /system script add name=lango-guard-lines comment="lango:guard 0c53cbb6" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard-lines] comment] != "lango:guard 0c53cbb6") do={
    /system script set [find name=lango-guard-lines] comment="lango:guard 0c53cbb6" policy=read,write,test source=$source
  }
}
:set source ":global langoDue\0A:global langoOver\0A:global langoSure\0A:global langoSwept\0A:local rows [:toarray \"\"]\0A:if (\$langoDue != \"\") do={\0A  :if (\$langoSwept = [:tostr \$langoSure]) do={\0A    :set rows [/ip hotspot user find where disabled=no and comment~\$langoDue]\0A  } else={\0A    :set rows [/ip hotspot user find where comment~\$langoDue]\0A    :set langoSwept [:tostr \$langoSure]\0A  }\0A}\0A:foreach who in=\$langoOver do={\0A  :if ([:len \$who] > 0) do={:set rows (\$rows , [/ip hotspot user find name=\$who])}\0A}\0A:foreach row in=\$rows do={\0A  :do {\0A    :local who [/ip hotspot user get \$row name]\0A    /ip hotspot user disable \$row\0A    :local devices \"\"\0A    :foreach session in=[/ip hotspot active find user=\$who] do={\0A      :set devices (\$devices . \",\" . [:tostr [/ip hotspot active get \$session mac-address]])\0A    }\0A    /ip hotspot cookie remove [find user=\$who]\0A    /ip hotspot active remove [find user=\$who]\0A    :foreach device in=[:toarray \$devices] do={\0A      :if ([:len \$device] > 0) do={\0A        :if ([:len [/ip hotspot active find mac-address=\$device]] = 0) do={\0A          /ip hotspot host remove [find mac-address=\$device]\0A        }\0A      }\0A    }\0A  } on-error={}\0A}"
:if ([:len [/system script find name=lango-guard-hotspot]] = 0) do={
  /system script add name=lango-guard-hotspot comment="lango:guard ea9acb3c" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard-hotspot] comment] != "lango:guard ea9acb3c") do={
    /system script set [find name=lango-guard-hotspot] comment="lango:guard ea9acb3c" policy=read,write,test source=$source
  }
}
:set source ":global langoDue\0A:global langoLinesOver\0A:local rows [:toarray \"\"]\0A:if (\$langoDue != \"\") do={:set rows [/ppp secret find where disabled=no and comment~\$langoDue]}\0A:foreach who in=\$langoLinesOver do={\0A  :if ([:len \$who] > 0) do={\0A    :set rows (\$rows , [/ppp secret find where disabled=no and name=\$who and comment~\"^lango:line/\"])\0A  }\0A}\0A:foreach row in=\$rows do={\0A  :do {\0A    :local who [/ppp secret get \$row name]\0A    /ppp secret disable \$row\0A    /ppp active remove [find name=\$who]\0A  } on-error={}\0A}"
:if ([:len [/system script find name=lango-guard-ppp]] = 0) do={
  /system script add name=lango-guard-ppp comment="lango:guard a2636993" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard-ppp] comment] != "lango:guard a2636993") do={
    /system script set [find name=lango-guard-ppp] comment="lango:guard a2636993" policy=read,write,test source=$source
  }
}
:set source ":global langoDue\0A:global langoLinesOver\0A:local rows [:toarray \"\"]\0A:if (\$langoDue != \"\") do={:set rows [/queue simple find where comment~\$langoDue]}\0A:foreach who in=\$langoLinesOver do={\0A  :if ([:len \$who] > 0) do={\0A    :set rows (\$rows , [/queue simple find where name=\$who and comment~\"^lango:line/\"])\0A  }\0A}\0A:foreach row in=\$rows do={\0A  :do {\0A    :local mark ([:tostr [/queue simple get \$row comment]] . \" \")\0A    :set mark [:pick \$mark 0 [:find \$mark \" \" 0]]\0A    :local address ([:tostr [/queue simple get \$row target]] . \"/\")\0A    :set address [:pick \$address 0 [:find \$address \"/\" 0]]\0A    :if ([:len [/ip firewall address-list find where list=lango-suspended and comment=\$mark]] = 0) do={\0A      /ip firewall address-list add list=lango-suspended address=\$address comment=\$mark\0A    }\0A  } on-error={}\0A}"
:if ([:len [/system script find name=lango-guard-fixed]] = 0) do={
  /system script add name=lango-guard-fixed comment="lango:guard c5202b91" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard-fixed] comment] != "lango:guard c5202b91") do={
    /system script set [find name=lango-guard-fixed] comment="lango:guard c5202b91" policy=read,write,test source=$source
  }
}
:set source ":global langoUp\0A:global langoBusy\0A:global langoBoot\0A:global langoBase\0A:global langoSure\0A:global langoAskedAt\0A:global langoDue\0A:global langoOver\0A:global langoUse\0A:global langoKept\0A:global langoKeptAt\0A:global langoLines\0A:global langoLinesKept\0A:global langoLinesNews\0A:local rest [:tostr [/system resource get uptime]]\0A:local up 0\0A:local at [:find \$rest \"w\"]\0A:if ([:typeof \$at] = \"num\") do={\0A  :set up (604800 * [:tonum [:pick \$rest 0 \$at]])\0A  :set rest [:pick \$rest (\$at + 1) [:len \$rest]]\0A}\0A:set at [:find \$rest \"d\"]\0A:if ([:typeof \$at] = \"num\") do={\0A  :set up (\$up + (86400 * [:tonum [:pick \$rest 0 \$at]]))\0A  :set rest [:pick \$rest (\$at + 1) [:len \$rest]]\0A}\0A:set up (\$up + (3600 * [:tonum [:pick \$rest 0 2]]) + (60 * [:tonum [:pick \$rest 3 5]]) + [:tonum [:pick \$rest 6 8]])\0A:local isBusy false\0A:if ([:typeof \$langoBusy] = \"num\") do={\0A  :if ((\$up - \$langoBusy) < 120) do={:set isBusy true}\0A}\0A:if (!\$isBusy) do={\0A  :set langoBusy \$up\0A  :do {\0A    :local isFirst ([:typeof \$langoBoot] != \"num\")\0A    :if (\$isFirst) do={\0A      :set langoKeptAt 0\0A      :set langoAskedAt 0\0A      :set langoKept \"\"\0A      :set langoLines \";\"\0A      :set langoLinesKept \";\"\0A    }\0A    :set langoUp \$up\0A    :if (\$isFirst or \$langoSure != true or (\$up - \$langoAskedAt) >= 60) do={\0A      :set langoAskedAt \$up\0A      /system script run lango-guard-clock\0A    }\0A    :set langoOver [:toarray \"\"]\0A    :set langoUse \"\"\0A    :do {/system script run lango-guard-use} on-error={}\0A    :do {/system script run lango-guard-lines} on-error={}\0A    :if (\$isFirst or \$langoUse != \$langoKept or \$langoLinesNews or (\$up - \$langoKeptAt) >= 600) do={\0A      :local known \"0\"\0A      :if ([:typeof \$langoBase] = \"num\") do={:set known [:tostr (\$langoBase + \$up - 3)]}\0A      :set langoKept \$langoUse\0A      :set langoLinesKept \$langoLines\0A      :set langoKeptAt \$up\0A      :do {\0A        /system script set [find name=lango-guard-memory] source=(\"# \" . \$langoBoot . \" \" . \$known . \" ;\" . \$langoUse . \"|\" . \$langoLines)\0A      } on-error={}\0A    }\0A    :set langoDue \"\"\0A    :if ([:typeof \$langoBase] = \"num\") do={\0A      :local now [:tostr (\$langoBase + \$up - 3)]\0A      :local past \"\"\0A      :for place from=0 to=9 do={\0A        :local digit [:tonum [:pick \$now \$place (\$place + 1)]]\0A        :if (\$digit > 0) do={:set past (\$past . [:pick \$now 0 \$place] . \"[0-\" . (\$digit - 1) . \"]|\")}\0A      }\0A      :set langoDue (\"^lango:[^ ]+ until=(\" . \$past . \$now . \")\")\0A    }\0A    :do {/system script run lango-guard-hotspot} on-error={}\0A    :do {/system script run lango-guard-ppp} on-error={}\0A    :do {/system script run lango-guard-fixed} on-error={}\0A  } on-error={:log warning \"lango: the guard could not do its work\"}\0A  :set langoBusy \"\"\0A}"
:if ([:len [/system script find name=lango-guard]] = 0) do={
  /system script add name=lango-guard comment="lango:guard adaf5845" policy=read,write,test source=$source
} else={
  :if ([/system script get [find name=lango-guard] comment] != "lango:guard adaf5845") do={
    /system script set [find name=lango-guard] comment="lango:guard adaf5845" policy=read,write,test source=$source
  }
}
:if ([:len [/system script find name=lango-guard-memory]] = 0) do={
  /system script add name=lango-guard-memory comment="lango:guard" policy=read source="# 0 0 ;"
}
:if ([:len [/system scheduler find name=lango-guard]] = 0) do={
  /system scheduler add name=lango-guard comment="lango:guard" policy=read,write,test interval=20s start-time=startup on-event="/system script run lango-guard"
}
}

# The report
:local news ("version " . $running . "\nservice api-ssl\nport " . $port . "\n")
:do {
    :local worn [:tostr [/ip service get $door certificate]]
    :set news ($news . "fingerprint " . [:tostr [/certificate get [find name=$worn] fingerprint]] . "\n")
} on-error={}
:do { :set news ($news . "tunnel-key " . [:tostr [[:parse "/interface wireguard get [find name=\"lango-0000abcd\"] public-key"]]] . "\n") } on-error={}
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
