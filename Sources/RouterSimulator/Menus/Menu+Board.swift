extension Menu {
    /// The board, its packages, its logs and its accounts; `Menu.read` explains the form.
    static let boardTable = """
        /system/resource/cpu table
          ro cpu disk irq load
        /system/health/settings singleton
          ro active-fan active-fan2
          cpu-overtemp-check bool ?
          cpu-overtemp-startup-delay time ?
          cpu-overtemp-threshold num ?
          fan-control-interval time =30s
          fan-full-speed-temp num =65
          fan-min-speed-percent num =12
          fan-mode enum:manual,auto ?
          fan-on-threshold num ?
          fan-switch enum:auto,on,off ?
          fan-target-temp num =58
          use-fan enum:auxiliary,main ?
          use-fan2 enum:auxiliary,main ?
        /system/clock/manual singleton set
          dst-delta text =+00:00
          dst-end text
          dst-start text
          time-zone text =+00:00
        /system/backup table load save
        /system/routerboard singleton pkg:routerboard
          ro board-name current-firmware factory-firmware firmware-type model revision routerboard serial-number
          ro upgrade-firmware
        /system/package/update singleton cancel check-for-updates download install set
          ro installed-version latest-version status
          channel text =stable
          check-certificate text ? 7.23+
          ip-version text ? 7.23+
          mode text ? 7.23+
        /system/logging/action table add clear remove set
          ro default
          add-topics-string bool ? 7.22+
          bsd-syslog bool =false -7.17.1
          cef-event-delimiter text ? 7.18+
          check-certificate bool ? 7.23+
          comment text ?
          disk-file-count num =2
          disk-file-name text =log
          disk-lines-per-file num =1000
          disk-stop-on-full bool =false
          email-cc text ? 7.23+
          email-start-tls bool =false
          email-to text
          memory-lines num =1000
          memory-stop-on-full bool =false
          name text !
          remember bool =true
          remote text =0.0.0.0
          remote-log-format enum:default,syslog,cef =default 7.18+
          remote-port num =514
          remote-protocol enum:udp,tcp,tls =udp 7.18+
          script text ? 7.22+
          src-address text =0.0.0.0
          syslog-facility text =daemon
          syslog-severity enum:auto,emergency,alert,critical,error,warning,notice,info,debug =auto
          syslog-time-format enum:bsd-syslog,iso8601 =bsd-syslog
          target enum:memory,disk,echo,remote,email,script,cmr !
          vrf text =main 7.19.6+
        /user/aaa singleton set
          accounting bool =true
          default-group text =read
          exclude-groups text
          interim-update time =0s
          use-radius bool =false
        /user/settings singleton set v7
          minimum-categories num ?
          minimum-password-length num ?
        /certificate/settings singleton set
          builtin-trust-anchors text ? 7.19+ -7.20.8
          builtin-trust-store flags:default,all,untrusted ? 7.21+
          crl-download bool =false
          crl-store enum:system,ram =ram
          crl-use bool =false
          current-defaults text ? 7.22.1+
        /snmp/community table add disable enable remove set
          ro default
          addresses text =::/0
          authentication-password text secret
          authentication-protocol enum:MD5,SHA1 =MD5
          comment text ?
          disabled bool =false
          encryption-password text secret
          encryption-protocol enum:DES,AES =DES
          name text !
          read-access bool =true
          security enum:none,authorized,private =none
          write-access bool =false
        """
}
