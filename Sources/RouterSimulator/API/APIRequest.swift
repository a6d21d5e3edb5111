/// What a client's sentence asks for.
///
/// Source: FACTS 2.1 and 2.3: a command word, `=name=value`, `.tag=x`, `?query`; the order of attributes is free, that
/// of queries is not.
struct APIRequest: Sendable {
    /// `/ip/hotspot/user/print`.
    let path: String
    /// Which command the answers belong to; nil without a tag.
    let tag: String?
    private(set) var arguments: [String: String] = [:]
    private(set) var query: [String] = []
    private(set) var properties: [String]?

    init(_ sentence: APISentence) {
        path = sentence.words.first ?? ""
        var tag: String?
        for word in sentence.words.dropFirst() {
            if word.hasPrefix(".tag=") {
                tag = String(word.dropFirst(5))
            } else if word.hasPrefix("?") {
                query.append(String(word.dropFirst()))
            } else if word.hasPrefix("=") {
                let (name, value) = Self.attribute(word)
                if name == ".proplist" {
                    properties = value.split(separator: ",").map { String($0) }
                } else {
                    arguments[name] = value
                }
            }
        }
        self.tag = tag
    }

    /// `=name=value`; the value may hold further `=` or be empty or missing.
    private static func attribute(_ word: String) -> (String, String) {
        let body = word.dropFirst()
        guard let mark = body.dropFirst().firstIndex(of: "=") else { return (String(body), "") }
        return (String(body[..<mark]), String(body[body.index(after: mark)...]))
    }

    /// The same as the model takes it: the last word of the path is the verb.
    var command: RouterCommand {
        let parts = path.split(separator: "/").map { String($0) }
        let menu = parts.dropLast().map { "/" + $0 }.joined()
        return RouterCommand(menu, parts.last ?? "", arguments, query: query, properties: properties)
    }
}

/// What the router sends back.
enum APIReply: Hashable, Sendable {
    case row(Record, order: [String]?)
    case done(ret: String?)
    case empty
    case trap(category: Int?, message: String)
    /// The reason is a bare word and the connection ends.
    case fatal(String)

    /// The sentence, with the tag of the command that it belongs to.
    func sentence(tag: String?) -> APISentence {
        let tagged = tag.map { [".tag=\($0)"] } ?? []
        switch self {
        case .row(let record, let order):
            let names = order?.filter { record[$0] != nil } ?? record.keys.sorted()
            return APISentence(["!re"] + tagged + names.map { "=\($0)=\(record[$0] ?? "")" })
        case .done(let ret): return APISentence(["!done"] + tagged + (ret.map { ["=ret=\($0)"] } ?? []))
        case .empty: return APISentence(["!empty"] + tagged)
        case .trap(let category, let message):
            let kind = category.map { ["=category=\($0)"] } ?? []
            return APISentence(["!trap"] + tagged + kind + ["=message=\(message)"])
        case .fatal(let reason): return APISentence(["!fatal", reason])
        }
    }

    static let interrupted = APIReply.trap(category: 2, message: "interrupted")
}

extension RouterTrap {
    /// The trap as the binary API words it.
    ///
    /// Categories: FACTS 2.1, 0 missing item or command, 1 argument value; refusals of the state of things carry none.
    /// Fixture `api_traps.jsonl`: an unknown menu is "no such command prefix", an unknown command "no such command".
    var reply: APIReply {
        switch kind {
        case .command where message.hasPrefix("no such command or directory"):
            .trap(category: 0, message: Self.noSuchPrefix.message)
        case .notAcceptable: .trap(category: 0, message: Self.noSuchCommand.message)
        case .command, .missingRow: .trap(category: 0, message: message)
        case .policy: .trap(category: nil, message: Self.notEnough.message)
        case .argument:
            .trap(category: ["failure: ", "action "].contains { message.hasPrefix($0) } ? nil : 1, message: message)
        }
    }
}
