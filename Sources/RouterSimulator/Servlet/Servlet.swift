package import Values
import Wires

/// What a phone asks for.
package struct PhoneRequest: Sendable {
    package var method: String
    package var address: WebAddress
    /// The form of a POST.
    package var form: [String: String]
    /// The browser's cookies.
    package var cookies: [String: String]
    /// The other headers by their names in lower case; pages read them as `$(host)`, `$(user-agent)`….
    package var headers: [String: String] = [:]
    /// `127.0.0.1:8090`, where the phone speaks to the simulator itself; nil where it uses it as a proxy.
    package var directAuthority: String?

    package init(
        _ method: String, _ address: WebAddress, form: [String: String] = [:], cookies: [String: String] = [:],
        directAuthority: String? = nil
    ) {
        self.method = method
        self.address = address
        self.form = form
        self.cookies = cookies
        self.directAuthority = directAuthority
    }
}

/// What the phone gets.
package enum PhoneAnswer: Sendable {
    /// A page of the servlet or of the simulated internet.
    case page(ServletPage)
    /// The walled garden is open: the real server answers.
    case relay(WebAddress)
    /// The device is blocked: packets go nowhere.
    case silence
}

/// One page with its head.
package struct ServletPage: Sendable {
    package var status: Int
    package var reason: String?
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
}

extension RouterMachine {
    /// What a page of the simulated internet costs a session, in bytes.
    package static let pageCost = (up: Int64(1_000), down: Int64(30_000))

    /// Answers a phone: servlet, walled garden, internet, or a redirect to the login page.
    package mutating func answer(
        _ request: PhoneRequest, from mac: MACAddress, at time: Instant
    ) -> PhoneAnswer {
        let outcome = traffic(mac, up: 0, down: 0, at: time)
        guard outcome != .blocked, let phone = phone(mac) else { return .silence }
        guard server != nil else { return .page(internet(request.address, phone)) }
        if let name = servletName(request) { return .page(servlet(name, request, phone)) }
        if request.directAuthority == nil, isWalledGarden(request.address, request.method, phone) {
            return .relay(request.address)
        }
        guard outcome == .passed else { return .page(redirectToLogin(request, phone)) }
        traffic(mac, up: Self.pageCost.up, down: Self.pageCost.down, at: time)
        return .page(internet(request.address, phone))
    }

    /// What a CONNECT may reach: the walled garden only, as the simulated internet speaks no TLS.
    package mutating func tunnel(
        to address: WebAddress, from mac: MACAddress, at time: Instant
    ) -> (isOpen: Bool, isOnline: Bool) {
        let outcome = traffic(mac, up: 0, down: 0, at: time)
        guard let phone = phone(mac), outcome != .blocked else { return (false, false) }
        return (isWalledGarden(address, "CONNECT", phone), outcome == .passed)
    }

    /// The servlet's page that is asked for; nil where the request goes elsewhere.
    private func servletName(_ request: PhoneRequest) -> String? {
        let path = request.address.path
        let name = String(path.dropFirst())
        let isFile = !name.isEmpty && (htmlFile(name) != nil || name == "md5.js")
        if request.directAuthority != nil {
            return ["login", "logout", "status", "api", "api.json"].contains(name) || isFile ? name : nil
        }
        let profile = serverProfile
        let hosts = [settings.hotspotAddress.description, profile["hotspot-address"], profile["dns-name"]]
        guard hosts.contains(request.address.host), request.address.port == 80 else { return nil }
        return name.isEmpty ? "status" : name
    }

    /// A file of the profile's `html-directory`, or of `html-directory-override` where that holds it.
    func htmlFile(_ name: String) -> [UInt8]? {
        let profile = serverProfile
        for directory in [profile["html-directory-override"], profile["html-directory"] ?? "hotspot"] {
            guard let directory, !directory.isEmpty, let bytes = files["\(directory)/\(name)"] else { continue }
            return bytes
        }
        return nil
    }

    /// The template of a page: from the flash, or built in.
    func template(_ name: String) -> ServletTemplate? {
        let text = htmlFile(name).map { String(decoding: $0, as: UTF8.self) } ?? ServletPages.page(name)
        return text.map { ServletTemplate($0) }
    }

    private func internet(_ address: WebAddress, _ phone: Phone) -> ServletPage {
        if let probe = OSProbe.answer(address) { return probe }
        let session = session(of: phone.mac)
        var facts = [("Phone", phone.address.description), ("MAC", phone.mac.description)]
        if let session {
            facts.append(("User", session.user))
            facts.append(("Connected", RouterDuration.text(now - session.since)))
            if let end = session.endsAt { facts.append(("Time left", RouterDuration.text(end - now))) }
            facts.append(("Data", "\(session.usage.bytesIn) up, \(session.usage.bytesOut) down"))
        }
        let page = ServletPages.internet(facts.map { (name: $0.0, value: $0.1) }, host: address.authority)
        return .html(page)
    }
}

extension ServletPage {
    /// A page of HTML.
    static func html(_ text: String, status: Int = 200) -> ServletPage {
        ServletPage(
            status: status, headers: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")],
            body: Array(text.utf8))
    }

    static func redirect(to address: String) -> ServletPage {
        ServletPage(
            status: 302,
            headers: [("Location", address), ("Cache-Control", "no-store"), ("Content-Type", "text/html")],
            body: Array("<p>lango-routersim, a simulated router: moved</p>\n".utf8))
    }
}

/// What telephones and computers ask to find out whether they are online.
enum OSProbe {
    /// The answer of the real internet to a probe; nil for any other address.
    static func answer(_ address: WebAddress) -> ServletPage? {
        switch address.path {
        case "/generate_204", "/gen_204": ServletPage(status: 204, headers: [], body: [])
        case "/hotspot-detect.html", "/library/test/success.html":
            .html("<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>")
        case "/connecttest.txt": text("Microsoft Connect Test")
        case "/ncsi.txt": text("Microsoft NCSI")
        case "/success.txt": text("success\n")
        case "/check_network_status.txt": text("NetworkManager is online\n")
        default: nil
        }
    }

    private static func text(_ text: String) -> ServletPage {
        ServletPage(status: 200, headers: [("Content-Type", "text/plain")], body: Array(text.utf8))
    }
}
