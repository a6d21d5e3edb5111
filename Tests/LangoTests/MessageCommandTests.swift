import TestKit
import Testing

/// Messages through the whole program: commands, gateway, a simulated Africa's Talking as a program, and back.
@Suite(.serialized, .ownThreads) struct MessageCommandTests {
    private static func id(_ line: String) -> String {
        String(line.dropFirst("message ".count).prefix { $0 != "\t" && !$0.isNewline })
    }

    @Test("A message is sent, delivered, and shown; no number and no text is in the log")
    func wholeWay() throws {
        let (install, port) = (try Install(), try FreePort.first())
        let simulator = try Program("lango-darajasim", ["--port", "\(port)", "--control-token", "control"])
        #expect(eventually { simulator.output.contains("\n") }, "\(simulator.errors)")
        try install.furnish()
        let none = try install.run("messages", "send", "--tenant", "acme", "--to", "254711000001", "--text", "x")
        #expect(none.code == 1 && none.errors.contains("messages account add"), "\(none.errors)")
        let account = try install.must(
            "messages", "account", "add", "africastalking", "--tenant", "acme", "--username", "sandbox", "--from",
            "LANGO",
            "--address", "http://127.0.0.1:\(port)", input: "text-key\n")
        #expect(account.contains("/in/m/") && !account.contains("text-key"))
        let reports = String(account.split(separator: "\t", omittingEmptySubsequences: false)[3])
        let answer = try Wire.ask(
            port, "POST", "/_simulator/texts", headers: ["Authorization: Bearer control"],
            body: Array("{\"reports\":\"\(reports)\"}".utf8))
        #expect(answer.status == 200)
        let gateway = try install.serve()
        let sent = try install.must(
            "messages", "send", "--tenant", "acme", "--to", "254711000001", "--text", "Siri ya jaribio")
        #expect(sent.contains("15 characters, 1 SMS"), "\(sent)")
        let show = { try install.must("messages", "show", "--tenant", "acme", Self.id(sent)) }
        #expect(
            try eventually { try show().contains("\tsent\t") || show().contains("\tdelivered\t") }, "\(gateway.errors)")
        #expect(try eventually { try show().contains("\tdelivered\t") }, "\(gateway.errors)")
        #expect(try show().contains("Siri ya jaribio"))
        let list = try install.must("messages", "list", "--tenant", "acme")
        #expect(list.contains("+2547") && !list.contains("254711000001"))
        let metrics = try Wire.ask(install.port, "GET", "/metrics").text
        #expect(
            metrics.contains("lango_messages_under_way 0") && metrics.contains("lango_message_accounts_in_trouble 0"))
        #expect(!gateway.errors.contains("254711000001") && !gateway.errors.contains("Siri ya"), "it is in the log")
        gateway.signal(15)
        #expect(gateway.end().code == 0)
    }

    @Test("Accounts keep their order, and mistakes are told")
    func accounts() throws {
        let install = try Install()
        try install.furnish()
        let run = { (words: [String], input: String) in
            try Program.run(
                "lango", ["messages", "account"] + words + ["--tenant", "acme"], environment: install.environment,
                input: input)
        }
        let smtp = ["add", "smtp", "--host", "mail.example.org", "--from", "wifi@example.org"]
        #expect(try run(smtp + ["--username", "wifi"], "secret\n").code == 0)
        #expect(try run(["add", "kannel", "--address", "http://127.0.0.1:13013", "--username", "u"], "p\n").code == 0)
        let first = ["add", "africastalking", "--username", "isp", "--name", "at", "--position", "0"]
        #expect(try run(first, "key\n").code == 0)
        let names = try run(["list"], "").output.split(separator: "\n").dropFirst().map {
            String($0.split(separator: "\t", omittingEmptySubsequences: false)[1])
        }
        #expect(names == ["at", "smtp", "kannel"])
        for (words, input, part) in [
            (["add", "pigeon"], "", "KIND is"), (["add", "kannel", "--username", "u"], "p\n", "--address is needed"),
            (first, "key\n", "already"), (["add", "africastalking", "--username", "x", "--name", "y"], "", "the key"),
            (["add", "smtp", "--host", "h", "--from", "nobody", "--name", "z"], "", "--from takes"),
            (smtp + ["--name", "z", "--privacy", "none", "--username", "u"], "p\n", "starttls or tls"),
            (["remove", "nobody"], "", "NAME is one"),
        ] {
            let end = try run(words, input)
            #expect(end.code == 64 && end.errors.contains(part), "\(words): \(end.errors)")
        }
        #expect(try run(["remove", "kannel"], "").code == 0)
        #expect(try !run(["list"], "").output.contains("kannel"))
    }

    @Test("Words are previewed, refused with a sentence, and kept; what failed is sent again")
    func words() throws {
        let install = try Install()
        try install.furnish()
        let run = { (words: [String]) in
            try Program.run("lango", ["messages"] + words + ["--tenant", "acme"], environment: install.environment)
        }
        let preview = try run(["template", "preview", "paid", "--language", "sw"])
        #expect(
            preview.output.contains("Acme Wi-Fi: Ksh 50") && preview.output.contains(", 1 SMS\n"), "\(preview.output)")
        let wrong = try run(["template", "set", "paid", "--text", "Paid {amont}"])
        #expect(
            wrong.code == 1 && wrong.errors.contains("no {amont}") && wrong.errors.contains("{amount}"),
            "\(wrong.errors)")
        let set = try run(["template", "set", "paid", "--text", "Asante ç {amount}"])
        #expect(set.code == 0 && set.output.contains("of 70"), "\(set.output)")
        #expect(try run(["template", "list"]).output.contains("paid\ten\town\t1"))
        #expect(try run(["template", "set", "paid"]).output.contains("received for"))
        #expect(try run(["template", "preview", "nothing"]).code == 64)
        #expect(try run(["quiet", "--from", "22:00", "--until", "06:30"]).code == 0)
        #expect(try run(["quiet", "--none"]).code == 0)
        #expect(try run(["quiet", "--from", "25:00"]).code == 64)
        #expect(try run(["retry"]).code == 64)
        #expect(try run(["retry", "--failed"]).output == "0 messages are sent again\n")
        #expect(try run(["show", "x"]).code == 1)
    }
}
