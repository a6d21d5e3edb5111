import Locales
import Messaging
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// The words of messages.
@Suite struct TemplateTests {
    @Test("Our own words fit one SMS, in every language, with holes that all have samples")
    func defaults() throws {
        let words = MessageWords(try MessageBench.locales.get())
        for template in MessageTemplate.allCases {
            #expect(!words.holes(of: template).isEmpty)
            for hole in words.holes(of: template) { #expect(MessageTemplate.samples[hole] != nil, "\(hole)") }
            for language in words.locales.languages.map(\.language) {
                let text = SMSText(
                    normalising: words.text(template, MessageTemplate.samples, own: nil, in: language))
                #expect(text.segments == 1, "\(template) in \(language): \(text.units) units: \(text.text)")
                #expect(!text.text.contains("{"), "\(text.text)")
            }
        }
    }

    static let patterns: [(text: String, refusal: MessageRefusal?)] = [
        ("Paid {amount}", nil), ("{amount}{number}", nil), ("no hole", nil),
        ("Paid {amont}", .holeUnknown("amont", known: ["amount", "number"])), ("Paid {amount", .templateBroken),
        ("Paid amount}", .templateBroken), ("{}", .holeUnknown("", known: ["amount", "number"])),
        ("{{amount}}", .holeUnknown("{amount", known: ["amount", "number"])), ("", .templateUnfit),
        ("two\nlines", .templateUnfit), (String(repeating: "a", count: 901), .templateUnfit),
    ]

    @Test("Own words are taken with known holes alone", arguments: patterns)
    func pattern(text: String, refusal: MessageRefusal?) {
        let taken = Result { () throws(MessageRefusal) in try MessagePattern(text, holes: ["amount", "number"]).text }
        #expect(taken == (refusal.map { .failure($0) } ?? .success(text)))
    }

    @Test("A tenant's own words are used in its language, and given back", arguments: Engine.available)
    func own(engine: Engine) async throws {
        let bench = try MessageBench(engine, accounts: 1)
        defer { bench.store.close() }
        let (tenant, now) = (bench.tenant, bench.now)
        let pattern = try MessagePattern("Habari! {amount} – {number}", holes: ["amount", "number"])
        let set = { @Sendable (pattern: MessagePattern?) in
            try bench.store.writeNow(.tenant(tenant)) {
                try $0.set(.paidWallet, pattern, in: .swahili, of: tenant, at: now)
            }
        }
        let send = { (key: String, language: String) in
            let order = MessageOrder(
                .paidWallet, ["amount": .money(Money(minorUnits: 5_000, in: .kes)), "number": .text("K7M2P9X4")],
                as: .receipt, for: key, to: .phone(try bench.number()), in: language, of: tenant, at: now)
            try bench.store.writeNow(.tenant(tenant)) { _ = try $0.ask(for: order) }
            try await bench.keeper.work()
            return bench.senders[0].sent.last?.text ?? ""
        }
        try set(pattern)
        #expect(try await send("1", "sw") == "Habari! Ksh 50 - K7M2P9X4")
        #expect(try await send("2", "").hasPrefix("Acme Wi-Fi: Ksh 50 came"))
        try set(nil)
        #expect(try await send("3", "sw").hasPrefix("Acme Wi-Fi: Ksh 50 zimefika"))
    }

    @Test("What a message says is read back as it was written")
    func content() {
        let facts: [String: Fact] = [
            "a": .text("x \"y\" {z}"), "b": .number(-5), "c": .money(Money(minorUnits: 5_001, in: .kes)),
            "d": .instant(World.noon), "e": .span(.minutes(3)), "f": .volume(DataVolume(bytes: 1 << 40)),
        ]
        let content = MessageContent.template(.paid, facts)
        #expect(MessageContent(content.bytes) == content)
        #expect(MessageContent(MessageContent.text("é").bytes) == .text("é"))
        #expect(MessageContent([]) == nil && MessageContent(Array("{}".utf8)) == nil)
    }
}
