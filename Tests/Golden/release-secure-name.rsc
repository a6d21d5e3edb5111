# Lango leaves this router; it may run again, and changes nothing then.
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
:local hotspot true
:do { [[:parse "/ip hotspot find"]] } on-error={ :set hotspot false }

# What ended access while Lango could not be reached
/system scheduler remove [find name=lango-guard]
/system script remove [find name~"^lango-guard(-|\$)"]

# What vouchers have left
:if ($hotspot) do={
    [[:parse ":foreach row in=[/ip hotspot user find comment~\"^lango:[0-9a-f]+-\"] do={\0A    :do {\0A        :local who [/ip hotspot user get \$row name]\0A        /ip hotspot user disable \$row\0A        /ip hotspot cookie remove [find user=\$who]\0A        /ip hotspot active remove [find user=\$who]\0A        /ip hotspot user remove \$row\0A    } on-error={}\0A}\0A:foreach row in=[/ip hotspot user profile find name~\"^lango-(full-speed|[0-9])\"] do={\0A    :do {\0A        :local speed [/ip hotspot user profile get \$row name]\0A        :if ([:len [/ip hotspot user find profile=\$speed]] = 0) do={ /ip hotspot user profile remove \$row }\0A    } on-error={}\0A}"]]
}

# What lines have left
:do { [[:parse ":foreach row in=[/ppp secret find comment~\"^lango:(line|suspended)/\"] do={\0A    :do {\0A        :local who [/ppp secret get \$row name]\0A        /ppp secret remove \$row\0A        /ppp active remove [find name=\$who]\0A    } on-error={}\0A}\0A:foreach row in=[/ppp profile find name~\"^lango-(full-speed|suspended|[0-9])\"] do={\0A    :do {\0A        :local speed [/ppp profile get \$row name]\0A        :if ([:len [/ppp secret find profile=\$speed]] = 0) do={ /ppp profile remove \$row }\0A    } on-error={}\0A}"]] } on-error={}
:do { /queue simple remove [find comment~"^lango:(line|suspended)/"] } on-error={}
:do { /ip dhcp-server lease remove [find comment~"^lango:(line|suspended)/"] } on-error={}
:do { /ip firewall address-list remove [find comment~"^lango:(line|suspended)/"] } on-error={}
:do { /ip firewall filter remove [find comment~"^lango:(line|suspended)/"] } on-error={}
:do { /ip firewall nat remove [find comment~"^lango:(line|suspended)/"] } on-error={}

# The pages of the hotspot
:if ($hotspot) do={
    [[:parse ":foreach memory in=[/system script find name~\"^lango-0000abcd was pages \"] do={\0A    :local kept [/system script get \$memory name]\0A    :local place [:pick \$kept 25 [:len \$kept]]\0A    :local text [/system script get \$memory source]\0A    :foreach row in=[/ip hotspot profile find] do={\0A        :local now [/ip hotspot profile get \$row html-directory]\0A        :if ([:tostr \$row] = \$place and ([:tostr \$now] ~ \"(^|/)lango-0000abcd\\\$\")) do={\0A            /ip hotspot profile set \$row html-directory=[:pick \$text 2 [:len \$text]]\0A        }\0A    }\0A    /system script remove \$memory\0A}"]]
    [[:parse ":foreach memory in=[/system script find name~\"^lango-0000abcd was radius \"] do={\0A    :local kept [/system script get \$memory name]\0A    :local place [:pick \$kept 26 [:len \$kept]]\0A    :local text [/system script get \$memory source]\0A    :foreach row in=[/ip hotspot profile find] do={\0A        :local now [/ip hotspot profile get \$row use-radius]\0A        :if ([:tostr \$row] = \$place and ([:tostr \$now] = \"true\")) do={\0A            /ip hotspot profile set \$row use-radius=[:pick \$text 2 [:len \$text]]\0A        }\0A    }\0A    /system script remove \$memory\0A}"]]
    :do { /file remove [find name~"^(flash/){0,1}lango-0000abcd/"] } on-error={}
    :do { /file remove [find name~"^(flash/){0,1}lango-0000abcd\$"] } on-error={}
}

# The RADIUS server
/radius remove [find comment="lango:adopt/0000abcd"]
:if ([:len [/system script find name="lango-0000abcd was ppp radius"]] > 0) do={
    /ppp aaa set use-radius=no
    /system script remove [find name="lango-0000abcd was ppp radius"]
}

# The walled garden
:if ($hotspot) do={
    [[:parse "/ip hotspot walled-garden remove [find comment=\"lango:adopt/0000abcd\"]"]]
    [[:parse "/ip hotspot walled-garden ip remove [find comment=\"lango:adopt/0000abcd\"]"]]
    [[:parse "/ip hotspot walled-garden remove [find comment=\"lango:garden\"]"]]
    [[:parse "/ip hotspot walled-garden ip remove [find comment=\"lango:garden\"]"]]
}

# The tunnel
:if ($major >= 7) do={
    [[:parse "/ip address remove [find comment=\"lango:adopt/0000abcd\"]"]]
    [[:parse "/interface wireguard peers remove [find comment=\"lango:adopt/0000abcd\"]"]]
    [[:parse "/interface wireguard remove [find comment=\"lango:adopt/0000abcd\"]"]]
}

# The firewall
/ip firewall filter remove [find comment~"^lango:adopt/0000abcd( |\$)"]

# The service
:local fixed "] 0]"
:if ($major >= 7) do={ :set fixed " dynamic=no] 0]" }
:local property "address"
:if ($release >= 724) do={ :set property "available-from" }
:foreach service in={"api-ssl";"www-ssl";"ssh"} do={
    :local row ("[:pick [/ip service find name=\"" . $service . "\"" . $fixed)
    :local memory ("lango-0000abcd was service " . $service)
    :if ([:len [/system script find name=$memory]] > 0) do={
        :local text [/system script get [find name=$memory] source]
        :local gap [:find $text " " 2]
        :local closed [:pick $text 2 $gap]
        :local before [:pick $text ($gap + 1) [:len $text]]
        :local after ""
        :foreach range in=[:toarray [[:parse ("/ip service get " . $row . " " . $property)]]] do={
            :local one [:tostr $range]
            :if ($one != "" and ([:typeof [:find ",192.0.2.1/32,198.51.100.0/28," ("," . $one . ",")]] != "num" or [:typeof [:find ("," . $before . ",") ("," . $one . ",")]] = "num")) do={ :set after ($after . "," . $one) }
        }
        :if ($after = "") do={ :set after ("," . $before) }
        :local change " disabled=no"
        :if ($closed = "true") do={ :set change " disabled=yes" }
        [[:parse ("/ip service set " . $row . $change . " " . $property . "=\"" . [:pick $after 1 [:len $after]] . "\"")]]
        /system script remove [find name=$memory]
    }
    :if ([:tostr [[:parse ("/ip service get " . $row . " certificate")]]] = "lango-0000abcd") do={
        [[:parse ("/ip service set " . $row . " certificate=none")]]
    }
}
:do { /certificate remove [find name="lango-0000abcd"] } on-error={}

# The script that asked for work
/system scheduler remove [find name=lango-pull]
/system script remove [find name=lango-pull]


# The user
/user remove [find comment="lango:adopt/0000abcd"]
/user group remove [find name="lango-0000abcd"]

# The report
:do {
    /tool fetch url="http://192.0.2.1:8080/router/links/abcdefghijklmnopqrstuvwxyz/reports" http-method=post http-data=("version " . $running . "\n") output=none check-certificate=yes-without-crl
} on-error={}
:put "Lango: done. Nothing of Lango is left on this router."
}
