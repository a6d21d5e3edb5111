import HTTPServer
import Payments
import Tenancy
import Values

/// Links of the back office.
enum Addresses {
    static let dashboard = BackOffice.path
    static let signIn = BackOffice.path + "/sign-in"
    static let signOuts = BackOffice.path + "/sign-outs"
    static let vouchers = BackOffice.path + "/vouchers"
    static let why = BackOffice.path + "/why"
    static let accesses = BackOffice.path + "/accesses"
    static let find = BackOffice.path + "/find"
    static let batches = BackOffice.path + "/batches"
    static let newBatch = BackOffice.path + "/batches/new"
    static let makings = BackOffice.path + "/makings"
    static let packages = BackOffice.path + "/packages"
    static let lines = BackOffice.path + "/lines"
    static let newLine = BackOffice.path + "/lines/new"
    static let routers = BackOffice.path + "/routers"
    static let payments = BackOffice.path + "/payments"
    static let unmatched = payments + "/unmatched"
    static let reviews = payments + "/reviews"
    static let paymentAccounts = payments + "/accounts"
    static let newPaymentAccount = paymentAccounts + "/new"

    /// The page of an account with a provider.
    static func account(_ id: ID<RailAccount>) -> String { "\(paymentAccounts)/\(id)" }

    static let adoptions = BackOffice.path + "/adoptions"
    static let newAdoption = BackOffice.path + "/adoptions/new"

    /// A router's newest line.
    static func adoption(_ id: ID<Router>) -> String { router(id, "adoption") }

    /// The page of a router, or one of its tabs.
    static func router(_ id: ID<Router>, _ section: String? = nil) -> String {
        "\(routers)/\(id)" + (section.map { "/" + $0 } ?? "")
    }

    /// Where a router is configured, or one kind of rows on it.
    static func configuration(_ id: ID<Router>, _ kind: String? = nil) -> String {
        router(id, "configuration") + (kind.map { "/" + $0 } ?? "")
    }

    /// The versions of a router's settings.
    static func backups(_ id: ID<Router>) -> String { router(id, "backups") }

    /// Arguments that belong to what a page shows, and so go with a link to the same page.
    private static let kept: [StaticString] = [
        "code", "state", "below", "above", "before", "after", "next", "q", "table", "series",
        "with", "by", "voucher", "access",
    ]

    /// The query of a request as far as it says what is shown; empty, or `state=used&after=50`.
    static func query(of request: Request) -> String {
        kept.compactMap { name in
            guard let value = try? request.query(name), !value.isEmpty, value.utf8.count <= 500 else { return nil }
            return "\(name)=\(encoded(value))"
        }.joined(separator: "&")
    }

    /// Path and query of a request.
    static func address(of request: Request) -> String {
        let path = request.path.split(separator: "/").map { "/" + encoded(String($0)) }.joined()
        let query = query(of: request)
        return query.isEmpty ? path : "\(path)?\(query)"
    }

    /// Where to go after sign-in: a page of the back office, whatever the link says.
    static func local(_ text: String?) -> String {
        guard let text, text.utf8.count <= 1_000, text.hasPrefix(BackOffice.path), !text.hasPrefix(signIn),
            !text.hasPrefix(signOuts), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            case let next = text.utf8.dropFirst(BackOffice.path.utf8.count).first ?? UInt8(ascii: "/"),
            next == UInt8(ascii: "/") || next == UInt8(ascii: "?")
        else { return dashboard }
        return text
    }

    /// Percent-encoded, RFC 3986 section 2: letters, digits and `-._~` stay.
    static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(byte)
            default: encoded += [UInt8(ascii: "%")] + Array(Hex.encode([byte]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
