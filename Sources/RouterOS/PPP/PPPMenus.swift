extension Menu {
    package static let pppSecret = Menu("/ppp/secret")
    package static let pppProfile = Menu("/ppp/profile")
    package static let pppActive = Menu("/ppp/active")
    package static let pppoeServer = Menu("/interface/pppoe-server/server")
    package static let pool = Menu("/ip/pool")
    package static let dhcpLease = Menu("/ip/dhcp-server/lease")
    package static let firewallNAT = Menu("/ip/firewall/nat")
    package static let addressList = Menu("/ip/firewall/address-list")
}
