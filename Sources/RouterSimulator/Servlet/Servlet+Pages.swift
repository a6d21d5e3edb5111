import Values

extension RouterMachine {
    /// A page of the servlet.
    mutating func servlet(_ name: String, _ request: PhoneRequest, _ phone: Phone) -> ServletPage {
        switch name {
        case "login": return login(request, phone)
        case "logout": return logout(request, phone)
        case "status": return status(request, phone)
        case "api", "api.json":
            var page = page("api.json", variables(request, phone))
            page.headers = [("Content-Type", "application/captive+json"), ("Cache-Control", "private, no-store")]
            return page
        default: return file(name, request, phone)
        }
    }

    private mutating func login(_ request: PhoneRequest, _ phone: Phone) -> ServletPage {
        let fields = PercentText.fields(request.address.query).merging(request.form) { $1 }
        let destination = fields["dst"] ?? ""
        if session(of: phone.mac) != nil { return redirect(request, phone, to: destination, page: "rstatus.html") }
        guard let name = fields["username"] else {
            if let page = loginByCookie(request, phone, destination) { return page }
            return loginPage(request, phone, fields, nil)
        }
        let isTrial = name == "T-\(phone.mac)" && loginMethods.contains("trial")
        let (proof, method) = isTrial ? (.plain(""), "trial") : proof(fields["password"] ?? "", of: phone)
        note("hotspot,info,debug", "\(name) (\(phone.address)): trying to log in by \(method)")
        do throws(LoginRefusal) {
            guard let proof else { throw LoginRefusal(key: .chapMissing, user: name) }
            try logIn(phone.mac, as: name, proof, domain: fields["domain"] ?? "")
        } catch {
            if let index = hotspot.hosts.firstIndex(where: { $0.mac == phone.mac }) {
                hotspot.hosts[index].challenge = nil
            }
            return loginPage(request, phone, fields, error)
        }
        var page = welcome(request, phone, destination)
        if let cookie = giveCookie(to: phone.mac) { page.headers.append(("Set-Cookie", cookie)) }
        return page
    }

    /// What the password field holds: a CHAP answer or the password itself; nil where neither is allowed.
    private func proof(_ password: String, of phone: Phone) -> (LoginProof?, String) {
        let isDigest = password.utf8.count == 32 && password.utf8.allSatisfy { Hex.value($0) != nil }
        let host = hotspot.hosts.first { $0.mac == phone.mac }
        if loginMethods.contains("http-chap"), isDigest, host?.challenge != nil {
            return (.chap(password), "http-chap")
        }
        if loginMethods.contains("http-pap") { return (.plain(password), "http-pap") }
        return (isDigest ? .chap(password) : nil, "http-chap")
    }

    private mutating func loginByCookie(
        _ request: PhoneRequest, _ phone: Phone, _ destination: String
    ) -> ServletPage? {
        guard loginMethods.contains("cookie"), let value = request.cookies[Self.cookieName],
            let cookie = hotspot.cookies.first(where: { !$0.isMAC && $0.value == value && $0.mac == phone.mac })
        else { return nil }
        note("hotspot,info,debug", "\(cookie.user) (\(phone.address)): trying to log in by cookie")
        do {
            try logIn(phone.mac, as: cookie.user, .trusted(.cookie), domain: cookie.domain)
        } catch {
            return nil
        }
        return welcome(request, phone, destination)
    }

    static let cookieName = "hotspot"

    /// Makes a browser's cookie for the session that has just begun.
    private mutating func giveCookie(to mac: MACAddress) -> String? {
        guard loginMethods.contains("cookie"), let session = session(of: mac), session.method != .trial,
            let lifetime = Self.span(serverProfile["http-cookie-lifetime"] ?? "3d")
        else { return nil }
        let value = Hex.encode(chance.bytes(16))
        hotspot.cookies.removeAll { $0.mac == mac && !$0.isMAC }
        hotspot.cookies.append(
            Cookie(
                id: hotspot.newID(), user: session.user, mac: mac, domain: session.domain, isMAC: false, value: value,
                expires: now + lifetime))
        return "\(Self.cookieName)=\(value); Path=/; Max-Age=\(lifetime.secondsRoundedUp)"
    }

    private mutating func loginPage(
        _ request: PhoneRequest, _ phone: Phone, _ fields: [String: String], _ refusal: LoginRefusal?
    ) -> ServletPage {
        var variables = variables(request, phone)
        variables["username"] = fields["username"] ?? ""
        variables["popup"] = fields["popup"] ?? "true"
        if let refusal {
            variables["error"] = refusal.text(errorSentences)
            variables["error-orig"] = refusal.text()
        }
        if loginMethods.contains("http-chap") {
            let challenge = challenge(for: phone.mac)
            variables["chap-id"] = ChapAnswer.octal([challenge.id])
            variables["chap-challenge"] = ChapAnswer.octal(challenge.bytes)
        }
        return page(refusal != nil && htmlFile("flogin.html") != nil ? "flogin.html" : "login.html", variables)
    }

    /// The question of the login page; the one shown last, while it lives.
    private mutating func challenge(for mac: MACAddress) -> Challenge {
        let fresh = Challenge(id: chance.bytes(1)[0], bytes: chance.bytes(16), shownAt: now)
        guard let index = hotspot.hosts.firstIndex(where: { $0.mac == mac }) else { return fresh }
        var challenge = hotspot.hosts[index].challenge ?? fresh
        if now >= challenge.shownAt + Challenge.lifetime { challenge = fresh }
        challenge.shownAt = now
        hotspot.hosts[index].challenge = challenge
        return challenge
    }

    private func welcome(_ request: PhoneRequest, _ phone: Phone, _ destination: String) -> ServletPage {
        var variables = variables(request, phone)
        variables["link-redirect"] = destination.isEmpty ? variables["link-status"] : destination
        guard htmlFile("alogin.html") != nil else { return .redirect(to: variables["link-redirect"]) }
        return page("alogin.html", variables)
    }

    private mutating func logout(_ request: PhoneRequest, _ phone: Phone) -> ServletPage {
        guard let session = session(of: phone.mac) else {
            guard htmlFile("flogout.html") != nil else { return redirect(request, phone, to: "", page: "rlogin.html") }
            return page("flogout.html", variables(request, phone))
        }
        var variables = variables(request, phone)
        variables.add(counters(of: session))
        let fields = PercentText.fields(request.address.query).merging(request.form) { $1 }
        close(session.id, because: "user request")
        let erases = ["on", "true", "yes", "1"].contains(fields["erase-cookie"] ?? "")
        hotspot.cookies.removeAll { $0.mac == phone.mac && ($0.isMAC || erases) }
        variables["logged-in"] = "no"
        return page("logout.html", variables)
    }

    private mutating func status(_ request: PhoneRequest, _ phone: Phone) -> ServletPage {
        guard let session = session(of: phone.mac) else {
            guard htmlFile("fstatus.html") != nil else { return redirect(request, phone, to: "", page: "rlogin.html") }
            return page("fstatus.html", variables(request, phone))
        }
        var variables = variables(request, phone)
        variables.add(counters(of: session))
        return page("status.html", variables)
    }

    /// The answer to an unauthorised request for anything else.
    mutating func redirectToLogin(_ request: PhoneRequest, _ phone: Phone) -> ServletPage {
        redirect(request, phone, to: "", page: "rlogin.html")
    }

    /// Sends the browser on: through the flash's own page of that name, else by a bare redirect.
    private func redirect(
        _ request: PhoneRequest, _ phone: Phone, to destination: String, page name: String
    ) -> ServletPage {
        var variables = variables(request, phone)
        let isServlet = ["/login", "/logout", "/status"].contains(request.address.path)
        if !isServlet { variables["link-orig"] = request.address.text }
        let login = variables["link-login-only"]
        if !isServlet { variables["link-login"] = login + "?dst=" + PercentText.escape(request.address.text) }
        let standard = name == "rstatus.html" ? variables["link-status"] : variables["link-login"]
        variables["link-redirect"] = destination.isEmpty ? standard : destination
        for file in [name, "redirect.html"] where htmlFile(file) != nil { return page(file, variables) }
        return .redirect(to: variables["link-redirect"])
    }

    private func file(_ name: String, _ request: PhoneRequest, _ phone: Phone) -> ServletPage {
        if name.hasSuffix(".html") || name.hasSuffix(".json") {
            var variables = variables(request, phone)
            if template(name) != nil { return page(name, variables) }
            variables["error"] = "no page of that name"
            var missing = page("error.html", variables)
            missing.status = 404
            return missing
        }
        guard let bytes = htmlFile(name) ?? (name == "md5.js" ? ServletPages.page(name).map { Array($0.utf8) } : nil)
        else { return .html(ServletPages.plain("Not found", name), status: 404) }
        return ServletPage(status: 200, headers: [("Content-Type", Self.mediaType(of: name))], body: bytes)
    }

    private static func mediaType(of name: String) -> String {
        let types = [
            ".css": "text/css", ".js": "text/javascript", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
            ".png": "image/png", ".jpg": "image/jpeg", ".ico": "image/x-icon", ".xml": "text/xml",
            ".woff2": "font/woff2",
        ]
        return types.first { name.hasSuffix($0.key) }?.value ?? "application/octet-stream"
    }

    private func page(_ name: String, _ variables: ServletVariables) -> ServletPage {
        guard let rendered = template(name)?.render(variables) else {
            return .html(ServletPages.plain("Not found", name), status: 404)
        }
        let isMarked = !name.hasSuffix(".html") || rendered.text.contains("lango-routersim")
        let text = rendered.text + (isMarked ? "" : "\n<!-- served by lango-routersim, a simulated router -->\n")
        var page = ServletPage.html(text, status: rendered.status?.code ?? 200)
        page.reason = rendered.status?.reason
        page.headers += rendered.headers
        page.headers.append(("X-Simulated-By", "lango-routersim"))
        return page
    }
}
