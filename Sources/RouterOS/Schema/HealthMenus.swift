/// The menus that tell how the router itself fares.
///
/// Notation: `RouterSchema`.
let healthMenus = #"""
    /system/health record
      does set
      rw bool state-after-reboot
      ro bool state
      ro choice(C|RPM|V|A|W) type
      ro number 12v 3.3v 5v board-temp core cpu-temp fan1 fan2 fan3 lm87-temp temp1 temp2 temp3 voltage1 voltage10
      ro number voltage2 voltage3 voltage4 voltage5 voltage6 voltage7 voltage8 voltage9
      ro number(ok|fail|not-present|idle) value
      ro text name
    /system/resource/cpu table
      ro number disk irq load
      ro text cpu
    /system/package/update record
      does cancel check-for-updates(duration,interval,once) download install(duration,interval,once) set
      rw text channel=stable
      ro text installed-version latest-version status
      7.23.. rw text check-certificate ip-version mode
    /system/ntp/client record
      does reset-freq-drift set
      rw bool enabled=false
      rw choice(unicast|broadcast|multicast|manycast) mode=unicast
      rw list servers
      rw text primary-ntp=0.0.0.0 secondary-ntp=0.0.0.0 server-dns-names vrf=main
      ro choice(stopped|waiting|synchronized|using-local-clock) status
      ro number freq-drift synced-stratum system-offset
      ro text active-server last-adjustment last-update-before last-update-from poll-interval synced-server
    /system/note record
      does set
      rw bool show-at-login=true
      rw text note
      7.14.3.. rw bool show-at-cli-login=false
    """#
