import Crypto
import SQL
import TestKit
import Testing

@testable import Tenancy

@Suite struct KeyMarkTests {
    @Test(
        "A store knows the first key that it was shown, and no other, however often it is opened",
        arguments: Engine.available)
    func mark(engine: Engine) throws {
        let location = try engine.freshLocation()
        let (key, other) = (SecretKey.random(), SecretKey.random())
        for _ in 0..<2 {
            let store = try Store(location, migrations: tenancyMigrations)
            defer { store.close() }
            #expect(try store.recognises(key))
            #expect(try !store.recognises(other))
            #expect(try store.recognises(key))
        }
    }
}
