import Synchronization
import TestKit
import Testing

/// A payment through the whole program: commands, gateway, the provider's interface on a socket, and back.
@Suite(.serialized, .ownThreads) struct PaymentCommandTests {
    /// A Daraja that takes every prompt and remembers where it is to post.
    private final class Provider: Sendable {
        private let callbacks = Mutex<[String]>([])
        let server: Mutex<LoopbackServer?> = Mutex(nil)
        var callback: String? { callbacks.withLock { $0.first } }
        var prompts: Int { callbacks.withLock { $0.count } }
        var port: UInt16 { server.withLock { $0?.port ?? 0 } }

        init() {
            let server = LoopbackServer { [self] peer in
                while let request = Self.request(peer) { peer.send(Array(answer(request).utf8)) }
            }
            self.server.withLock { $0 = server }
        }

        /// One request, head and body.
        private static func request(_ peer: LoopbackPeer) -> String? {
            var text = ""
            while let part = peer.read() {
                text += String(decoding: part, as: UTF8.self)
                guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
                let head = text[..<end.lowerBound].lowercased()
                let length =
                    head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            return nil
        }

        private func answer(_ request: String) -> String {
            var body = #"{"access_token":"abc","expires_in":"3599"}"#
            if request.contains("/stkpush/") {
                if let start = request.firstRange(of: "\"CallBackURL\":\"") {
                    let url = String(request[start.upperBound...].prefix { $0 != "\"" })
                    callbacks.withLock { $0.append(url.filter { $0 != "\\" }) }
                }
                body = #"{"MerchantRequestID":"1-2-3","CheckoutRequestID":"ws_CO_1","ResponseCode":"0"}"#
            } else if request.contains("/qrcode/") {
                body = "{\"ResponseCode\":\"AG_2019\",\"QRCode\":\"\(PaymentCommandTests.picture)\"}"
            } else if request.contains("/stkpushquery/") {
                body = #"{"ResponseCode":"0","CheckoutRequestID":"ws_CO_1","ResultCode":"4999"}"#
            }
            return
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
    }

    /// One dot as a PNG.
    fileprivate static let picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

    @Test("A code for M-PESA's app is written as a picture or as a page; a file that is there stays")
    func writesCodes() throws {
        let (install, provider) = (try Install(), Provider())
        defer { provider.server.withLock { $0?.close() } }
        try install.furnish()
        try install.must(
            "payments", "add-account", "--tenant", "acme", "600100", "--consumer-key", "key", "--address",
            "http://127.0.0.1:\(provider.port)", input: "secret\npass\n")
        func write(_ path: String) throws -> Program.End {
            try install.run(
                "payments", "qr", "600100", "--tenant", "acme", "--amount", "50", "--reference", "SHOP1", "--out", path)
        }
        for (name, beginning) in [("code.png", "PNG"), ("code.pdf", "PDF")] {
            let path = "\(install.folder)/\(name)"
            let made = try write(path)
            #expect(made.code == 0, "\(made.errors)")
            #expect(Program.read(path).dropFirst().hasPrefix(beginning))
            #expect(try write(path).code == 64)
        }
        #expect(try write("\(install.folder)/code.gif").code == 64)
        #expect(try install.run("payments", "balance", "600100", "--tenant", "acme").errors.contains("set-initiator"))
        #expect(try install.must("payments", "set-validation", "600100", "--tenant", "acme").contains("is refused"))
        #expect(
            try install.must("payments", "set-validation", "600100", "--off", "--tenant", "acme").contains("welcome"))
        #expect(try install.must("payments", "wallet", "254712345678", "--tenant", "acme").contains("KES 0.00"))
    }

    private static let paid = """
        {"Body":{"stkCallback":{"MerchantRequestID":"1-2-3","CheckoutRequestID":"ws_CO_1","ResultCode":0,\
        "ResultDesc":"ok","CallbackMetadata":{"Item":[{"Name":"Amount","Value":20.00},{"Name":"MpesaReceiptNumber",\
        "Value":"UJ62T8IYOU"},{"Name":"Balance"},{"Name":"TransactionDate","Value":20261130120000},\
        {"Name":"PhoneNumber","Value":254722000126}]}}}}
        """

    @Test("A phone is asked, pays, and the books have it")
    func wholeWay() throws {
        let (install, provider) = (try Install(), Provider())
        defer { provider.server.withLock { $0?.close() } }
        try install.furnish()
        let account = try install.must(
            "payments", "add-account", "--tenant", "acme", "600100", "--consumer-key", "key", "--address",
            "http://127.0.0.1:\(provider.port)", input: "secret\npass\n")
        #expect(account.contains("/in/c/") && !account.contains("secret"))
        let gateway = try install.serve()
        let made = try install.must("payments", "ask", "--tenant", "acme", "254722000126", "--amount", "20")
        let code = String(made.dropFirst("payment ".count).prefix { !$0.isNewline })
        let again = try install.run("payments", "ask", "--tenant", "acme", "254722000126", "--amount", "20")
        #expect(again.code == 1 && again.errors.contains("is being asked already"), "\(again.errors)")
        #expect(eventually { provider.callback != nil }, "\(gateway.errors)")
        let callback = try #require(provider.callback)
        let path = String(callback.dropFirst("http://127.0.0.1:\(install.port)".count))
        #expect(path.hasPrefix("/in/s/"))
        for _ in 0..<2 {
            #expect(try Wire.ask(install.port, "POST", path, body: Array(Self.paid.utf8)).status == 200)
        }
        let show = { try install.must("payments", "show", "--tenant", "acme", code) }
        #expect(try eventually { try show().contains("\tpaid\t") }, "\(gateway.errors)")
        #expect(try show().contains("UJ62T8IYOU"))
        #expect(provider.prompts == 1)
        let balance = try install.must("ledger", "trial-balance", "--check", "--tenant", "acme")
        #expect(balance.contains("KES\ttotal\t\t20.00\t20.00"), "\(balance)")
        let statement = try install.must(
            "ledger", "statement", "wallet", "--subject", "254722000126", "--tenant", "acme")
        #expect(statement.contains("\t-20.00\t20.00\tpayment"), "\(statement)")
        #expect(!gateway.errors.contains("254722000126"), "a number is in the log")
        gateway.signal(15)
        #expect(gateway.end().code == 0)
    }

    @Test("M-PESA learns where money is told, and that its list is read; what it says is told in words")
    func registers() throws {
        let (install, port) = (try Install(), try FreePort.first())
        let simulator = try Program(
            "lango-darajasim", ["--port", "\(port)", "--control-token", "control", "--business", "600100:pass"])
        #expect(eventually { simulator.output.contains("\n") }, "\(simulator.errors)")
        try install.furnish()
        try install.must(
            "payments", "add-account", "--tenant", "acme", "600100", "--consumer-key", "consumer-key", "--address",
            "http://127.0.0.1:\(port)", input: "consumer-secret\npass\n")
        let register = { (words: String...) in
            try Program.run(
                "lango", ["payments", "register", "600100", "--tenant", "acme"] + words,
                environment: install.environment)
        }
        let first = try register("--list", "254712345678")
        #expect(first.output == "the addresses\tregistered\nthe list\tregistered\n", "\(first.errors)")
        let change = try Wire.ask(
            port, "POST", "/_simulator/businesses", headers: ["Authorization: Bearer control"],
            body: Array("{\"shortcode\":\"600100\",\"registers-once\":true}".utf8))
        #expect(change.status == 200)
        #expect(try register().output.contains("registered before"))
        #expect(try register("--list", "x").errors.contains("country's code"))
        simulator.signal(15)
        _ = simulator.end()
        let gone = try register()
        #expect(gone.code == 1 && gone.errors.contains("the addresses: "), "\(gone.errors)")
        #expect(!gone.errors.contains("consumer-secret"))
    }

    @Test("An account that is closed begins no payments until it is opened again")
    func closesAccount() throws {
        let install = try Install()
        try install.furnish()
        let run = { (words: [String]) in
            try Program.run("lango", ["payments"] + words + ["--tenant", "acme"], environment: install.environment)
        }
        try install.must(
            "payments", "add-account", "--tenant", "acme", "600100", "--consumer-key", "key", input: "secret\npass\n")
        #expect(try run(["close-account", "600100"]).code == 0)
        #expect(try run(["accounts"]).output.contains("\tclosed\n"))
        #expect(try run(["ask", "254722000126"]).code == 1)
        #expect(try run(["close-account", "600100", "--reopen"]).code == 0)
        #expect(try run(["accounts"]).output.contains("\topen\n"))
        #expect(try run(["ask", "254722000126"]).code == 0)
        #expect(try run(["close-account", "600101"]).code == 64)
    }

    @Test("Staff see what came to nothing and what to look at; prefixes that could be taken for each other are refused")
    func looksAfter() throws {
        let install = try Install()
        try install.furnish()
        let run = { (words: [String]) in
            try Program.run("lango", ["payments"] + words + ["--tenant", "acme"], environment: install.environment)
        }
        let add = { (number: String, prefix: String) in
            try Program.run(
                "lango",
                ["payments", "add-account", "--tenant", "acme", number, "--consumer-key", "key", "--prefix", prefix],
                environment: install.environment, input: "secret\npass\n")
        }
        #expect(try add("600100", "AB").code == 0)
        let refused = try add("600100", "ABC")
        #expect(refused.code == 64 && refused.errors.contains("could be taken for each other"), "\(refused.errors)")
        #expect(try add("600100", "AC").code == 0)
        #expect(try run(["reviews"]).output == "code\tbegan\tamount\tphone\tstate\toutcome\treason\treceipt\n")
        #expect(try run(["notices"]).output == "notice\tcame\taccount\tstate\twhy\n")
        let made = try run(["ask", "254722000126"]).output
        let code = String(made.dropFirst("payment ".count).prefix { !$0.isNewline })
        #expect(try run(["reviewed", code, "--by", "asha"]).output == "nobody has to look at \(code)\n")
    }

    @Test("Books are closed through a day that is over, once")
    func closes() throws {
        let install = try Install()
        try install.furnish()
        let close = { try install.run("ledger", "close", $0, "--by", "asha", "--tenant", "acme") }
        #expect(try close("2026-01-31").code == 0)
        #expect(try close("2026-01-15").errors.contains("later than the last closing"))
        #expect(try close("2999-01-01").code == 1)
        #expect(try close("yesterday").code == 64)
        let unmatched = try install.must("payments", "unmatched", "--tenant", "acme")
        #expect(unmatched == "receipt\tpaid\tamount\tstanding\troad\treference\tname\n")
    }
}
