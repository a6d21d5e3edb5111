extension APISession {
    /// Takes one reply.
    mutating func take(_ reply: APIReply, now: ContinuousClock.Instant) {
        guard !hasEnded else { return }
        if reply.kind == .fatal { return end(fatal(reply)) }
        if case .loggingIn(let tag) = stage {
            // Until we are let in there is nothing else that a reply without a tag could be about.
            if reply.tag == .command(tag) || reply.tag == .none { takeLogin(reply, tag) }
            return
        }
        guard case .command(let tag) = reply.tag else { return }
        if abandoned[tag] != nil {
            if reply.kind == .done { abandoned[tag] = nil }
        } else if let place = pending.index(forKey: tag), pending.values[place].isSent {
            stray = 0
            takeAnswer(reply, tag, place, now)
        }
    }

    /// Before we are let in the reason is all there is to say; afterwards the commands under way matter more.
    private func fatal(_ reply: APIReply) -> RouterError.Kind {
        guard stage != .ready else { return .interrupted(maybeDone: true) }
        return RouterError.Kind(trap: reply.record["category"], words: reply.reason ?? reply.record["message"])
    }

    private mutating func takeLogin(_ reply: APIReply, _ tag: Int) {
        switch reply.kind {
        case .trap:
            end(RouterError.Kind(trap: reply.record["category"], words: reply.record["message"]))
        case .done:
            guard let challenge = reply.record["ret"] else {
                stage = .ready
                loginDeadline = nil
                stray = 0
                return sendWaiting()
            }
            guard tag != Self.challengeTag, let answer = login.answer(to: challenge) else { return end(.notRouterOS) }
            stage = .loggingIn(tag: Self.challengeTag)
            effects.outgoing += answer.sentence(tagged: Self.challengeTag)
        case .row, .empty, .other, .fatal: break
        }
    }

    /// Where a command under way stands among those that wait.
    private typealias Place = Dictionary<Int, Pending>.Index

    private mutating func takeAnswer(_ reply: APIReply, _ tag: Int, _ place: Place, _ now: ContinuousClock.Instant) {
        switch reply.kind {
        case .row: takeRow(reply, tag, place, now)
        case .trap:
            // The first one tells why; more may follow.
            guard pending.values[place].trap == nil else { return }
            let kind = RouterError.Kind(trap: reply.record["category"], words: reply.record["message"])
            pending.values[place].trap = kind
        case .done:
            guard let command = pending.removeValue(forKey: tag) else { return }
            if let trap = command.trap {
                report(command.asker, trap)
            } else {
                report(command.asker, .success(APIAnswer(rows: command.rows, done: reply.record)))
            }
            sendWaiting()
        case .empty, .other, .fatal: break
        }
    }

    private mutating func takeRow(_ reply: APIReply, _ tag: Int, _ place: Place, _ now: ContinuousClock.Instant) {
        if case .feed(let weak) = pending.values[place].asker {
            return effects.reports.append { weak.feed?.add(reply.record, size: reply.size + Self.rowCost) }
        }
        let size = pending.values[place].size + reply.size + Self.rowCost
        guard size <= Self.longestAnswer else { return abandon(tag, .tooLarge, now) }
        pending.values[place].size = size
        pending.values[place].rows.append(reply.record)
    }
}
