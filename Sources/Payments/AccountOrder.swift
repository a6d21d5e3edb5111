package import MobileMoney
import Crypto
package import Values

/// Why an account with a provider is not made as it was written.
package enum AccountRefusal: String, Refusal, Hashable, CaseIterable {
    /// A paybill or till has five to seven digits.
    case numberUnfit = "account.number-unfit"
    /// A till has the number under which it went live; a paybill has none.
    case storeUnfit = "account.store-unfit"
    /// At most four letters and digits.
    case prefixUnfit = "account.prefix-unfit"
    /// Its references could be taken for those of another account on the same number.
    case prefixTaken = "account.prefix-taken"
    /// Key, secret or passkey is missing, or holds what none does.
    case secretsUnfit = "account.secrets-unfit"
    /// The tenant has this number already.
    case known = "account.known"
    /// The initiator's name or password is missing, or the certificate is none.
    case initiatorUnfit = "account.initiator-unfit"

    package var kind: RefusalKind {
        switch self {
        case .known, .prefixTaken: .conflict
        default: .invalid
        }
    }
}

/// A paybill or till of M-PESA's as somebody wants it, read; its secrets come with it.
package struct MpesaOrder: Sendable {
    package let kind: RailAccount.Kind
    package let number: ShortCode
    package let store: String
    package let prefix: String
    package let credentials: RailCredentials

    /// - Throws: `AccountRefusal` for the first field that is no such thing.
    package init(
        kind: RailAccount.Kind, number: String, store: String, prefix: String, credentials: RailCredentials
    ) throws(AccountRefusal) {
        guard kind != .account, let code = ShortCode(number) else { throw .numberUnfit }
        guard kind == .paybill ? store.isEmpty : ShortCode(store) != nil else { throw .storeUnfit }
        let prefix = prefix.uppercased()
        guard prefix.utf8.count <= 4, prefix.isEmpty || AccountReference(prefix) != nil, !prefix.contains("-") else {
            throw .prefixUnfit
        }
        let texts = [
            credentials.consumerKey, credentials.consumerSecret.revealed, credentials.passkey.revealed,
        ]
        guard texts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (33...126).contains($0) } }) else {
            throw .secretsUnfit
        }
        (self.kind, self.number, self.store) = (kind, code, store)
        (self.prefix, self.credentials) = (prefix, credentials)
    }
}

extension DarajaSettings.Initiator {
    /// Reads who may order that money goes back; the certificate is M-PESA's own, as PEM.
    ///
    /// - Throws: `AccountRefusal.initiatorUnfit`.
    package init(typed name: String, password: Secret, certificate: String) throws(AccountRefusal) {
        guard !name.isEmpty, name.utf8.count <= 60, !password.revealed.isEmpty, RSAPublicKey(pem: certificate) != nil
        else { throw .initiatorUnfit }
        self.init(name: name, password: password, certificate: certificate)
    }
}
