import FoundationEssentials
import JSON
import Testing
import Values

@testable import MobileMoney

/// Payloads that others captured or that the portal shows, beside the package and not part of it.
enum DarajaFixture {
    static let folder =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/shared/payments/fixtures/daraja"
    static let isPresent = FileManager.default.fileExists(atPath: folder + "/INDEX.json")
    static let reason: Comment = "The captured payloads (../shared/payments) are not on this machine"

    struct Entry: Sendable, CustomTestStringConvertible {
        let file: String
        let kind: String
        let status: Int
        var testDescription: String { file }
    }

    static let entries: [Entry] = {
        guard isPresent, let index = try? document("INDEX.json").array else { return [] }
        return index.compactMap { row in
            guard let file = row["file"]?.text, let kind = row["kind"]?.text else { return nil }
            return Entry(file: file, kind: kind, status: Int(row["http"]?.integer ?? 200))
        }
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }

    static func document(_ name: String) throws -> JSON { try JSON(parsing: bytes(name)) }
}

@Suite struct DarajaFixtureTests {
    @Test(
        "Every captured payload is told in the right state, or refused with the reason",
        .enabled(if: DarajaFixture.isPresent, DarajaFixture.reason), arguments: DarajaFixture.entries)
    func decodes(entry: DarajaFixture.Entry) async throws {
        guard entry.kind != "timeline" else { return }
        let expected = try #require(Self.expected[entry.file], "no expectation for this file")
        let told = try await tell(entry)
        #expect(told == expected)
    }

    @Test("Every expectation has its payload", .enabled(if: DarajaFixture.isPresent, DarajaFixture.reason))
    func complete() {
        let files = Set(DarajaFixture.entries.map(\.file))
        #expect(Self.expected.keys.filter { !files.contains($0) } == [])
        #expect(files.count >= 90)
    }

    // MARK: Telling

    private func tell(_ entry: DarajaFixture.Entry) async throws -> String {
        let bytes = try DarajaFixture.bytes(entry.file)
        switch entry.kind {
        case "stk.callback", "c2b.confirmation", "b2c.result", "transactionstatus.result", "reversal.result",
            "balance.result", "ratiba.callback", "billmanager.payment", "b2bexpress.callback":
            return Self.words(Daraja.notice(bytes))
        case "c2b.validation.answer":
            let code = try JSON(parsing: bytes)["ResultCode"]?.text ?? ""
            let verdict = try #require(IncomingVerdict(rawValue: code))
            return try JSON(parsing: verdict.body) == JSON(parsing: bytes) ? "verdict \(verdict)" : "another body"
        case "stk.callback.ack":
            return try JSON(parsing: Daraja.receivedBody) == JSON(parsing: bytes) ? "received" : "another body"
        case let kind where kind.hasSuffix(".request"): return try await fields(kind, try JSON(parsing: bytes))
        case "billmanager.ack": return "not ours"
        default: return await reply(entry, String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The payload as the answer to the call that it belongs to.
    private func reply(_ entry: DarajaFixture.Entry, _ body: String) async -> String {
        let reply = DarajaBench.Reply(status: entry.status, body: body)
        let isToken = entry.kind == "oauth.error"
        // Given twice, as a dead token is followed by a second try.
        let bench = DarajaBench([reply, reply], token: isToken ? reply : nil)
        let daraja = Daraja(DarajaBench.settings(), over: bench.transport)
        do throws(RailError) {
            switch entry.kind.split(separator: ".").first {
            case "c2b" where entry.kind.contains("simulate"):
                try await daraja.simulateIncoming(
                    amount: DarajaBench.prompt().amount, from: DarajaBench.payer, account: "A")
                return "taken"
            case "c2b":
                try await daraja.register(confirmation: "https://isp.test/c", validation: "https://isp.test/v")
                return "taken"
            case "b2c":
                let ack = try await daraja.payOut(
                    DarajaBench.prompt().amount, to: DarajaBench.payer, key: "k", told: DarajaBench.addresses)
                return "taken \(ack.originator)"
            case "balance": return "taken \(try await daraja.askBalance(told: DarajaBench.addresses).originator)"
            case "pull":
                let page = try await daraja.pull(from: 0, to: 1, after: 0, verb: .get)
                return page.payments.map { Self.words(.incoming($0)) }.joined(separator: ", ")
                    + "; \(page.unreadable) unread"
            case "qr":
                let code = try await daraja.code(
                    merchant: "ISP", reference: DarajaBench.prompt().reference, amount: DarajaBench.prompt().amount)
                return "picture of \(code.count)"
            case "stk" where entry.kind.contains("query"):
                guard let id = PromptID("ws_CO_1") else { return "no id" }
                return Self.words(await daraja.ask(id))
            default:
                let ack = try await daraja.prompt(DarajaBench.prompt())
                return "accepted \(ack.id.revealed)"
            }
        } catch {
            return Self.words(error)
        }
    }

    /// Whether our request has the fields of the shown one: those that it lacks and those that only it has.
    private func fields(_ kind: String, _ shown: JSON) async throws -> String {
        let bench = DarajaBench([])
        let daraja = Daraja(DarajaBench.settings(), over: bench.transport)
        let (one, receipt) = (DarajaBench.prompt().amount, try #require(ReceiptNumber("NEF61H8J60")))
        let id = try #require(PromptID("ws_CO_1"))
        do throws(RailError) {
            switch kind {
            case "stk.push.request": _ = try await daraja.prompt(DarajaBench.prompt())
            case "stk.query.request": _ = await daraja.ask(id)
            case "c2b.simulate.request":
                try await daraja.simulateIncoming(amount: one, from: DarajaBench.payer, account: "A")
            case "b2c.request":
                _ = try await daraja.payOut(one, to: DarajaBench.payer, key: "k", told: DarajaBench.addresses)
            case "transactionstatus.request": _ = try await daraja.askStatus(of: receipt, told: DarajaBench.addresses)
            case "reversal.request": _ = try await daraja.reverse(receipt, amount: one, told: DarajaBench.addresses)
            case "balance.request": _ = try await daraja.askBalance(told: DarajaBench.addresses)
            case "pull.register.request":
                try await daraja.registerPull(number: DarajaBench.payer, callback: "https://isp.test/p")
            case "pull.query.request": _ = try await daraja.payments(from: 0, to: 1, after: 0)
            default: return "not ours"
            }
        } catch {
            // What the bench answers is no answer; what was sent is looked at.
            #expect(error.isPossiblyCarriedOut)
        }
        let ours = Set(try #require(bench.bodies.first?.object).keys)
        let theirs = Set(try #require(shown.object).keys)
        let (missing, added) = (theirs.subtracting(ours).sorted(), ours.subtracting(theirs).sorted())
        return missing.isEmpty && added.isEmpty ? "same fields" : "lacks \(missing), adds \(added)"
    }

    // MARK: Words

    private static func words(_ notice: PaymentNotice) -> String {
        switch notice {
        case .outcome(_, let answer): words(answer)
        case .incoming(let payment):
            [
                "incoming \(payment.receipt) \(payment.amount.plain)", payment.paidAt?.iso8601 ?? "no time",
                payment.shortCode, payment.reference.normal, words(payment.payer), payment.payerName ?? "-",
                payment.balance?.plain ?? "-",
            ].joined(separator: " ")
        case .operation(let result): words(result)
        case .unknown(let flaw): "unknown: \(flaw)"
        }
    }

    private static func words(_ result: OperationResult) -> String {
        if case .failed(let failure) = result.outcome { return "failed \(failure.code) \(failure.reason.rawValue)" }
        if let status = TransactionStatus(result) {
            return
                "status \(status.state) \(words(.paid(status.facts))) \(status.payerName ?? "-") \(status.shortCode ?? "-")"
        }
        if let balances = AccountBalances(result) {
            return balances.available.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.plain)" }
                .joined(separator: ", ")
        }
        guard let transfer = TransferFacts(result) else { return "done" }
        return "moved \(transfer.receipt) \(transfer.amount?.plain ?? "-") \(transfer.completedAt?.iso8601 ?? "-")"
            + " \(transfer.original?.text ?? "-")"
    }

    private static func words(_ answer: PaymentAnswer) -> String {
        switch answer {
        case .paid(let facts):
            "paid \(facts.receipt?.text ?? "-") \(facts.amount?.plain ?? "-") \(facts.paidAt?.iso8601 ?? "-")"
                + " \(words(facts.payer))"
        case .failed(let failure): "failed \(failure.code) \(failure.reason.rawValue)\(failure.isCertain ? "" : "?")"
        case .open(.noAnswer(let code)): "open, no answer \(code)"
        case .open(.trouble(let error)): "open, \(words(error))"
        case .open(let reason): "open \(reason)"
        }
    }

    private static func words(_ payer: PayerMark) -> String {
        switch payer {
        case .absent: "-"
        case .number(let number): number.digits
        case .masked(let text): text
        case .hashed(let digest): "#\(digest.prefix(8))"
        }
    }

    private static func words(_ error: RailError) -> String {
        switch error.kind {
        case .refused(let code, let reason): "refused \(code) \(reason.rawValue)"
        case .busy(let code): "busy \(code)"
        case .outcomeUnknown(let silence): "outcome unknown: \(silence)"
        case .unreachable: "unreachable"
        case .unsendable(let reason): "unsendable \(reason.rawValue)"
        }
    }
}
