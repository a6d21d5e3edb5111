package import Values

/// A paybill, a till or a store: 5 to 7 digits.
package struct ShortCode: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: some StringProtocol) {
        guard (5...7).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
}

/// What one ISP has from Safaricom.
package struct DarajaSettings: Sendable {
    /// Who is paid.
    package enum Business: Hashable, Sendable {
        case paybill(ShortCode)
        /// A till: its own number is paid, the store's or head office's number asks, with which it went live.
        case till(ShortCode, store: ShortCode)
    }

    /// Who may ask on the business side: for status, reversal, payout and balance.
    package struct Initiator: Sendable {
        package var name: String
        /// Good for 90 days; repeated failures lock it.
        package var password: Secret
        /// The certificate of M-PESA for this environment, as PEM.
        package var certificate: String

        package init(name: String, password: Secret, certificate: String) {
            self.name = name
            self.password = password
            self.certificate = certificate
        }
    }

    package static let production = "https://api.safaricom.co.ke"
    package static let sandbox = "https://sandbox.safaricom.co.ke"

    /// Scheme, host and port, without a slash at the end.
    package var address: String
    package var consumerKey: String
    package var consumerSecret: Secret
    package var business: Business
    package var passkey: Secret
    package var initiator: Initiator?

    package init(
        address: String = production, consumerKey: String, consumerSecret: Secret, business: Business, passkey: Secret,
        initiator: Initiator? = nil
    ) {
        self.address = address
        self.consumerKey = consumerKey
        self.consumerSecret = consumerSecret
        self.business = business
        self.passkey = passkey
        self.initiator = initiator
    }

    /// The number that asks, which password and requests carry.
    package var shortCode: ShortCode {
        switch business {
        case .paybill(let code): code
        case .till(_, let store): store
        }
    }

    var transactionType: String {
        switch business {
        case .paybill: "CustomerPayBillOnline"
        case .till: "CustomerBuyGoodsOnline"
        }
    }

    /// The number that is paid.
    var payee: ShortCode {
        switch business {
        case .paybill(let code): code
        case .till(let till, _): till
        }
    }
}

/// An address that Daraja will post to.
package enum DarajaCallback {
    /// Words that Daraja refuses anywhere in an address.
    private static let forbidden = ["mpesa", "m-pesa", "safaricom", "exe", "cmd", "sql", "query"]

    /// The addresses that Daraja is known to post from, as its page for beginners lists them; others were seen too.
    ///
    /// Nothing is signed, but an address is no proof either: a list to look at, never alone.
    package static let sources = [
        "196.201.214.200", "196.201.214.206", "196.201.214.207", "196.201.214.208", "196.201.213.114", "196.201.213.44",
        "196.201.212.127", "196.201.212.138", "196.201.212.129", "196.201.212.136", "196.201.212.74", "196.201.212.69",
    ].compactMap { IPv4Address($0) }

    /// Whether Daraja takes it: https (http too in the sandbox and on loopback), printable, without a query and its
    /// forbidden words, none of which hexadecimal digits can spell.
    package static func isTaken(_ url: String, plain: Bool) -> Bool {
        let lower = url.lowercased()
        guard lower.hasPrefix("https://") || plain && lower.hasPrefix("http://"), url.utf8.count <= 300,
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !url.contains("?"), !url.contains("#")
        else { return false }
        return !forbidden.contains { lower.contains($0) }
    }
}
