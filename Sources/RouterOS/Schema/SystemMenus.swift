/// The menus of the router itself: what the probe reads, files, users, certificates.
///
/// Notation: `RouterSchema`.
let systemMenus = #"""
    /system/resource record
      does monitor(duration,interval,once)
      ro duration uptime
      ro number bad-blocks cpu-count cpu-frequency cpu-load free-hdd-space free-memory total-hdd-space
      ro number total-memory write-sect-since-reboot write-sect-total
      ro text architecture-name board-name build-time cpu factory-software platform serial-number version
    /system/identity record
      does set
      rw text name=Mikrotik
    /system/clock record
      does set
      rw bool time-zone-autodetect=true
      rw date date time
      rw text time-zone-name=manual
      ro bool dst-active
      ro text gmt-offset
    /system/device-mode record
      does update
      ro bool bandwidth-test container email fetch flagged flagging-enabled hotspot install-any-version ipsec l2tp
      ro bool partitions pptp proxy romon routerboard scheduler smb sniffer socks traffic-gen zerotier
      ro number attempt-count
      ro text allowed-versions mode
    /system/routerboard record
      ro bool routerboard
      ro text board-name current-firmware factory-firmware firmware-type model revision serial-number
      ro text upgrade-firmware
    /system/license record
      does generate-new-id renew(account,duration,interval,level,once,password)
      ro text deadline-at level limited-upgrades next-renewal-at system-id
    /system/package table
      does apply-changes disable downgrade enable uninstall unschedule
      ro bool available disabled
      ro date build-time
      ro number size
      ro text bundle name scheduled version
    /system/scheduler table
      does add disable enable remove set
      rw bool disabled=false
      rw date start-date
      rw duration interval=0s
      rw list policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon
      rw text comment name! on-event
      rw text(startup) start-time
      ro date next-run
      ro number run-count
      ro text owner
      7.24.. rw text days
    /system/script table
      does add remove run(number,use-script-permissions) set
      rw bool dont-require-permissions=false
      rw list policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon
      rw text comment name owner source
      ro bool invalid
      ro date last-started
      ro number run-count
    /file table
      does add remove set
      rw text contents name
      ro text last-modified package-architecture package-build-time package-name package-version shared size
      7.15.. rw text type=file
    /log table
      does debug(message) error(message) info(message) warning(message)
      ro date time
      ro list topics
      ro text buffer extra-info message
    /user table
      does add disable enable expire-password remove set
      rw addresses address
      rw bool disabled=false
      rw row(/user/group) group!
      rw text comment name!
      wo text password!
      ro bool expired
      ro date last-logged-in
      7.16.. rw choice(none|logout|lockscreen) inactivity-policy
      7.16.. rw duration inactivity-timeout
    /user/group table
      does add remove set
      rw list policy
      rw text comment name skin=default
    /user/active table
      does add remove
      ro address address
      ro bool radius
      ro date when
      ro mac by-romon
      ro text group name via
    /certificate table
      does acme-renew add add-acme add-scep card-reinstall card-verify create-certificate-request
      does enable-ssl-certificate(directory-url,dns-name,duration,eab-hmac-key,eab-kid,interval,once,reset-private-key,type)
      does export-certificate(export-passphrase,file-name,numbers,type)
      does import(file-name,name,no-key-export,passphrase,trust-store,trusted) issued-revoke remove scep-renew set
      does sign(ca,ca-crl-host,ca-on-smart-card,duration,interval,name,number,once) sign-certificate-request
      rw bool active inactive trusted
      rw choice(md5|sha1|sha256|sha384|sha512) digest-algorithm=sha256
      rw choice(prime256v1|secp384r1|secp521r1|1024|1536|2048|4096|8192) key-size=2048
      rw list key-usage=digital-signature,key-encipherment,data-encipherment,key-cert-sign,crl-sign,tls-server,tls-client
      rw number days-valid=365
      rw pair subject-alt-name
      rw text common-name country locality name organization state unit
      ro bool acme-managed authority crl dynamic expired issued private-key smart-card-key
      ro choice(rsa|dsa|ec) key-type
      ro date invalid-after invalid-before revoked
      ro duration expires-after
      ro list issuer
      ro text acme-status akid ca ca-crl-host ca-fingerprint challenge-password directory-url domain-names
      ro text fingerprint req-fingerprint scep-url serial-number skid status
      7.21.. rw flags(all) trust-store
    """#
