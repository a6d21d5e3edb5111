import Crypto
import HTTPServer
import SQL
import Telemetry
import Templates
import Tenancy
import Values

/// What somebody typed at the door.
private struct SignInAttempt: Sendable {
    let login: String
    let password: Secret
    let next: String
    let client: String
    /// Whether its owner signed in with this browser before.
    let isFromKnownBrowser: Bool
    /// Where wrong passwords are counted.
    let door: String

    /// The name as typed, shown again; what cannot be a name is nobody's.
    ///
    /// `known` is what the browser keeps of an earlier sign-in: eight drawn bytes, and the name.
    init(_ form: Form, from client: String, known: [UInt8]?) {
        let typed = form["login"] ?? ""
        login = (try? CleanText.line(typed, maximum: 100))?.lowercased() ?? ""
        let password = form["password"] ?? ""
        self.password = Secret(password.utf8.count <= 1_024 ? password : "")
        next = Addresses.local(form["next"])
        self.client = client
        let owner = known?.dropFirst(8) ?? []
        isFromKnownBrowser = !owner.isEmpty && owner.elementsEqual(login.utf8)
        door =
            isFromKnownBrowser
            ? "browser \(Base64URL.encode(known ?? []))" : "address \(client) \(login)"
    }

    /// What the browser keeps from now on.
    var knownBrowser: [UInt8] { SystemRandom.bytes(8) + login.utf8 }
}

extension BackOffice {
    /// The door; who is in already goes on.
    func signInForm(_ request: Request) throws -> Response {
        let next = Addresses.local(try request.query("next"))
        if (try? visit(request)) != nil { return .seeOther(next) }
        return signInPage(door(request), login: "", next: next)
    }

    /// Takes a name and a password: counts the attempt first, then compares on a thread of its own.
    func signIn(_ request: Request) throws -> Response {
        guard session(of: request) != nil else { throw OfficeRefusal.staleForm }
        let desk = desk(request, at: Addresses.signIn)
        let now = now()
        let attempt = SignInAttempt(
            try request.form(), from: request.clientAddress, known: knownBrowsers.payload(of: request, at: now))
        guard !attempt.login.isEmpty, !attempt.password.revealed.isEmpty else {
            return signInPage(desk, login: attempt.login, next: attempt.next, problem: OfficeRefusal.wrongSignIn)
        }
        return .later { [self] resumption in
            if let until = pauses.attempt(attempt.door, at: now, pause: Staff.pause(after:)) {
                return refuse(.lockedSignIn(until: until), attempt, desk, resumption)
            }
            store.write(.platform) { transaction in
                try transaction.countAttempt(attempt, at: now)
            } then: { [self] outcome in
                switch outcome {
                case .failure(let error): resumption.finish { throw error }
                case .success(.locked(let until)): refuse(.lockedSignIn(until: until), attempt, desk, resumption)
                case .success(.open(let staff)): compare(attempt, with: staff, desk, resumption)
                }
            }
        }
    }

    private func compare(
        _ attempt: SignInAttempt, with staff: Staff?, _ desk: Desk, _ resumption: Resumption
    ) {
        if staff == nil,
            let until = pauses.attempt("name \(attempt.login)", at: desk.now, pause: Staff.pause(afterAll:))
        {
            return refuse(.lockedSignIn(until: until), attempt, desk, resumption)
        }
        let isRunning = passwordBench.run { [self] in
            let isRight = Passwords.verify(attempt.password, against: staff?.passwordHash ?? nobodysHash)
            guard let staff, isRight else { return refuse(.wrongSignIn, attempt, desk, resumption) }
            letIn(staff, attempt, resumption)
        }
        if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
    }

    /// A session with a name of its own begins; whatever cookies the browser brought mean nothing to it.
    private func letIn(_ staff: Staff, _ attempt: SignInAttempt, _ resumption: Resumption) {
        store.write(.tenant(staff.tenant)) { transaction in
            try transaction.recordSignIn(staff.id, of: staff.tenant)
        } then: { [self] outcome in
            resumption.finish { [self] in
                try outcome.get()
                pauses.forget(attempt.door)
                log.notice(
                    "staff.signed-in", ["staff.id": .id(staff.id), "http.client": .text(attempt.client)])
                return .seeOther(attempt.next)
                    .setting(cookie: sessions.cookie(SessionTicket(for: staff).payload, at: now()))
                    .setting(cookie: doorCookie.removal)
                    .setting(cookie: knownBrowsers.cookie(attempt.knownBrowser, at: now()))
            }
        }
    }

    private func refuse(
        _ refusal: OfficeRefusal, _ attempt: SignInAttempt, _ desk: Desk, _ resumption: Resumption
    ) {
        log.warning(
            "staff.sign-in-refused", ["problem.code": .text(refusal.code), "http.client": .text(attempt.client)])
        resumption.finish { [self] in signInPage(desk, login: attempt.login, next: attempt.next, problem: refusal) }
    }

    private func signInPage(
        _ desk: Desk, login: String, next: String, problem: OfficeRefusal? = nil
    ) -> Response {
        desk.page(
            desk.pages.signIn, ["next": .text(next), "login": .text(login)],
            status: problem.map { $0 == .wrongSignIn ? 401 : Problem.status(of: $0.kind) } ?? 200, problem: problem)
    }

    /// The desk of somebody before the door, whose form is bound to a cookie of this browser.
    private func door(_ request: Request) -> Desk {
        var desk = desk(request)
        guard session(of: request) == nil else { return desk }
        let payload = SystemRandom.bytes(16)
        desk.formToken = csrf?.token(for: payload) ?? ""
        desk.cookies.append(doorCookie.cookie(payload, at: desk.now))
        return desk
    }

    /// Ends every session of the person, on every device: a cookie that was copied ends with them.
    func signOut(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        let (staff, tenant) = (visit.staff.id, visit.tenant.id)
        return .later { [self] resumption in
            store.write(.tenant(tenant)) { transaction in
                try transaction.endSessions(of: staff, of: tenant)
            } then: { outcome in
                resumption.finish { [self] in
                    try outcome.get()
                    return .seeOther(Addresses.signIn).setting(cookie: sessions.removal)
                }
            }
        }
    }
}

/// Whether a name may be tried now.
private enum Admission: Sendable {
    case locked(until: Instant)
    /// The attempt is counted; nil where nobody has the name.
    case open(Staff?)
}

extension Transaction {
    /// Counts an attempt before its password is compared, so that many at once are no way around the pause.
    fileprivate borrowing func countAttempt(_ attempt: SignInAttempt, at now: Instant) throws(SQLError) -> Admission {
        guard let staff = try staff(login: attempt.login) else { return .open(nil) }
        guard !attempt.isFromKnownBrowser else { return .open(staff) }
        if staff.lockedUntil > now { return .locked(until: staff.lockedUntil) }
        try recordFailedSignIn(staff.id, of: staff.tenant, at: now)
        return .open(staff)
    }
}
