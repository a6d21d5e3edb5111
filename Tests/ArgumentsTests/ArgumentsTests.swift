import Testing

@testable import Arguments

@Suite struct ArgumentsTests {
    static let parser = CommandLineParser(
        program: "lango", about: "About.",
        commands: [
            Command(
                "vouchers generate", "Makes vouchers.",
                options: [
                    .value("count", "N", "how many", isRequired: true), .value("prefix", "TEXT", "before each"),
                    .flag("dry-run", "only says"),
                ]
            ) { _ in },
            Command("vouchers show", "Shows one.", operands: ["CODE"], options: [.value("tenant", "SLUG", "whose")]) {
                _ in
            },
            Command("serve", "Runs.") { _ in },
        ])

    private func invocation(_ arguments: String...) throws -> Invocation {
        guard case .run(_, let invocation) = try Self.parser.parse(arguments) else { throw Misuse("help") }
        return invocation
    }

    private func misuse(_ arguments: String...) -> String {
        do throws(Misuse) {
            _ = try Self.parser.parse(arguments)
            return ""
        } catch {
            return error.description
        }
    }

    @Test("Options are taken in both spellings and any order, the last one wins")
    func options() throws {
        let parsed = try invocation("vouchers", "generate", "--prefix=A=B", "--count", "5", "--dry-run", "--count", "6")
        #expect(parsed.required("count") == "6")
        #expect(parsed["prefix"] == "A=B")
        #expect(parsed.has("dry-run"))
        #expect(try parsed.number("count", in: 1...10) == 6)
        #expect(try invocation("vouchers", "generate", "--count", "1", "--prefix=")["prefix"] == "")
        #expect(try invocation("vouchers", "show", "--tenant", "a", "ABC").operand("CODE") == "ABC")
        #expect(try invocation("vouchers", "show", "--", "--ABC").operand("CODE") == "--ABC")
    }

    @Test(
        "A number outside its range or no number is refused",
        arguments: ["0", "11", "x", "", "5x", " 5", "9999999999999999999999"])
    func numbers(text: String) throws {
        let parsed = try invocation("vouchers", "generate", "--count", text)
        #expect(throws: Misuse.self) { try parsed.number("count", in: 1...10) }
    }

    @Test("A slip is answered with the nearest name")
    func nearest() {
        #expect(misuse("vouchers", "generate", "--cuont", "5").contains("did you mean --count?"))
        #expect(misuse("vouchers", "generate", "--count", "5", "--prefx", "A").contains("did you mean --prefix?"))
        #expect(!misuse("vouchers", "generate", "--elephant").contains("did you mean"))
        #expect(misuse("srve").contains("did you mean 'serve'?"))
        #expect(misuse("vouchers", "generat").contains("vouchers generate, vouchers show"))
        #expect(misuse("vouchers").contains("vouchers generate"))
        #expect(!misuse("elephant").contains("did you mean"))
    }

    @Test("What is missing or too much is named")
    func missing() {
        #expect(misuse("vouchers", "generate").contains("--count N is needed"))
        #expect(misuse("vouchers", "generate", "--count").contains("--count needs a value: N"))
        #expect(misuse("vouchers", "generate", "--count", "1", "--dry-run=yes").contains("takes no value"))
        #expect(misuse("vouchers", "show").contains("usage: lango vouchers show"))
        #expect(misuse("vouchers", "show", "A", "B").contains("usage:"))
        #expect(misuse("serve", "now").contains("usage: lango serve"))
    }

    @Test(
        "Help is given for nothing, for a word, for a command",
        arguments: [
            [], ["help"], ["--help"], ["-h"], ["help", "vouchers"], ["vouchers", "show", "--help"], ["serve", "-h"],
        ])
    func help(arguments: [String]) throws {
        guard case .help(let text) = try Self.parser.parse(arguments) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains(arguments.contains("show") ? "CODE" : arguments.contains("serve") ? "Runs." : "vouchers"))
    }
}
