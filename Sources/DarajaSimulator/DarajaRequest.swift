import Values
import Wires

/// The body of a call, read as the real service reads it: numbers and texts alike.
struct DarajaRequest {
    let door: DarajaDoor
    let members: WireJSON

    /// The text of a member, without spaces around it; nil where it is empty or absent.
    func text(_ name: String) -> String? {
        guard let text = members[name]?.text, !text.isEmpty else { return nil }
        return text
    }

    func required(_ name: String) throws(DarajaRefusal) -> String {
        guard let text = text(name) else { throw .invalid(name) }
        return text
    }

    /// Whole shillings in cents.
    func amount() throws(DarajaRefusal) -> Int64 {
        let text = try required("Amount")
        let whole =
            text.hasSuffix(".00") ? String(text.dropLast(3)) : text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        guard let shillings = Int64(whole), (1...1_000_000).contains(shillings) else { throw .invalid("Amount") }
        return shillings * 100
    }

    /// A Kenyan mobile number, twelve digits.
    func phone(_ name: String) throws(DarajaRefusal) -> String {
        let text = try required(name)
        guard text.utf8.count == 12, text.hasPrefix("2547") || text.hasPrefix("2541"), text.allSatisfy(\.isNumber)
        else {
            throw .invalid(name)
        }
        return text
    }

    func shortCode(_ name: String) throws(DarajaRefusal) -> String {
        let text = try required(name)
        guard (5...7).contains(text.utf8.count), text.allSatisfy(\.isNumber) else { throw .invalid(name) }
        return text
    }

    /// An address that can be posted to, without the words that the real service refuses.
    func address(_ name: String) throws(DarajaRefusal) -> String {
        let text = try required(name)
        let lower = text.lowercased()
        let words = ["mpesa", "m-pesa", "safaricom", "exe", "cmd", "sql", "query"]
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://"), !words.contains(where: { lower.contains($0) })
        else { throw .invalid(name) }
        return text
    }
}

/// A refusal in the real service's shape.
struct DarajaRefusal: Error {
    let status: Int
    let code: String
    let message: String
    /// What stands as `requestId`; made up where it is nil.
    var request: String?

    init(_ status: Int, _ code: String, _ message: String, request: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.request = request
    }

    static func invalid(_ field: String) -> Self { Self(400, "400.002.02", "Bad Request - Invalid \(field)") }
    static let malformed = Self(400, "400.002.05", "Invalid Request Payload")
    static let unknownMerchant = Self(500, "500.001.1001", "Merchant does not exist")
    static let wrongCredentials = Self(500, "500.001.1001", "Wrong credentials")
    static let locked = Self(
        500, "500.001.1001",
        "Unable to lock subscriber, a transaction is already in process for the current subscriber")

    var answer: WireAnswer {
        .json(
            status,
            .record(["requestId": request ?? DarajaWords.request(), "errorCode": code, "errorMessage": message]))
    }
}

/// One of the service's addresses.
enum DarajaDoor: String, CaseIterable {
    case token, push, query, register, simulate, status, reversal, payout, balance, pullRegister, pullQuery, code

    init?(path: String) {
        switch path {
        case "/oauth/v1/generate": self = .token
        case "/mpesa/stkpush/v1/processrequest": self = .push
        case "/mpesa/stkpushquery/v1/query": self = .query
        case "/mpesa/c2b/v1/registerurl", "/mpesa/c2b/v2/registerurl": self = .register
        case "/mpesa/c2b/v1/simulate", "/mpesa/c2b/v2/simulate": self = .simulate
        case "/mpesa/transactionstatus/v1/query": self = .status
        case "/mpesa/reversal/v1/request": self = .reversal
        case "/mpesa/b2c/v1/paymentrequest", "/mpesa/b2c/v3/paymentrequest": self = .payout
        case "/mpesa/accountbalance/v1/query": self = .balance
        case "/pulltransactions/v1/register": self = .pullRegister
        case "/pulltransactions/v1/query": self = .pullQuery
        case "/mpesa/qrcode/v1/generate": self = .code
        default: return nil
        }
    }

    /// The name in faults: `pull-query` and the like.
    var name: String {
        switch self {
        case .pullRegister: "pull-register"
        case .pullQuery: "pull-query"
        default: rawValue
        }
    }

    func takes(_ method: String) -> Bool {
        switch self {
        case .token: method == "GET"
        case .pullQuery: method == "GET" || method == "POST"
        default: method == "POST"
        }
    }

    /// How each product says that a token is dead.
    var tokenRefusal: DarajaRefusal {
        switch self {
        case .balance, .payout: DarajaRefusal(401, "401.002.01", "Error Occurred - Invalid Access Token")
        case .register, .simulate, .status: DarajaRefusal(400, "400.003.01", "Invalid Access Token")
        case .pullRegister, .pullQuery: DarajaRefusal(401, "401.001", "Invalid Access Token")
        default: DarajaRefusal(404, "404.001.03", "Invalid Access Token")
        }
    }
}
