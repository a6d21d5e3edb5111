import Messaging
import Synchronization
import Values

/// Somebody who sends as a test says, and remembers what was handed over.
final class FakeSender: MessageSender {
    /// How a message is received.
    enum Reception: Sendable {
        case takes
        /// It is sent, and the answer is lost.
        case losesAnswer
        case refuses(MessageReason)
        /// What is said to the next ones, in turn; the last for all after.
        case script([Reception])
    }

    private struct State {
        var reception = Reception.takes
        var sent: [OutgoingMessage] = []
        var handed = 0
        var step: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let names: String

    init(_ names: String) { self.names = names }

    /// What left for readers, whether or not anybody was told.
    var sent: [OutgoingMessage] { state.withLock { $0.sent } }
    /// How often somebody came.
    var handed: Int { state.withLock { $0.handed } }
    func receive(_ reception: Reception) { state.withLock { $0.reception = reception } }
    /// Calls `step` before and after each handing over.
    func watch(_ step: @escaping @Sendable () -> Void) { state.withLock { $0.step = step } }

    func send(_ message: OutgoingMessage) async -> SendAnswer {
        let step = state.withLock { $0.step }
        step()
        defer { step() }
        return state.withLock { state in
            state.handed += 1
            var reception = state.reception
            if case .script(let script) = reception {
                reception = script.first ?? .takes
                if script.count > 1 { state.reception = .script(Array(script.dropFirst())) }
            }
            switch reception {
            case .takes, .script:
                state.sent.append(message)
                return .taken(name: "\(names)-\(state.sent.count)")
            case .losesAnswer:
                state.sent.append(message)
                return .unknown(.timedOut)
            case .refuses(let reason): return .refused(reason, code: "x")
            }
        }
    }

    /// The tests' own form: `delivered|NAME`, `way|NAME`, `failed|NAME|REASON`; a name that begins with `@` is our attempt's.
    func read(_ notice: [UInt8]) -> MessageNotice {
        let words = String(decoding: notice, as: UTF8.self).split(separator: "|").map(String.init)
        guard words.count >= 2 else { return .unknown(flaw: "no shape") }
        let name: DeliveryReport.Name =
            words[1].hasPrefix("@") ? .attempt(String(words[1].dropFirst())) : .provider(words[1])
        switch words[0] {
        case "delivered": return .report(DeliveryReport(name, .delivered))
        case "out": return .optOut(PhoneNumber(digits: words[1]))
        case "way": return .report(DeliveryReport(name, .onItsWay))
        case "failed":
            return .report(
                DeliveryReport(
                    name, .failed(words.dropFirst(2).first.flatMap { MessageReason(rawValue: $0) } ?? .absent)))
        default: return .unknown(flaw: "no shape")
        }
    }
}
