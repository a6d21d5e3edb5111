import Crypto
import HTTPServer
import Payments
import Tenancy
import Values

/// The right to a payment's pages; travels in links, signed.
///
/// It names the payment alone, and no person.
struct PaymentPass: Hashable, Sendable {
    let payment: ID<Payment>
    /// Whether its holder began the payment, or showed its receipt.
    ///
    /// Else the device was recognised by its hardware address alone.
    let isProven: Bool

    init(_ payment: ID<Payment>, isProven: Bool) {
        self.payment = payment
        self.isProven = isProven
    }

    fileprivate var bytes: [UInt8] {
        [isProven ? 1 : 0]
            + [payment.high, payment.low].flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
            }
    }

    fileprivate init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == 17, let first = bytes.first else { return nil }
        let numbers = [bytes.dropFirst().prefix(8), bytes.suffix(8)].map { part in
            part.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        payment = ID(high: numbers[0], low: numbers[1])
        isProven = first == 1
    }
}

extension Captive {
    func signed(_ pass: PaymentPass, _ place: Place) -> String {
        SignedToken(payload: place.seal + pass.bytes, expires: now() + .hours(24)).text(for: "payment", key: tokenKey)
    }

    /// - Throws: `CaptiveRefusal`: too old, not ours, or of another place.
    func paymentPass(reading text: String, at place: Place) throws(CaptiveRefusal) -> PaymentPass {
        let token: SignedToken
        do throws(SignedToken.Flaw) {
            token = try SignedToken(verifying: text, for: "payment", at: now(), key: tokenKey)
        } catch {
            throw error == .expired ? .expiredLink : .forgedLink
        }
        guard token.payload.starts(with: place.seal), let pass = PaymentPass(bytes: token.payload.dropFirst(16)) else {
            throw .forgedLink
        }
        return pass
    }

    /// The page of a payment, with what the router handed over.
    func paymentPath(_ pass: PaymentPass, _ handover: Handover, _ place: Place) -> String {
        let query = handover.onward
        return "\(place.path)/payments/\(signed(pass, place))" + (query.isEmpty ? "" : "?\(query)")
    }
}
