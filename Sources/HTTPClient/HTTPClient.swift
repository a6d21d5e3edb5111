import Synchronization
import Threads
import Values

/// Sends requests over kept connections; one thread owns them all.
///
/// Nothing is retried after a request may have been carried out, no redirect is followed, and no proxy, cookie or
/// `.netrc` of the environment is used.
package final class HTTPClient: Sendable {
    private let engine: Engine

    /// A client with at most so many connections open at once, and so many to one host.
    package init(maximumConnections: Int = 512, maximumConnectionsPerHost: Int = 16) {
        let engine = Engine(total: maximumConnections, perHost: maximumConnectionsPerHost)
        self.engine = engine
        _ = OwnThread.needed(named: "http-client") { engine.run() }
    }

    deinit { engine.post(.stop) }

    /// Gives up what is under way and takes nothing more.
    package func close() { engine.post(.stop) }

    /// Sends a request and waits for its whole answer; any status is an answer.
    package func send(_ request: OutgoingRequest) async throws(HTTPClientError) -> IncomingResponse {
        try Self.check(request)
        let ticket = Ticket(number: engine.nextNumber())
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.post(.start(Transfer(request, ticket: ticket) { continuation.resume(returning: $0) }))
            }
        } onCancel: {
            ticket.cancel()
            engine.post(.cancel(ticket.number))
        }
        return try outcome.get()
    }

    private static func check(_ request: OutgoingRequest) throws(HTTPClientError) {
        let isSecure = request.url.hasPrefix("https://")
        guard isSecure || request.url.hasPrefix("http://"), isSecure || request.trust == .system,
            request.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            request.headers.allSatisfy({ isToken($0.name) && isFieldValue($0.value) }),
            request.connectLimit > .zero, request.totalLimit > .zero
        else { throw .invalidRequest }
        switch request.authorization {
        case .none: break
        case .basic(let user, let password):
            guard !user.utf8.contains(UInt8(ascii: ":")), !user.utf8.contains(0), !password.revealed.utf8.contains(0)
            else { throw .invalidRequest }
        case .bearer(let token): guard isFieldValue(token.revealed) else { throw .invalidRequest }
        }
    }

    /// A field name of RFC 9110 section 5.6.2, letters, digits and hyphens alone.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                (97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    /// Visible ASCII and inner spaces: narrower than RFC 9110 section 5.5, and no way to a second field.
    private static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    }
}
