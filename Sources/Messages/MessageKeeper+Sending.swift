package import Locales
import Messaging
import SQL
import Telemetry
package import Tenancy
import Values

extension MessageKeeper {
    /// A message that this gateway holds, with what is needed to hand it over.
    private struct Held: Sendable {
        let message: Message
        let attempt: MessageAttempt
        let account: SenderAccount
        let tenant: Tenant
        let ownWords: String?
    }

    /// Hands a message over if it is due and no other gateway does.
    func carryOut(_ candidate: Message) async throws {
        guard let held = try await hold(candidate) else { return }
        let answer = await handOver(held)
        let now = now()
        let (state, reason, code, name) = answer.outcome
        if let reason { tell(reason, code, held) }
        try await store.write(.tenant(candidate.tenant)) { transaction in
            guard let message = try transaction.lockedMessage(candidate.id, of: candidate.tenant) else { return }
            try transaction.note(
                state, reason, code: code, name: name, on: held.attempt.id, of: message.tenant, at: now)
            try transaction.note(reason, on: held.account.id, of: message.tenant, at: now)
            try transaction.follow(message, at: now)
        }
    }

    /// Takes a message, decides what is next for it, and writes that an attempt begins before it does.
    private func hold(_ candidate: Message) async throws -> Held? {
        let (holder, now, words, keys) = (holder, now(), words, keys)
        let until = now + pace.hold
        return try await store.write(.tenant(candidate.tenant)) { transaction -> Held? in
            guard try transaction.hold(candidate, by: holder, until: until, at: now),
                let message = try transaction.message(candidate.id, of: candidate.tenant),
                let tenant = try transaction.tenant(message.tenant)
            else { return nil }
            try transaction.doubtOpenAttempts(at: message, at: now)
            let step = try transaction.step(of: message, at: now)
            guard case .send(let id, let due) = step, due <= now,
                let account = try transaction.senderAccount(id, of: message.tenant)
            else {
                try transaction.follow(message, step, at: now)
                return nil
            }
            let count = try transaction.attempts(at: message.id, of: message.tenant).count
            let attempt = MessageAttempt(
                id: ID(at: now), account: id, number: count + 1, state: .sending, beganAt: now)
            try transaction.begin(attempt, at: message)
            var own: String?
            if case .template(let template, _) = message.content(keys) {
                own = try transaction.ownWords(for: template, in: words.language(of: message, tenant), of: tenant.id)
            }
            return Held(message: message, attempt: attempt, account: account, tenant: tenant, ownWords: own)
        }
    }

    private func handOver(_ held: Held) async -> SendAnswer {
        let sender: any MessageSender
        do {
            sender = try self.sender(held.account)
        } catch {
            return .refused(.accountUnusable, code: "")
        }
        guard let content = held.message.content(keys) else { return .refused(.messageUnfit, code: "content") }
        let language = words.language(of: held.message, held.tenant)
        var text = words.text(content, of: held.tenant, own: held.ownWords, in: language)
        if case .phone = held.message.reader {
            let sms = SMSText(normalising: text)
            text = sms.text
            // What only staff look at may be missing; the message goes out.
            try? await store.write(.tenant(held.tenant.id)) { try $0.set(segments: sms.segments, of: held.message) }
        }
        return await sender.send(
            OutgoingMessage(
                id: held.message.id.description, attempt: held.attempt.id.description, reader: held.message.reader,
                subject: words.subject(of: held.tenant.name, in: language), text: text,
                reports: "\(publicURL)/in/m/\(keys.token(of: held.account.id))", now: held.attempt.beganAt))
    }

    /// Says what operators must see; never to whom or what.
    private func tell(_ reason: MessageReason, _ code: String, _ held: Held) {
        let fields: Log.Fields = [
            "message.id": .id(held.message.id), "sender-account.id": .id(held.account.id),
            "reason": .text(reason.rawValue), "code": .text(code),
        ]
        if reason.stopsAccount {
            log.error("messages.account-in-trouble", fields)
        } else {
            log.warning("messages.attempt-failed", fields)
        }
    }
}

extension SendAnswer {
    /// What an attempt is after it.
    fileprivate var outcome: (state: MessageAttempt.State, reason: MessageReason?, code: String, name: String?) {
        switch self {
        case .taken(let name): (.taken, nil, "", name)
        case .refused(let reason, let code): (.refused, reason, code, nil)
        case .unknown(let silence): (.unknown, .unanswered, silence.code, nil)
        }
    }
}

extension SendAnswer.Silence {
    fileprivate var code: String {
        switch self {
        case .timedOut: "timeout"
        case .broken: "broken"
        case .fault(let status), .unknownShape(let status): "\(status)"
        }
    }
}

extension MessageWords {
    /// The language of a message: its own, else its tenant's.
    package func language(of message: Message, _ tenant: Tenant) -> Language {
        language(message.language.isEmpty ? tenant.language : message.language)
    }

    /// The text of a message.
    package func text(
        _ content: MessageContent, of tenant: Tenant, own: String?, in language: Language
    ) -> String {
        switch content {
        case .text(let text): return text
        case .template(let template, var facts):
            facts["provider"] = .text(tenant.name)
            return text(template, facts, own: own, in: language)
        }
    }
}

extension Transaction {
    /// An attempt that is still open when its message is held anew was left by a gateway that died.
    borrowing func doubtOpenAttempts(at message: Message, at now: Instant) throws(SQLError) {
        try run(
            """
            UPDATE main.message_attempt SET state = 'unknown', reason = 'unanswered', ended_at = $1
            WHERE message = $2 AND tenant = $3 AND state = 'sending'
            """, now, message.id, message.tenant)
    }

    /// What is next for a message.
    borrowing func step(of message: Message, at now: Instant) throws(SQLError) -> MessageCourse.Step {
        let attempts = try attempts(at: message.id, of: message.tenant).filter {
            $0.number > message.forgiven || $0.state == .taken || $0.state == .delivered
        }
        let roads = try senderAccounts(of: message.tenant).filter { $0.kind.channel == message.reader.channel }
        let zone = try tenant(message.tenant).flatMap { TimeZoneID(validating: $0.timeZone) } ?? .utc
        return MessageCourse(
            kind: message.kind, expiresAt: message.expiresAt, attempts: attempts,
            roads: roads.map { MessageCourse.Road($0.id, restsUntil: $0.restsUntil) }
        ).step(at: now, quiet: try quietHours(of: message.tenant), offset: UTCOffset { zone.offset(at: $0) })
    }

    /// Writes what is next for a message, and lets it go.
    borrowing func follow(_ message: Message, at now: Instant) throws(SQLError) {
        try follow(message, step(of: message, at: now), at: now)
    }

    borrowing func follow(_ message: Message, _ step: MessageCourse.Step, at now: Instant) throws(SQLError) {
        switch step {
        case .send(_, let due): try plan(message, .queued, nil, due: due, at: now)
        case .rest(let state, let reason): try plan(message, state, reason, due: nil, at: now)
        }
    }
}
