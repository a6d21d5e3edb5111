/// The menus of the package user-manager; version 6 had another one, whose names come from its manual.
///
/// Notation: `RouterSchema`.
let userManagerMenus = #"""
    /user-manager record
      does generate-report(columns,report-template) monitor(duration,interval,once) set
      rw bool enabled use-profiles
      rw number accounting-port authentication-port
      rw row(/certificate|none) certificate
      7.15.. rw choice(no|yes-access-request) require-message-auth
      7.21.. rw text(none) radsec-certificate
    /user-manager/user table
      does add add-batch-users disable enable generate-voucher(numbers,voucher-template)
      does monitor(duration,interval,numbers,once) remove set
      rw bool disabled
      rw row(/user-manager/user/group) group
      rw text attributes comment name! otp-secret password
      rw text(bind) caller-id
      rw text(unlimited) shared-users
    /user-manager/user/group table
      does add remove set
      rw flags(pap|chap|mschap1|mschap2|eap-tls|eap-ttls|eap-peap|eap-mschap2) outer-auths
      rw flags(ttls-pap|ttls-chap|ttls-mschap1|ttls-mschap2|peap-mschap2) inner-auths
      rw text attributes comment name!
      ro bool default
      ro text default-name
    /user-manager/profile table
      does add remove set
      rw choice(first-auth|assigned) starts-when
      rw choice(off|unlimited) override-shared-users
      rw duration(unlimited) validity!
      rw number price
      rw text comment name! name-for-users
    /user-manager/user-profile table
      does activate-user-profile(numbers) add remove
      rw row(/user-manager/profile) profile!
      rw row(/user-manager/user) user!
      ro choice(waiting|running|running-active|used) state
      ro text end-time
    /user-manager/limitation table
      does add remove set
      rw date reset-counters-start-time
      rw duration rate-limit-burst-time-rx rate-limit-burst-time-tx uptime-limit
      rw duration(disabled|hourly|daily|weekly) reset-counters-interval
      rw number download-limit rate-limit-burst-rx rate-limit-burst-threshold-rx rate-limit-burst-threshold-tx
      rw number rate-limit-burst-tx rate-limit-min-rx rate-limit-min-tx rate-limit-priority rate-limit-rx rate-limit-tx
      rw number transfer-limit upload-limit
      rw text comment name!
    /user-manager/profile-limitation table
      does add remove set
      rw duration from-time till-time
      rw flags(sunday|monday|tuesday|wednesday|thursday|friday|saturday) weekdays
      rw row(/user-manager/limitation) limitation!
      rw row(/user-manager/profile) profile!
      rw text comment
    /user-manager/router table
      does add disable enable monitor(duration,interval,numbers,once) remove reset-counters(numbers) set
      rw bool disabled
      rw number coa-port
      rw text address! comment name! shared-secret
      7.21.. rw choice(udp|radsec) protocol
    /user-manager/session table
      does add close-session(numbers) remove
      ro address nas-ip-address user-address
      ro bool active
      ro date ended last-accounting-packet started
      ro duration uptime
      ro flags(start|stop|interim|close-acked|expired) status
      ro number download upload
      ro row(/user-manager/user) user
      ro text acct-multi-session-id acct-session-id calling-station-id nas-identifier nas-port-id nas-port-type
      ro text terminate-cause
    /tool/user-manager/customer table ..6.99
      does add disable enable remove set
      rw bool disabled=false
      rw text currency login! password permissions time-zone
    /tool/user-manager/user table ..6.99
      does add create-and-activate-profile(customer,numbers,profile) disable enable remove reset-counters(numbers) set
      rw bool disabled=false
      rw row(/tool/user-manager/customer) customer!
      rw text caller-id comment email first-name ip-address last-name location password phone shared-users=1 username!
      rw text wireless-psk
      ro bool active incomplete
      ro date last-seen
      ro duration uptime-used
      ro number active-sessions download-used upload-used
      ro text actual-profile
    /tool/user-manager/profile table ..6.99
      does add remove set
      rw choice(logon|now) starts-at=logon
      rw duration validity
      rw row(/tool/user-manager/customer) owner!
      rw text name! name-for-users override-shared-users=off price=0
    /tool/user-manager/profile/limitation table ..6.99
      does add remove set
      rw duration uptime-limit=0s
      rw number download-limit=0 rate-limit-rx=0 rate-limit-tx=0 transfer-limit=0 upload-limit=0
      rw row(/tool/user-manager/customer) owner!
      rw text address-list group-name ip-pool name!
    /tool/user-manager/profile/profile-limitation table ..6.99
      does add remove set
      rw duration from-time till-time
      rw flags(sunday|monday|tuesday|wednesday|thursday|friday|saturday) weekdays
      rw text limitation! profile!
    /tool/user-manager/router table ..6.99
      does add disable enable remove set
      rw address ip-address!
      rw bool disabled=false use-coa=false
      rw number coa-port=1700
      rw row(/tool/user-manager/customer) customer!
      rw text log name! shared-secret
    /tool/user-manager/session table ..6.99
      does remove
      ro address user-ip
      ro bool active
      ro date from-time till-time
      ro duration uptime
      ro number download upload
      ro text calling-station-id customer nas-port nas-port-id status user
    """#
