extension Menu {
    /// Users, time, scripts and the board; `Menu.read` explains the form.
    static let systemTable = """
        /system/resource singleton monitor
          ro architecture-name bad-blocks board-name build-time cpu cpu-count cpu-frequency cpu-load
          ro factory-software free-hdd-space free-memory platform serial-number total-hdd-space total-memory uptime
          ro version write-sect-since-reboot write-sect-total
        /system/identity singleton set
          name text =MikroTik
        /system/clock singleton set
          ro dst-active gmt-offset
          date text ?
          time text ?
          time-zone-autodetect bool =true
          time-zone-name text =Africa/Nairobi
        /system/package table apply-changes disable downgrade enable uninstall unschedule
          ro available build-time bundle disabled name scheduled size version
        /system/device-mode singleton update v7
          ro allowed-versions attempt-count bandwidth-test container email fetch flagged flagging-enabled hotspot
          ro install-any-version ipsec l2tp mode partitions pptp proxy romon routerboard scheduler smb sniffer socks
          ro traffic-gen zerotier
        /system/license singleton generate-new-id renew
          ro deadline-at level limited-upgrades next-renewal-at system-id
        /system/script table add remove run set unset
          ro invalid last-started run-count
          comment text ?
          dont-require-permissions bool =false
          name text !
          owner text
          policy text =ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon
          source text
        /system/scheduler table add disable enable remove set unset
          ro next-run owner run-count
          comment text ?
          days text ? 7.24+
          disabled bool =false
          interval time =0s
          name text !
          on-event text
          policy text =ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon
          start-date text ?
          start-time text ?
        /system/ntp/client singleton reset-freq-drift set
          ro-v6 active-server last-adjustment last-update-before last-update-from poll-interval
          ro-v7 freq-drift status synced-server synced-stratum system-offset
          enabled bool =false
          mode enum:unicast,broadcast,multicast,manycast =unicast
          primary-ntp text =0.0.0.0 v6
          secondary-ntp text =0.0.0.0 v6
          server-dns-names text v6
          servers text v7
          vrf text =main v7
        /system/logging table add disable enable remove set
          ro default invalid
          action text =memory
          comment text ? 7.22+
          disabled bool =false
          prefix text
          regex text ? 7.17+
          topics text
        /system/note singleton set
          note text
          show-at-cli-login bool =false 7.14.3+
          show-at-login bool =true
        /user table add disable enable expire-password remove set
          ro expired last-logged-in
          address text ?
          comment text ?
          disabled bool =false
          group ref:/user/group !
          inactivity-policy enum:none,logout,lockscreen =none 7.16+
          inactivity-timeout time =10m 7.16+
          name text !
          password text wo secret
        /user/group table add remove set
          comment text ?
          name text !
          policy policy
          skin text =default
        /user/active table remove
          ro address by-romon group name radius via when
        /certificate table add enable-ssl-certificate export-certificate import remove set sign unset
          ro acme-managed acme-status akid authority ca ca-crl-host ca-fingerprint challenge-password crl
          ro directory-url domain-names dynamic expired expires-after fingerprint invalid-after invalid-before
          ro issued issuer key-type private-key req-fingerprint revoked scep-url serial-number skid smart-card-key
          ro status
          active text ?
          common-name text ?
          country text ?
          days-valid num =365
          digest-algorithm enum:md5,sha1,sha256,sha384,sha512 =sha256
          inactive text ?
          key-size enum:prime256v1,secp384r1,secp521r1,1024,1536,2048,4096,8192 =2048
          key-usage text =digital-signature,key-encipherment,data-encipherment,key-cert-sign,tls-server
          locality text ?
          name text !
          organization text ?
          state text ?
          subject-alt-name text ?
          trust-store text ? 7.21+
          trusted bool ?
          unit text ?
        /log table debug error info warning
          ro buffer extra-info message time topics
        /file table add copy head read remove set tail
          ro last-modified package-architecture package-build-time package-name package-version shared size
          contents text ?
          name text !
          type text ? 7.15+
        """
}
