import Synchronization
import TestKit
import Testing
import Threads
import Values

@testable import RouterOS

/// What happens on the line to a router that comes by itself, call by call.
@Suite(.ownThreads) struct PullLineTests {
    private let line: PullLine

    init() {
        var pace = PullLine.Pace()
        pace.hold = .seconds(30)
        pace.patience = .seconds(30)
        line = PullLine(pace: pace)
    }

    private func call(_ head: String, _ content: String = "") throws -> PullCall {
        try #require(PullCall(Array("\(head)\n\(content)".utf8)))
    }

    /// The router calls and waits for the answer.
    private func ask(_ head: String, _ content: String = "") async throws -> PullReply {
        let call = try call(head, content)
        return await withCheckedContinuation { continuation in line.take(call) { continuation.resume(returning: $0) } }
    }

    /// What becomes of a line: the router comes, takes it, and then does what `then` says.
    private func outcome(
        of text: String, _ then: (_ ticket: String) async throws -> Void
    ) async throws -> Result<[UInt8], RouterError> {
        let replies = WorkQueue<PullReply>()
        line.take(try call("lango 1 - 0 end")) { _ = replies.add($0) }
        let task = Task { [line] in try await line.carryOut(text) }
        let work = try #require(try taken(replies).work)
        #expect(work.code.contains(text))
        try await then(work.ticket)
        do {
            return .success(try await task.value)
        } catch {
            return .failure(try #require(error as? RouterError))
        }
    }

    private func taken(_ replies: WorkQueue<PullReply>) throws -> PullReply {
        try #require(replies.take(atMost: 1)?.first)
    }

    @Test("Work goes to the router that waits, inside a wrapper that gathers, and its answer comes back")
    func workAndAnswer() async throws {
        let result = try await outcome(of: ":set lango \"x\"") { ticket in
            line.take(try call("lango 1 \(ticket) 0 end", "one\ntwo")) { _ in }
        }
        #expect(result == .success(Array("one\ntwo".utf8)))
    }

    @Test("A long answer comes in parts; a part that comes twice counts once")
    func parts() async throws {
        let result = try await outcome(of: "x") { ticket in
            #expect(try await ask("lango 1 \(ticket) 0 more", "ab") == .idle)
            #expect(try await ask("lango 1 \(ticket) 0 more", "ab") == .idle)
            #expect(try await ask("lango 1 \(ticket) 1 more", "cd") == .idle)
            line.take(try call("lango 1 \(ticket) 2 end", "e")) { _ in }
        }
        #expect(result == .success(Array("abcde".utf8)))
    }

    @Test("A missing part spoils the answer, and the error says that the work was possibly done")
    func gap() async throws {
        let result = try await outcome(of: "x") { ticket in
            _ = try await ask("lango 1 \(ticket) 0 more", "ab")
            _ = try await ask("lango 1 \(ticket) 2 more", "ef")
        }
        #expect(result == .failure(RouterError(.notReady)))
        #expect(RouterError(.notReady).isPossiblyCarriedOut)
    }

    @Test("A router that comes again without the answer has lost it: possibly done, and never handed out again")
    func lostAnswer() async throws {
        let result = try await outcome(of: "x") { _ in line.take(try call("lango 1 - 0 end")) { _ in } }
        #expect(result == .failure(RouterError(.interrupted(maybeDone: true))))
    }

    @Test(
        "What the script says instead of an answer",
        arguments: [
            ("\u{1}", RouterError.Kind.failure("without saying why, as routers that call by themselves do")),
            ("\u{2}", .menuAbsent), ("\u{3}", .interrupted(maybeDone: false)),
        ])
    func troubles(answer: String, kind: RouterError.Kind) async throws {
        let result = try await outcome(of: "x") { ticket in
            line.take(try call("lango 1 \(ticket) 0 end", answer)) { _ in }
        }
        #expect(result == .failure(RouterError(kind)))
    }

    @Test("Nothing is said to a router that never called, and nothing waits for it")
    func absent() async throws {
        #expect(!line.isPresent)
        await #expect(throws: RouterError(.away)) { try await line.carryOut("x") }
    }

    @Test("What nobody waits for any more is not handed out")
    func tooLate() async throws {
        // Present, but not on the line.
        _ = try await ask("lango 1 - 0 more")
        let task = Task { [line] in try await line.carryOut(":set lango \"late\"") }
        task.cancel()
        let result = await task.result
        #expect(throws: RouterError(.interrupted(maybeDone: false))) { try result.get() }
        let replies = WorkQueue<PullReply>()
        line.take(try call("lango 1 - 0 end")) { _ = replies.add($0) }
        line.take(try call("lango 1 - 0 end")) { _ in }
        #expect(replies.take(atMost: 1) == [.idle])
    }

    @Test("Where nobody answers in time, work that was handed out was possibly done, and other work was not")
    func patience() async throws {
        var pace = PullLine.Pace()
        pace.patience = .milliseconds(50)
        let line = PullLine(pace: pace)
        line.take(try call("lango 1 - 0 more")) { _ in }
        await #expect(throws: RouterError(.timedOut(maybeDone: false))) { try await line.carryOut("x") }
        line.take(try call("lango 1 - 0 end")) { _ in }
        await #expect(throws: RouterError(.timedOut(maybeDone: true))) { try await line.carryOut("x") }
        // Its answer comes late: it belongs to nobody, and the router is told that there is nothing.
        let replies = WorkQueue<PullReply>()
        line.take(try call("lango 1 0123456789abcdef 0 end", "late")) { _ = replies.add($0) }
        line.take(try call("lango 1 - 0 end")) { _ in }
        #expect(replies.take(atMost: 1) == [.idle])
    }

    @Test("A router with nothing to do is told so after a while")
    func hold() async throws {
        var pace = PullLine.Pace()
        pace.hold = .milliseconds(20)
        let line = PullLine(pace: pace)
        let call = try call("lango 1 - 0 end")
        let reply = await withCheckedContinuation { continuation in
            line.take(call) { continuation.resume(returning: $0) }
        }
        #expect(reply == .idle)
    }

    @Test(
        "A body that is none of the script's is no call",
        arguments: [
            "", "lango", "lango 1 - 0 end", "lango 2 - 0 end\n", "lango 1 - -1 end\n", "lango 1 - x end\n",
            "lango 1 - 0 maybe\n", "GET / HTTP/1.1\n", "lango 1 - 99999999999999999999 end\n",
        ])
    func noCall(body: String) { #expect(PullCall(Array(body.utf8)) == nil) }

    @Test("The token is shown in full or not at all")
    func token() {
        let secret = PullSecret(Secret("s3cret"))
        let token = secret.token.revealed
        #expect(secret.admits(authorization: "Bearer \(token)"))
        for wrong in [nil, "", "Bearer", "Bearer ", "Bearer \(token)x", "Bearer \(token.dropLast())", "Basic \(token)"]
        {
            #expect(!secret.admits(authorization: wrong))
        }
        #expect(!PullSecret(Secret("other")).admits(authorization: "Bearer \(token)"))
        #expect(secret.mark.revealed.utf8.count == PullReply.markCount)
        #expect(!token.contains(secret.mark.revealed))
    }

    @Test("An answer has fixed places: the mark, the ticket, the length, the code")
    func replyText() throws {
        let secret = PullSecret(Secret("s3cret"))
        #expect(PullReply.idle.text(secret) == "\(secret.mark.revealed) -")
        let text = PullReply(ticket: "0123456789abcdef", line: ":put 1").text(secret)
        let parts = text.split(separator: "\n", maxSplits: 1).map(String.init)
        #expect(parts[0] == "\(secret.mark.revealed) 0123456789abcdef \(10_000_000 + parts[1].utf8.count)")
        #expect(parts[1] == ":local lango \"\";:do {:put 1} on-error={:set lango \"\\01\"};:return $lango")
    }
}
