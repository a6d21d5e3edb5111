import Values

/// The options of `lango-darajasim`.
struct DarajaOptions {
    /// A mistake on the command line.
    struct Flaw: Error {
        let words: String
    }

    private(set) var host: DarajaHost.Settings
    private(set) var exitsWithParent = false

    /// Reads `--name value`, `--name=value` and switches.
    init(_ arguments: [String]) throws(Flaw) {
        guard let host = DarajaHost.Settings() else { throw Flaw(words: "no key can be made") }
        self.host = host
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--exit-with-parent": exitsWithParent = true
            case "--keep-old-tokens": self.host.newTokenEndsOld = false
            case "--short-success": self.host.shortSuccess = true
            default:
                let halves = argument.split(separator: "=", maxSplits: 1).map { String($0) }
                guard let name = halves.first, name.hasPrefix("--") else {
                    throw Flaw(words: "\(argument) is no option")
                }
                guard let value = halves.count == 2 ? halves[1] : rest.popFirst() else {
                    throw Flaw(words: "\(name) wants a value")
                }
                try set(name, value)
            }
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(Flaw) {
        switch name {
        case "--port":
            guard let port = UInt16(value) else { throw Flaw(words: "\(name): 0 to 65535") }
            host.port = port
        case "--consumer-key": host.consumerKey = value
        case "--consumer-secret": host.consumerSecret = Secret(value)
        case "--control-token": host.controlToken = value
        case "--initiator": host.initiator = value
        case "--initiator-password": host.initiatorPassword = Secret(value)
        case "--payers":
            guard let plan = PayerPlan(value) else { throw Flaw(words: "\(name): by-hand, pays:2, cancels:20, …") }
            host.plan = plan
        case "--token-seconds":
            guard let seconds = Int64(value), seconds > 0 else { throw Flaw(words: "\(name): a number of seconds") }
            host.tokenSeconds = seconds
        case "--business":
            let parts = value.split(separator: ":").map(String.init)
            guard (2...3).contains(parts.count) else {
                throw Flaw(words: "\(name): PAYBILL:PASSKEY or STORE:TILL:PASSKEY")
            }
            let till = parts.count == 3 ? parts[1] : nil
            host.businesses.insert(
                DarajaBusiness(shortCode: parts[0], till: till, passkey: parts[parts.count - 1]), at: 0)
        default: throw Flaw(words: "\(name) is no option")
        }
    }
}
