import Catalog
import Crypto
import Entitlements
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values

@testable import Vouchers

@Suite struct RedemptionRaceTests {
    @Test(
        "A code that a thousand devices send at once lets in as many as its package says",
        arguments: Engine.available, [1, 3])
    func thousand(engine: Engine, devices: Int) async throws {
        let world = try World(engine)
        let code = try world.makeVouchers(world.makePackage(devices: devices)).codes[0]
        let answers = try await withThrowingTaskGroup(of: Result<Redemption, VoucherRefusal>.self) { group in
            for phone in 0..<1_000 {
                let request = world.request(code, from: World.mac(phone), address: "10.0.\(phone / 250).\(phone % 250)")
                group.addTask {
                    try await world.store.write(.tenant(request.tenant)) { try $0.redeem(request) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = answers.compactMap { try? $0.get() }
        #expect(answers.count == 1_000)
        #expect(winners.count == devices)
        #expect(winners.filter(\.isFirst).count == 1)
        #expect(Set(winners.map(\.entitlement.id)).count == 1)
        #expect(answers.compactMap(\.failure).allSatisfy { $0 == .deviceLimit(devices) })
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == 1)
        #expect(try world.count("SELECT count(*) FROM main.device") == devices)
        world.store.close()
    }

    @Test("Five hundred codes redeemed side by side are each redeemed once", arguments: Engine.available)
    func sideBySide(engine: Engine) async throws {
        let world = try World(engine)
        let codes = try world.makeVouchers(world.makePackage(), 500).codes
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (phone, code) in (codes + codes).enumerated() {
                let request = world.request(code, from: World.mac(phone))
                group.addTask {
                    try await world.store.write(.tenant(request.tenant)) { try $0.redeem(request) }.failure == nil
                }
            }
            let won = try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            #expect(won == 500)
        }
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == 500)
        #expect(try world.count("SELECT count(DISTINCT source_id) FROM main.entitlement") == 500)
        world.store.close()
    }

    @Test("A code that is voided while it is redeemed ends as one of the two", arguments: Engine.available)
    func voidRace(engine: Engine) async throws {
        let world = try World(engine)
        let (batch, codes) = try world.makeVouchers(world.makePackage(), 100)
        let tenant = world.tenant.id
        var redeemed = 0
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (phone, code) in codes.enumerated() {
                let request = world.request(code, from: World.mac(phone))
                let id = batch.voucherID(serial: phone + 1)
                group.addTask {
                    try await world.store.write(.tenant(tenant)) { try $0.redeem(request) }.failure == nil ? 1 : 0
                }
                group.addTask {
                    try await world.store.write(.tenant(tenant)) { try $0.void(id, of: tenant, at: World.noon) }
                        ? 1_000 : 0
                }
            }
            let sum = try await group.reduce(0, +)
            redeemed = sum % 1_000
            #expect(sum / 1_000 + redeemed == 100)
        }
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == redeemed)
        world.store.close()
    }
}
