import Messaging
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Messages

/// Readers who want no notices, and addresses at which nobody is.
@Suite(.serialized, .ownThreads) struct ReaderTests {
    @Test(
        "Who wants no notices gets receipts and codes, and notices again once they want them",
        arguments: Engine.available)
    func optOut(engine: Engine) async throws {
        let bench = try MessageBench(engine)
        defer { bench.store.close() }
        let reader = MessageReader.phone(try bench.number())
        #expect(try bench.ask(.notice, reader) != nil)
        try await bench.report("out|\(reader.text)")
        try await bench.keeper.work()
        #expect(try bench.ask(.notice, reader) == nil)
        #expect(try bench.ask(.receipt, reader) != nil && bench.ask(.code, reader) != nil)
        #expect(try bench.ask(.notice, .phone(bench.number())) != nil, "others are not meant")
        let (tenant, now) = (bench.tenant, bench.now)
        try bench.store.writeNow(.tenant(tenant)) { try $0.set(reader, wantsNoNotices: false, of: tenant, at: now) }
        #expect(try bench.ask(.notice, reader) != nil)
    }

    @Test("Where nobody is nothing more is sent, until a person has it sent again", arguments: Engine.available)
    func dead(engine: Engine) async throws {
        let bench = try MessageBench(engine, accounts: 1)
        defer { bench.store.close() }
        let reader = MessageReader.phone(try bench.number())
        let first = try #require(try bench.ask(.receipt, reader))
        try await bench.keeper.work()
        try await bench.report("failed|S0-1|address-unknown")
        try await bench.keeper.work()
        #expect(try bench.message(first).state == .failed)
        #expect(try bench.ask(.receipt, reader) == nil && bench.ask(.notice, reader) == nil)
        #expect(try bench.ask(.code, reader) != nil, "somebody waits for it")
        let (tenant, now) = (bench.tenant, bench.now)
        try bench.store.writeNow(.tenant(tenant)) { try $0.sendAgain(first, of: tenant, at: now) }
        #expect(try bench.ask(.receipt, reader) != nil)
    }

    @Test("A phone that is off is no dead address, and what arrives brings an address back")
    func alive() async throws {
        let bench = try MessageBench(.sqlite, accounts: 1)
        defer { bench.store.close() }
        let reader = MessageReader.phone(try bench.number())
        let first = try #require(try bench.ask(.receipt, reader))
        try await bench.keeper.work()
        try await bench.report("failed|S0-1|absent")
        try await bench.keeper.work()
        #expect(try bench.message(first).state == .failed)
        #expect(try bench.ask(.receipt, reader) != nil)
        try await bench.keeper.work()
        try await bench.report("failed|S0-2|address-invalid")
        try await bench.keeper.work()
        #expect(try bench.ask(.receipt, reader) == nil)
        #expect(try bench.ask(.code, reader) != nil)
        try await bench.keeper.work()
        try await bench.report("delivered|S0-3")
        try await bench.keeper.work()
        #expect(try bench.ask(.receipt, reader) != nil)
    }
}

extension MessageBench {
    fileprivate func ask(_ kind: Message.Kind, _ reader: MessageReader) throws -> ID<Message>? {
        let order = MessageOrder(sealing: .text("Asante"), by: keys, as: kind, to: reader, of: tenant, at: now)
        return try store.writeNow(.tenant(tenant)) { try $0.ask(for: order) }
    }
}
