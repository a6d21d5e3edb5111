import Crypto
import MobileMoney
import TestKit
import TestWorld
import Testing
import Values

@testable import Payments

@Suite struct PaymentKeysTests {
    @Test("No secret path spells a word that Daraja refuses in an address")
    func tokens() throws {
        let keys = try PaymentKeys(#require(SecretKey(Array(repeating: 7, count: 32))))
        // With letters of both cases, a dozen of so many would.
        for number in 0..<5_000 {
            let token = keys.token(of: ID<Payment>(at: World.noon + .seconds(Int64(number))))
            #expect(token.utf8.count == 32)
            #expect(DarajaCallback.isTaken("https://pay.example/in/s/\(token)", plain: false), "\(token)")
        }
    }
}
