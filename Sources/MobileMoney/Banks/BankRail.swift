package import Crypto
package import Values

/// What came with a notice to show who sent it.
package struct NoticeProof: Hashable, Sendable {
    /// The header `Signature`.
    package var signature: String?
    /// The header `Authorization`.
    package var authorization: String?

    package init(signature: String? = nil, authorization: String? = nil) {
        self.signature = signature
        self.authorization = authorization
    }

    package static let none = NoticeProof()
}

/// A way on which money is told by somebody who shows that it is he; what does not show it is not even kept.
package protocol ProvingRail: PaymentRail {
    func isProven(_ body: [UInt8], by proof: NoticeProof) -> Bool
}

/// An account at a bank: money comes in and is told, phones are not asked.
package struct BankRail: ProvingRail {
    /// How its notices show that they are the bank's.
    package enum Proof: Sendable {
        /// A signature over the body, RSA with SHA-256.
        case signature(RSAPublicKey)
        /// A name and a password.
        case basic(user: String, password: Secret)
        /// Nothing is told but by statements.
        case none
    }

    package let rail: Rail
    private let proof: Proof

    package init(_ rail: Rail, _ proof: Proof) {
        self.rail = rail
        self.proof = proof
    }

    package var repeatsSafely: Bool { true }

    package func prompt(_ prompt: PaymentPrompt) async throws(RailError) -> PromptAck {
        throw RailError(.unsendable(.productMissing))
    }

    package func ask(_ id: PromptID) async -> PaymentAnswer { .open(.noAnswer(code: "bank")) }

    package func isProven(_ body: [UInt8], by shown: NoticeProof) -> Bool {
        switch proof {
        case .signature(let key): KCBNotice.isSigned(body, shown.signature, by: key)
        case .basic(let user, let password): JengaNotice.isFrom(user, password, shown.authorization)
        case .none: false
        }
    }

    package func read(_ body: [UInt8]) -> PaymentNotice {
        switch rail {
        case .kcb: KCBNotice.read(body)
        case .jenga: JengaNotice.read(body)
        case .mpesa, .momo, .bank: .unknown(flaw: "this bank tells nothing")
        }
    }
}
