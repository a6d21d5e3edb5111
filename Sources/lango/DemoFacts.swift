import JSON
import Values

/// Where to go and what to type in the demo.
struct DemoFacts {
    let gatewayURL: String
    let hotspotURL: String
    let routerURL: String
    /// The router's binary API, without TLS and over it.
    let routerAPIPort: Int
    let routerAPITLSPort: Int
    let routerSSHPort: Int
    let routerUser: String
    let routerPassword: String
    let controlURL: String
    let controlToken: String
    /// The page of the simulated phones that are asked to pay, and the control side of their payment service.
    let phonesURL: String
    let phonesControlURL: String
    let phonesControlToken: String
    let staffLogin: String
    let staffPassword: String
    /// Unused codes of one hour, as a person types them.
    let vouchers: [String]
    /// Unused codes of a day for two devices.
    let dayVouchers: [String]
    /// A code that holds at another site only.
    let otherSite: String?

    /// The same facts for programs: `<data>/demo.json`.
    var json: JSON {
        let router: JSONObject = [
            "name": "market-gate",
            "rest": .object([
                "url": .string(routerURL), "username": .string(routerUser), "password": .string(routerPassword),
            ]),
            "api": .object([
                "url": .string("api://127.0.0.1:\(routerAPIPort)"), "host": .string("127.0.0.1"),
                "port": .number(String(routerAPIPort)),
                "tlsPort": .number(String(routerAPITLSPort)), "username": .string(routerUser),
                "password": .string(routerPassword),
            ]),
            "ssh": .object([
                "url": .string("ssh://127.0.0.1:\(routerSSHPort)"), "host": .string("127.0.0.1"),
                "port": .number(String(routerSSHPort)), "username": .string(routerUser),
                "password": .string(routerPassword),
            ]),
            "control": .object(["url": .string(controlURL), "token": .string(controlToken)]),
        ]
        let staff: JSONObject = [
            "username": .string(staffLogin), "password": .string(staffPassword), "role": "isp_admin",
            "url": .string(gatewayURL + "/office"),
        ]
        let phones: JSONObject = [
            "url": .string(phonesURL),
            "control": .object(["url": .string(phonesControlURL), "token": .string(phonesControlToken)]),
        ]
        return .object([
            "hotspotURL": .string(hotspotURL + "/"), "portalURL": .string(gatewayURL + "/hotspot/kilimani/market"),
            "backOfficeURL": .string(gatewayURL + "/office"),
            "apiURL": .string(gatewayURL + "/hotspot/kilimani/market/api"),
            "routers": .array([.object(router)]), "phones": .object(phones),
            "vouchers": .array(vouchers.map { .string($0) }),
            "vouchersForTwoDevices": .array(dayVouchers.map { .string($0) }),
            "voucherOfAnotherSite": otherSite.map { .string($0) } ?? .null,
            "staff": .array([.object(staff)]), "customers": .array([]),
        ])
    }

    func greeting(data: String) -> String {
        """

        Lango is running: a demo ISP with a simulated MikroTik router, all on this machine.

          A phone on the Wi-Fi     \(hotspotURL)/   (a second phone: \(hotspotURL.replacingHost("127.0.0.2"))/)
          Voucher, 1 hour          \(vouchers.prefix(3).joined(separator: "   "))
          Voucher, a day, 2 phones \(dayVouchers.prefix(2).joined(separator: "   "))
          The phone that pays      \(phonesURL)   (tap a package, then enter the PIN here)
          Back office              \(gatewayURL)/office    \(staffLogin)  \(staffPassword)
          Router (REST)            \(routerURL)/rest   \(routerUser)  \(routerPassword)
          Router (binary API, SSH) 127.0.0.1:\(routerAPIPort), 127.0.0.1:\(routerSSHPort)   the same user

        The same for programs: \(data)/demo.json   Log: \(data)/lango.log   Stop: ctrl-C
        """
    }
}

extension String {
    /// `http://127.0.0.1:8081` with another host.
    fileprivate func replacingHost(_ host: String) -> String {
        guard let port = split(separator: ":").last else { return self }
        return "http://\(host):\(port)"
    }
}
