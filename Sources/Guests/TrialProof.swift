import Catalog
import Messages
package import SQL
package import Values
import Messaging
import Vouchers

/// What shows that a number is that of whoever tries a package: six digits that were sent to it.
///
/// The store holds no code: it is made of the install's key, the number, the device and the end of its time. It is good on the
/// device that asked for it, for some minutes, once.
package enum TrialProof {
    /// How long a code is good: longer than a message is tried to be delivered.
    package static let span = Span.minutes(10)
    /// How many digits it has.
    package static let length = 6
    /// How many wrong ones end it.
    static let mostTries = 5
    /// How many are sent to a number, and for a device, in an hour; each costs the provider a message.
    static let mostSends = 3
    static let window = Span.hours(1)
    /// Between two messages to the same number.
    static let pause = Span.seconds(60)

    /// What was sent to a number last.
    fileprivate struct Sent {
        let device: [UInt8]
        let expiresAt: Instant
        let tries: Int
        let sends: Int
        let beganAt: Instant
        let sentAt: Instant

        init(row: borrowing Row) throws(SQLError) {
            (device, expiresAt, tries) = (try row[0], try row[1], try row[2])
            (sends, beganAt, sentAt) = (try row[3], try row[4], try row[5])
        }

        /// Whether its code can be entered on a device.
        func isGood(on device: [UInt8], at now: Instant) -> Bool {
            self.device == device && expiresAt > now && tries < TrialProof.mostTries
        }
    }
}

extension Transaction {
    /// Whether a trial's number must be proven: where the provider can send messages.
    package borrowing func provesNumbers(_ request: TrialRequest) throws(SQLError) -> Bool {
        try sends(.sms, of: request.offer.tenant)
    }

    /// Looks at the code that was typed, or sends one.
    ///
    /// - Returns: nil where the number is proven; the code is used up then.
    borrowing func whatIsUnproven(_ request: TrialRequest) throws(SQLError) -> TrialRefusal? {
        let (phone, device) = (request.keys.hash(request.phone, of: request.offer.tenant), request.device)
        let sent = try first(
            """
            SELECT device, expires_at, tries, sends, began_at, sent_at FROM trial_proof WHERE tenant = $1 AND phone = $2
            """, request.offer.tenant, phone, read: TrialProof.Sent.init(row:))
        guard let typed = request.code else { return try send(after: sent, to: phone, device, request) }
        guard let sent, sent.isGood(on: device, at: request.now) else {
            try record(request.throttle)
            return .codeOver
        }
        guard typed == request.keys.proof(of: phone, on: device, until: sent.expiresAt) else {
            // Its own tries bound it: whoever mistypes a number that was sent to them holds up nobody at the same address.
            try run(
                "UPDATE main.trial_proof SET tries = tries + 1 WHERE tenant = $1 AND phone = $2", request.offer.tenant,
                phone)
            return sent.tries + 1 < TrialProof.mostTries ? .codeWrong : .codeOver
        }
        try run(
            "UPDATE main.trial_proof SET expires_at = $1 WHERE tenant = $2 AND phone = $3", request.now,
            request.offer.tenant, phone)
        return nil
    }

    /// Sends a code; a form that is sent twice at once sends one.
    private borrowing func send(
        after sent: TrialProof.Sent?, to phone: [UInt8], _ device: [UInt8], _ request: TrialRequest
    ) throws(SQLError) -> TrialRefusal {
        let (tenant, now) = (request.offer.tenant, request.now)
        if let sent, sent.isGood(on: device, at: now), sent.sentAt + TrialProof.pause > now { return .codeSent }
        let isNewHour = sent.map { $0.beganAt + TrialProof.window <= now } ?? true
        if let sent, !isNewHour, sent.sends >= TrialProof.mostSends {
            return .codesSpent(until: sent.beganAt + TrialProof.window)
        }
        let asked: Int = try value(
            "SELECT count(*) FROM trial_proof WHERE tenant = $1 AND device = $2 AND sent_at > $3", tenant, device,
            now - TrialProof.window)
        let isOwn = sent.map { $0.device == device && $0.sentAt > now - TrialProof.window } ?? false
        guard asked - (isOwn ? 1 : 0) < TrialProof.mostSends else {
            return .codesSpent(until: now + TrialProof.window)
        }
        let expiresAt = now + TrialProof.span
        try run(
            """
            INSERT INTO main.trial_proof (tenant, phone, device, expires_at, tries, sends, began_at, sent_at)
            VALUES ($1, $2, $3, $4, 0, 1, $5, $5)
            ON CONFLICT (tenant, phone) DO UPDATE SET device = excluded.device, expires_at = excluded.expires_at, tries = 0,
                sends = $6, began_at = $7, sent_at = excluded.sent_at
            """, tenant, phone, device, expiresAt, now, isNewHour ? 1 : (sent?.sends ?? 0) + 1,
            isNewHour ? now : sent?.beganAt ?? now)
        let code = request.keys.proof(of: phone, on: device, until: expiresAt)
        try ask(
            for: MessageOrder(
                sealing: .template(.trialCode, ["code": .text(code)]), by: request.messages, as: .code,
                to: .phone(request.phone), in: request.language, of: tenant, at: now))
        return .codeSent
    }
}
