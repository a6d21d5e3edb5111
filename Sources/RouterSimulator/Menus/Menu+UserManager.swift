extension Menu {
    /// The package `user-manager`, another one in version 6 than since; `Menu.read` explains the form.
    static let userManagerTable = """
        /user-manager singleton generate-report monitor set pkg:user-manager v7
          accounting-port num =1813
          authentication-port num =1812
          certificate ref:/certificate|none ?
          enabled bool =false
          radsec-certificate enum:none ? 7.21+
          require-message-auth enum:no,yes-access-request =yes-access-request 7.15+
          use-profiles bool =false
        /user-manager/advanced singleton set pkg:user-manager v7
          paypal-allow bool ?
          paypal-currency text ?
          paypal-password text ? secret
          paypal-signature text ?
          paypal-use-sandbox bool ?
          paypal-user text ?
          web-private-password text ? secret
          web-private-username text ?
        /user-manager/attribute table add remove set pkg:user-manager v7
          ro default default-name standard-name
          name text !
          packet-types flags:access-accept,access-challenge ?
          type-id num !
          value-type text !
          vendor-id text ?
        /user-manager/database singleton load migrate-legacy-db optimize-db save set pkg:user-manager v7
          ro db-size found-legacy-db-path free-disk-space
          db-path text ?
        /user-manager/limitation table add remove set pkg:user-manager v7
          comment text ?
          download-limit num =0
          name text !
          rate-limit-burst-rx rate =0
          rate-limit-burst-threshold-rx rate =0
          rate-limit-burst-threshold-tx rate =0
          rate-limit-burst-time-rx time =0s
          rate-limit-burst-time-tx time =0s
          rate-limit-burst-tx rate =0
          rate-limit-min-rx rate =0
          rate-limit-min-tx rate =0
          rate-limit-priority num:0..8 =0
          rate-limit-rx rate =0
          rate-limit-tx rate =0
          reset-counters-interval enum:disabled,hourly,daily,weekly,monthly =disabled
          reset-counters-start-time text ?
          transfer-limit num =0
          upload-limit num =0
          uptime-limit time =0s
        /user-manager/payment table add remove set pkg:user-manager v7
          currency text ?
          method enum:paypal,authorize-net ?
          price text ?
          profile ref:/user-manager/profile ?
          trans-end text ?
          trans-start text ?
          trans-status enum:started,pending,approved,declined,error,timeout,aborted,user-approved ?
          user ref:/user-manager/user ?
          user-message text ?
        /user-manager/profile table add remove set pkg:user-manager v7
          comment text ?
          name text !
          name-for-users text
          override-shared-users num:0..4294967295|off,unlimited =off
          price text =0
          starts-when enum:first-auth,assigned =assigned
          validity time:unlimited =unlimited
        /user-manager/profile-limitation table add remove set pkg:user-manager v7
          comment text ?
          from-time time ?
          limitation ref:/user-manager/limitation !
          profile ref:/user-manager/profile !
          till-time time ?
          weekdays flags:sunday,monday,tuesday,wednesday,thursday,friday,saturday ?
        /user-manager/router table add disable enable monitor remove reset-counters set pkg:user-manager v7
          address text !
          coa-port num ?
          comment text ?
          disabled bool =false
          name text !
          protocol enum:udp,radsec ? 7.21+
          shared-secret text ? secret
        /user-manager/session table close-session remove pkg:user-manager v7
          ro acct-multi-session-id acct-session-id active calling-station-id download ended last-accounting-packet
          ro nas-identifier nas-ip-address nas-port-id nas-port-type started status terminate-cause upload uptime
          ro user user-address
        /user-manager/user table add add-batch-users disable enable generate-voucher monitor remove set pkg:user-manager v7
          attributes text
          caller-id text ?
          comment text ?
          disabled bool =false
          group ref:/user-manager/user/group =default
          name text !
          otp-secret text secret
          password text secret
          shared-users num:1..4294967295|unlimited =1
        /user-manager/user/group table add remove set pkg:user-manager v7
          ro default default-name
          attributes text ?
          comment text ?
          inner-auths flags:ttls-pap,ttls-chap,ttls-mschap1,ttls-mschap2,peap-mschap2 ?
          name text !
          outer-auths flags:pap,chap,mschap1,mschap2,eap-tls,eap-ttls,eap-peap,eap-mschap2 ?
        /user-manager/user-profile table activate-user-profile add remove pkg:user-manager v7
          ro end-time state
          profile ref:/user-manager/profile !
          user ref:/user-manager/user !
        /tool/user-manager/customer table add disable enable remove set pkg:user-manager v6
          currency text =USD
          disabled bool =false
          login text !
          password text secret
          permissions enum:owner,full,read-write,read-only =owner
          time-zone text ?
        /tool/user-manager/user table add create-and-activate-profile disable enable remove reset-counters set pkg:user-manager v6
          ro active active-sessions actual-profile download-used incomplete last-seen upload-used uptime-used
          caller-id text ?
          comment text ?
          customer text !
          disabled bool =false
          email text ?
          first-name text ?
          ip-address text ?
          last-name text ?
          location text ?
          password text secret
          phone text ?
          shared-users text =1
          username text !
          wireless-psk text ? secret
        /tool/user-manager/profile table add remove set pkg:user-manager v6
          name text !
          name-for-users text
          override-shared-users text =off
          owner text !
          price text =0
          starts-at enum:logon,now =logon
          validity time ?
        /tool/user-manager/profile/limitation table add remove set pkg:user-manager v6
          address-list text ?
          download-limit num =0
          group-name text ?
          ip-pool text ?
          name text !
          owner text !
          rate-limit-rx rate =0
          rate-limit-tx rate =0
          transfer-limit num =0
          upload-limit num =0
          uptime-limit time =0s
        /tool/user-manager/profile/profile-limitation table add remove set pkg:user-manager v6
          from-time time =0s
          limitation text !
          profile text !
          till-time text =23h59m59s
          weekdays text =sunday,monday,tuesday,wednesday,thursday,friday,saturday
        /tool/user-manager/router table add disable enable remove set pkg:user-manager v6
          coa-port num =1700
          customer text !
          disabled bool =false
          ip-address ip !
          log text =auth-fail
          name text !
          shared-secret text secret
          use-coa bool =false
        /tool/user-manager/session table remove pkg:user-manager v6
          ro active calling-station-id customer download from-time nas-port nas-port-id status till-time upload uptime
          ro user user-ip
        """
}
