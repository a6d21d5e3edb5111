import Catalog
import Entitlements
import Messages
import Messaging
import SQL
import Tenancy
import TestKit
import TestWorld
import Testing
import Values
import Vouchers

@testable import Guests

@Suite struct TrialTests {
    /// Somebody who tries a package of a provider.
    private struct Visitor {
        let world: World
        var mac = World.mac(1)
        var phone = "254712345678"
        var now = World.noon
        var code: String?

        func tryOut(_ offer: Package) throws -> Result<Device, TrialRefusal> {
            let site = offer.tenant == world.tenant.id ? 0 : 2
            let wish = TrialRequest(
                offer, at: GrantPlace(router: world.routers[site].id, mac: mac),
                phone: try #require(PhoneNumber(digits: phone)), code: code, in: "sw",
                keys: GuestKeys(world.masterKey), messages: MessageKeys(world.masterKey),
                throttle: GuessThrottle(
                    of: offer.tenant, device: "\(mac)", address: "192.0.2.1", place: "market", at: now),
                now: now, offset: World.offset)
            return try world.store.writeNow(.tenant(offer.tenant)) { try $0.tryOut(wish) }
        }

        /// The same, and a router lets the device in at once: until then its time has not begun.
        func begin(_ offer: Package) throws -> Device {
            let device = try tryOut(offer).get()
            try world.store.writeNow(.tenant(offer.tenant)) { transaction in
                let entitlement = try transaction.entitlement(device.entitlement, of: offer.tenant)
                try transaction.start(#require(entitlement), at: now)
            }
            return device
        }
    }

    /// Lets a provider send messages.
    private func openSender(_ world: World) throws {
        let account = SenderAccount(
            id: ID(at: World.noon), tenant: world.tenant.id, kind: .kannel, name: "k", position: 1,
            credentialsSealed: [])
        try world.store.writeNow(.tenant(world.tenant.id)) { try $0.insert(account, road: [1], at: World.noon) }
    }

    /// The codes that were sent, newest first.
    private func codes(_ world: World) throws -> [String] {
        let messages = try world.store.read(.tenant(world.tenant.id)) {
            try $0.messages(of: world.tenant.id, atMost: 50)
        }
        return messages.compactMap { message in
            guard case .template(.trialCode, let facts) = message.content(MessageKeys(world.masterKey)),
                case .text(let code)? = facts["code"], message.kind == .code, message.language == "sw"
            else { return nil }
            return code
        }
    }

    @Test(
        "Where messages can be sent the number is proven by a code, on the same device and once",
        arguments: Engine.available)
    func proven(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        try openSender(world)
        let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once)
        var visitor = Visitor(world: world)
        #expect(try visitor.tryOut(offer) == .failure(.codeSent))
        #expect(try visitor.tryOut(offer) == .failure(.codeSent), "a form that is sent twice")
        let code = try #require(try codes(world).first)
        #expect(try codes(world) == [code] && code.utf8.count == 6 && code.allSatisfy(\.isNumber))
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == 0)
        // It is another device's, or another number's, for nobody.
        visitor.code = code
        visitor.mac = World.mac(2)
        #expect(try visitor.tryOut(offer) == .failure(.codeOver))
        (visitor.mac, visitor.phone) = (World.mac(1), "254722000000")
        #expect(try visitor.tryOut(offer) == .failure(.codeOver))
        visitor.phone = "254712345678"
        visitor.code = code == "000000" ? "000001" : "000000"
        #expect(try visitor.tryOut(offer) == .failure(.codeWrong))
        visitor.code = code
        visitor.now = World.noon + TrialProof.span - .seconds(1)
        let device = try visitor.tryOut(offer).get()
        #expect(device.mac == World.mac(1))
        #expect(try visitor.tryOut(offer).get() == device, "a form that is sent twice is one trial")
        // The other provider sends nothing, and asks for nothing.
        let other = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once, of: world.other)
        visitor.code = nil
        #expect((try? visitor.tryOut(other).get()) != nil)
    }

    @Test("A used code is no code, also where it may be tried anew", arguments: Engine.available)
    func usedCode(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        try openSender(world)
        let offer = try world.makePackage(.fromFirstUse(.minutes(1)), trial: .every(.minutes(5)))
        var visitor = Visitor(world: world)
        _ = try visitor.tryOut(offer)
        visitor.code = try codes(world).first
        _ = try visitor.begin(offer)
        visitor.now = World.noon + .minutes(6)
        #expect(try visitor.tryOut(offer) == .failure(.codeOver))
    }

    @Test("A code ends after ten minutes, and after five wrong ones", arguments: Engine.available, [true, false])
    func over(engine: Engine, byTime: Bool) throws {
        let world = try World(engine)
        defer { world.store.close() }
        try openSender(world)
        let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once)
        var visitor = Visitor(world: world)
        _ = try visitor.tryOut(offer)
        let code = try #require(try codes(world).first)
        if byTime {
            visitor.now = World.noon + TrialProof.span
        } else {
            for number in 1...5 {
                // Each from a place where nobody guessed, or the door would close first.
                visitor.code = "wrong"
                visitor.now = World.noon + .minutes(Int64(number))
                #expect(try visitor.tryOut(offer) == .failure(number < 5 ? .codeWrong : .codeOver))
            }
            try world.store.writeNow(.platform) { try $0.forgetGuesses(before: World.noon + .days(1)) }
        }
        visitor.code = code
        #expect(try visitor.tryOut(offer) == .failure(.codeOver))
        // Another one is sent, and the first stays dead.
        visitor.code = nil
        #expect(try visitor.tryOut(offer) == .failure(.codeSent))
        visitor.code = try codes(world).first { $0 != code }
        #expect((try? visitor.tryOut(offer).get()) != nil)
    }

    @Test("Three messages an hour go to a number, and for a device", arguments: Engine.available)
    func sends(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        try openSender(world)
        let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once)
        var visitor = Visitor(world: world)
        for minute in 0..<3 {
            visitor.now = World.noon + .minutes(Int64(minute) * 2)
            visitor.mac = World.mac(minute)
            #expect(try visitor.tryOut(offer) == .failure(.codeSent), "\(minute)")
        }
        visitor.now = World.noon + .minutes(6)
        #expect(try visitor.tryOut(offer) == .failure(.codesSpent(until: World.noon + .hours(1))))
        visitor.now = World.noon + .hours(1)
        #expect(try visitor.tryOut(offer) == .failure(.codeSent))
        #expect(try codes(world).count == 4)
        // A device that tries number after number.
        (visitor.mac, visitor.now) = (World.mac(9), World.noon + .hours(3))
        for number in 0..<3 {
            visitor.phone = "25472200000\(number)"
            #expect(try visitor.tryOut(offer) == .failure(.codeSent))
        }
        visitor.phone = "254722000009"
        #expect(try visitor.tryOut(offer) == .failure(.codesSpent(until: World.noon + .hours(4))))
        #expect(try codes(world).count == 7)
    }

    @Test("A device and a number try once; either of them alone is known again", arguments: Engine.available)
    func once(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once)
        var visitor = Visitor(world: world)
        let device = try visitor.begin(offer)
        #expect(device.mac == World.mac(1))
        #expect(try visitor.tryOut(offer).get() == device, "a form that is sent twice is one trial")
        let used = Result<Device, TrialRefusal>.failure(.used(at: World.noon, again: nil))
        visitor.now = World.noon + .days(900)
        #expect(try visitor.tryOut(offer) == used)
        visitor.mac = World.mac(2)
        #expect(try visitor.tryOut(offer) == used, "a made-up hardware address does not help")
        (visitor.mac, visitor.phone) = (World.mac(1), "254722000000")
        #expect(try visitor.tryOut(offer) == used)
        visitor.mac = World.mac(3)
        #expect((try? visitor.tryOut(offer).get()) != nil)
        #expect(try world.count("SELECT count(*) FROM main.entitlement WHERE source = 'trial'") == 2)
        #expect(try world.count("SELECT count(*) FROM main.trial_claim") == 4)
    }

    @Test("Providers know nothing of each other's trials", arguments: Engine.available)
    func providers(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let visitor = Visitor(world: world)
        for owner in [world.tenant, world.other] {
            let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once, of: owner)
            #expect((try? visitor.tryOut(offer).get()) != nil, "\(owner.slug)")
        }
    }

    @Test("Where it may be tried anew, that is from the day on that the refusal told", arguments: Engine.available)
    func again(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .every(.days(30)))
        var visitor = Visitor(world: world)
        let first = try visitor.begin(offer)
        let next = World.noon + .days(30)
        visitor.now = next - Span(milliseconds: 1)
        #expect(try visitor.tryOut(offer) == .failure(.used(at: World.noon, again: next)))
        visitor.now = next
        #expect(try visitor.begin(offer).entitlement != first.entitlement)
        visitor.now = next + .hours(1)
        #expect(try visitor.tryOut(offer) == .failure(.used(at: next, again: next + .days(30))))
    }

    @Test("Numbers that were here are not found out by trying: refusals count as guesses", arguments: Engine.available)
    func throttled(engine: Engine) throws {
        let world = try World(engine)
        defer { world.store.close() }
        let offer = try world.makePackage(.fromFirstUse(.minutes(30)), trial: .once)
        _ = try Visitor(world: world).tryOut(offer).get()
        var stranger = Visitor(world: world, mac: World.mac(2))
        for _ in 0..<5 { #expect(try stranger.tryOut(offer) == .failure(.used(at: World.noon, again: nil))) }
        stranger.phone = "254722000000"
        #expect(try stranger.tryOut(offer) == .failure(.locked(until: World.noon + .seconds(30))))
        stranger.now = World.noon + .seconds(31)
        #expect((try? stranger.tryOut(offer).get()) != nil)
    }

    @Test("Outside its hours, and where it is none, nothing is granted and nothing remembered")
    func notNow() throws {
        let world = try World(.sqlite)
        defer { world.store.close() }
        let night = try world.makePackage(
            .fromFirstUse(.minutes(30)), schedule: "22:00-23:00", trial: .once)
        let visitor = Visitor(world: world)
        #expect(try visitor.tryOut(night) == .failure(.outsideSchedule(opens: World.noon + .hours(10))))
        #expect(try visitor.tryOut(world.makePackage()) == .failure(.notOffered))
        #expect(try world.count("SELECT count(*) FROM main.trial_claim") == 0)
        #expect(try world.count("SELECT count(*) FROM main.entitlement") == 0)
    }

    static let texts: [(text: String, trial: Trial?)] = [
        ("once", .once), ("every 90d", .every(.days(90))), ("every", nil), ("every soon", nil), ("", nil),
        ("once 90d", nil), ("twice", nil),
    ]

    @Test("How often is written and read back", arguments: texts)
    func reads(text: String, trial: Trial?) {
        #expect(Trial(text) == trial)
        if let trial { #expect(Trial(trial.description) == trial) }
    }
}
