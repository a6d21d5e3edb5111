import Crypto
import HTTPServer
import Ledger
import Payments
import Tenancy
import Values

/// The right to spend a wallet; travels in links, signed, for an hour.
///
/// It names the wallet's account in the books, and no number.
struct WalletPass: Hashable, Sendable {
    let wallet: ID<Account>

    fileprivate var bytes: [UInt8] {
        [wallet.high, wallet.low].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) }
        }
    }
}

extension Captive {
    private func signed(_ pass: WalletPass, _ place: Place) -> String {
        SignedToken(payload: place.seal + pass.bytes, expires: now() + .hours(1)).text(for: "wallet", key: tokenKey)
    }

    /// - Throws: `CaptiveRefusal`: too old, not ours, or of another place.
    func walletPass(reading text: String, at place: Place) throws(CaptiveRefusal) -> WalletPass {
        let token: SignedToken
        do throws(SignedToken.Flaw) {
            token = try SignedToken(verifying: text, for: "wallet", at: now(), key: tokenKey)
        } catch {
            throw error == .expired ? .expiredLink : .forgedLink
        }
        guard token.payload.count == 32, token.payload.starts(with: place.seal) else { throw .forgedLink }
        let numbers = [token.payload.dropFirst(16).prefix(8), token.payload.suffix(8)].map { part in
            part.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        return WalletPass(wallet: ID(high: numbers[0], low: numbers[1]))
    }

    /// The pages of a wallet, for whoever showed that it is theirs.
    func walletPath(_ wallet: Wallet, _ place: Place) -> String {
        "\(place.path)/wallets/\(signed(WalletPass(wallet: wallet.id), place))"
    }
}
