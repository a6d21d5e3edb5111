import Values
import Wires

extension ConsoleRun {
    /// `/tool fetch`, to this computer alone.
    ///
    /// Facts: the manual's page on fetch; the words of failures are as remembered by its readers, not captured.
    mutating func fetch(_ statement: ConsoleStatement) throws(Stop) -> ConsoleValue {
        guard console.user.policies.contains("ftp") else { throw .failed("not enough permissions (9)") }
        let isForbidden = console.router.with { machine, _ in
            machine.singletons["/system/device-mode"]?["fetch"] == "false" && machine.version >= RouterRelease(7, 0)
        }
        guard !isForbidden else { throw .failed("failure: not allowed by device-mode") }
        var given: [String: String] = [:]
        for (name, node) in statement.arguments {
            given[name] = try value(of: node).items.map(\.value.text).joined(separator: ",")
        }
        guard let url = given["url"] else { throw .failed("missing value(s) of argument(s) url") }
        guard var request = WireFetch(url: url) else { throw .failed("failure: invalid URL") }
        request.agent = "Mikrotik/7.x Fetch"
        request.body = APIText.bytes(given["http-data"] ?? "")
        request.method = (given["http-method"] ?? (request.body.isEmpty ? "get" : "post")).uppercased()
        guard ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"].contains(request.method) else {
            throw .failed("input does not match any value of http-method")
        }
        request.headers = (given["http-header-field"] ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }
        if let user = given["user"] {
            let pair = Array("\(user):\(given["password"] ?? "")".utf8)
            request.headers.append("Authorization: Basic \(WireBase64.encode(pair))")
        }
        if request.isSecure, given["check-certificate"]?.hasPrefix("yes") == true {
            throw .failed("failure: ssl: no trusted CA certificate found (6)")
        }
        do throws(WireFetch.Failure) {
            let answer = try request.carryOut()
            guard !console.isCancelled() else { throw WireFetch.Failure(words: "interrupted") }
            return try keep(answer, request, given, isValue: statement.words.contains("as-value"))
        } catch {
            throw .failed("failure: \(error.words)")
        }
    }

    private mutating func keep(
        _ answer: WireFetch.Answer, _ request: WireFetch, _ given: [String: String], isValue: Bool
    ) throws(WireFetch.Failure) -> ConsoleValue {
        guard (200..<300).contains(answer.status) else {
            let peer = "\(request.host):\(request.port)"
            throw WireFetch.Failure(words: "closing connection: <\(answer.status) \(answer.reason)> \(peer) (4)")
        }
        var items = [
            ConsoleValue.Item(key: "downloaded", value: .number(Int64(answer.body.count / 1_024))),
            ConsoleValue.Item(key: "duration", value: .time(.seconds(1))),
            ConsoleValue.Item(key: "status", value: .text("finished")),
        ]
        let isUser = given["output"]?.hasPrefix("user") == true
        if isUser {
            // Variables hold 64 KiB; a longer answer is cut.
            let data = APIText.text(answer.body.prefix(65_536))
            items.insert(ConsoleValue.Item(key: "data", value: .text(data)), at: 0)
        } else if given["output"] != "none", given["keep-result"] != "no" {
            let last = request.target.prefix { $0 != "?" }.split(separator: "/").last.map(String.init)
            let name = given["dst-path"] ?? last ?? "index.html"
            console.router.with { machine, _ in machine.store(answer.body, as: name) }
        }
        guard !isValue else { return .array(items) }
        for item in items { print("  \(item.key ?? ""): \(item.value.text)") }
        return .nothing
    }
}
