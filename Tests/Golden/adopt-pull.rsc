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

# A script that asks Lango for work, every few seconds
:if (!$fetches) do={
    :error "Lango: this router may not use fetch, so that it cannot call Lango. Allow it: /system device-mode update fetch=yes, then run this again."
}
:if ([:len [/system script find name=lango-pull]] = 0) do={
  /system script add name=lango-pull comment="lango:pull" policy=ftp,read,write,reboot,test source=":global langoPullSince\0A:local now [/system resource get uptime]\0A:local isBusy false\0A:if ([:typeof \$langoPullSince] = \"time\") do={\0A  :if ((\$now - \$langoPullSince) < 2m) do={:set isBusy true}\0A}\0A:if (!\$isBusy) do={\0A  :local url \"http://192.0.2.1:8080/router/pull/019f0000-0000-7000-8000-00000000abcd\"\0A  :local head \"Authorization: Bearer 0f7edba578e6482632718707139f9a9edacd7d51cd8394f40bc19ecc7e5549a0\"\0A  :local mark \"bdf05569f6274926327c0f5c1fb5240d \"\0A  :local ticket \"-\"\0A  :local say \"\"\0A  :local rounds 0\0A  :do {\0A    :while ((\$rounds < 30) || (\$ticket != \"-\")) do={\0A      :set rounds (\$rounds + 1)\0A      :set langoPullSince [/system resource get uptime]\0A      :local size [:len \$say]\0A      :local from 0\0A      :local part 0\0A      :while ((\$size - \$from) > 16000) do={\0A        /tool fetch url=\$url http-method=post http-header-field=\$head http-data=(\"lango 1 \" . \$ticket . \" \" . \$part . \" more\\n\" . [:pick \$say \$from (\$from + 16000)]) output=none\0A        :set from (\$from + 16000)\0A        :set part (\$part + 1)\0A      }\0A      :local got [/tool fetch url=\$url http-method=post http-header-field=\$head http-data=(\"lango 1 \" . \$ticket . \" \" . \$part . \" end\\n\" . [:pick \$say \$from \$size]) output=user as-value]\0A      :local data (\$got->\"data\")\0A      :set ticket \"-\"\0A      :set say \"\"\0A      :if ([:pick \$data 0 33] != \$mark) do={:error \"lango: another answers in its place\"}\0A      :if ([:len \$data] > 59) do={\0A        :set ticket [:pick \$data 33 49]\0A        :local text [:pick \$data 59 [:len \$data]]\0A        :local code \"\"\0A        :if ([:tostr ([:len \$text] + 10000000)] = [:pick \$data 50 58]) do={\0A          :do {:set code [:parse \$text]} on-error={:set say \"\\02\"}\0A        } else={:set say \"\\03\"}\0A        :if (\$say = \"\") do={\0A          :do {:set say [\$code]} on-error={:set say \"\\01\"}\0A        }\0A      }\0A    }\0A  } on-error={:log warning \"lango: the gateway does not answer\"}\0A  :set langoPullSince 0\0A}"
} else={
  /system script set [find name=lango-pull] policy=ftp,read,write,reboot,test source=":global langoPullSince\0A:local now [/system resource get uptime]\0A:local isBusy false\0A:if ([:typeof \$langoPullSince] = \"time\") do={\0A  :if ((\$now - \$langoPullSince) < 2m) do={:set isBusy true}\0A}\0A:if (!\$isBusy) do={\0A  :local url \"http://192.0.2.1:8080/router/pull/019f0000-0000-7000-8000-00000000abcd\"\0A  :local head \"Authorization: Bearer 0f7edba578e6482632718707139f9a9edacd7d51cd8394f40bc19ecc7e5549a0\"\0A  :local mark \"bdf05569f6274926327c0f5c1fb5240d \"\0A  :local ticket \"-\"\0A  :local say \"\"\0A  :local rounds 0\0A  :do {\0A    :while ((\$rounds < 30) || (\$ticket != \"-\")) do={\0A      :set rounds (\$rounds + 1)\0A      :set langoPullSince [/system resource get uptime]\0A      :local size [:len \$say]\0A      :local from 0\0A      :local part 0\0A      :while ((\$size - \$from) > 16000) do={\0A        /tool fetch url=\$url http-method=post http-header-field=\$head http-data=(\"lango 1 \" . \$ticket . \" \" . \$part . \" more\\n\" . [:pick \$say \$from (\$from + 16000)]) output=none\0A        :set from (\$from + 16000)\0A        :set part (\$part + 1)\0A      }\0A      :local got [/tool fetch url=\$url http-method=post http-header-field=\$head http-data=(\"lango 1 \" . \$ticket . \" \" . \$part . \" end\\n\" . [:pick \$say \$from \$size]) output=user as-value]\0A      :local data (\$got->\"data\")\0A      :set ticket \"-\"\0A      :set say \"\"\0A      :if ([:pick \$data 0 33] != \$mark) do={:error \"lango: another answers in its place\"}\0A      :if ([:len \$data] > 59) do={\0A        :set ticket [:pick \$data 33 49]\0A        :local text [:pick \$data 59 [:len \$data]]\0A        :local code \"\"\0A        :if ([:tostr ([:len \$text] + 10000000)] = [:pick \$data 50 58]) do={\0A          :do {:set code [:parse \$text]} on-error={:set say \"\\02\"}\0A        } else={:set say \"\\03\"}\0A        :if (\$say = \"\") do={\0A          :do {:set say [\$code]} on-error={:set say \"\\01\"}\0A        }\0A      }\0A    }\0A  } on-error={:log warning \"lango: the gateway does not answer\"}\0A  :set langoPullSince 0\0A}"
}
:if ([:len [/system scheduler find name=lango-pull]] = 0) do={
  /system scheduler add name=lango-pull comment="lango:pull" policy=ftp,read,write,reboot,test interval=10s start-time=startup on-event="/system script run lango-pull"
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
:local news ("version " . $running . "\nservice pull\n")
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
