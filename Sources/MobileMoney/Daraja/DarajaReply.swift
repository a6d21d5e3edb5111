import HTTPClient
import JSON

/// What came back over HTTP, told apart by its shape: statuses alone say little, as the gateway has several generations.
enum DarajaReply {
    /// A success with an object in it.
    case answer(LooseJSON)
    /// `{requestId, errorCode, errorMessage}`, with any status.
    case error(code: String, message: String, status: Int)
    /// The gateway's own envelope, without any code.
    case fault(status: Int)
    /// A page for people: the firewall.
    case page(status: Int)
    case unknown(status: Int)

    init(_ response: IncomingResponse) {
        let status = response.status
        let first = response.body.first { !$0.isASCIISpace }
        guard let first else {
            // The token's door is said to answer so to a wrong key.
            self = status == 401 ? .error(code: "401", message: "", status: 401) : .unknown(status: status)
            return
        }
        guard first != UInt8(ascii: "<") else {
            self = .page(status: status)
            return
        }
        // Not JSON at all is an answer of an unknown shape, like JSON that says nothing.
        guard let json = try? JSON(parsing: response.body, lenientControls: true), json.object != nil else {
            self = .unknown(status: status)
            return
        }
        let body = LooseJSON(json: json)
        if let code = body["errorCode"].text {
            self = .error(code: code, message: body["errorMessage"].text ?? "", status: status)
        } else if body["Envelope"].isObject || body["fault"].isObject {
            self = Self.fault(in: body, status)
        } else if (200..<300).contains(status) {
            self = .answer(body)
        } else {
            self = .unknown(status: status)
        }
    }

    /// A fault of the gateway: one that tells that the app lacks the product says so in words alone.
    private static func fault(in body: LooseJSON, _ status: Int) -> Self {
        let words = body["fault"]["faultstring"].text ?? ""
        return words.isEmpty ? .fault(status: status) : .error(code: String(status), message: words, status: status)
    }

    /// Whether another token may help.
    var isAboutToken: Bool {
        switch self {
        case .error(let code, let message, let status):
            DarajaCodes.tokenCodes.contains(code) || status == 401 && !message.contains("apiproduct")
        default: false
        }
    }
}

extension UInt8 {
    fileprivate var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
