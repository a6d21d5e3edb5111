import Crypto
import HTTPServer
import Payments
import Tenancy
import Values

/// The right to a payment's pages; travels in links, signed.
///
/// It names the payment alone, and no person.
struct PaymentPass: Hashable, Sendable {
    /// What its holder showed.
    enum Proof: UInt8 {
        /// The device was recognised by its hardware address alone.
        case none = 0
        /// A receipt of the payment, which somebody else may have paid into it.
        case receipt = 1
        /// The payment was begun there.
        case begun = 2
    }

    let payment: ID<Payment>
    let proof: Proof
    /// Whether its holder began the payment, or showed its receipt.
    var isProven: Bool { proof != .none }

    init(_ payment: ID<Payment>, _ proof: Proof) {
        self.payment = payment
        self.proof = proof
    }

    fileprivate var bytes: [UInt8] {
        [proof.rawValue]
            + [payment.high, payment.low].flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
            }
    }

    fileprivate init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == 17, let first = bytes.first, let proof = Proof(rawValue: first) else { return nil }
        let numbers = [bytes.dropFirst().prefix(8), bytes.suffix(8)].map { part in
            part.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        payment = ID(high: numbers[0], low: numbers[1])
        self.proof = proof
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
