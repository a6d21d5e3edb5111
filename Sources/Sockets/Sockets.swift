import Threads
import Values

/// All connections that we open, on one thread with one epoll; epoll(7).
///
/// A connection that is idle holds no buffer of ours, and its TLS has given its own back: what hundreds of kept
/// connections cost is what the kernel and OpenSSL need for each.
package final class Sockets: Sendable {
    private let inbox: Inbox

    package init() {
        let inbox = Inbox()
        self.inbox = inbox
        _ = OwnThread.needed(named: "sockets") { Loop(inbox).run() }
    }

    deinit { close() }

    /// Gives up all connections and takes no more.
    package func close() { inbox.post(.stop) }

    /// A connection that is not open yet.
    package func socket() -> Socket { Socket(inbox) }
}

/// One connection: a handle that any thread may use.
package final class Socket: Sendable {
    private let inbox: Inbox
    private let number: Int

    fileprivate init(_ inbox: Inbox) {
        self.inbox = inbox
        number = inbox.nextNumber()
    }

    /// Connects for an owner, who is held until its last call; to be called once.
    package func open(_ endpoint: Endpoint, for owner: some SocketOwner) {
        inbox.post(.open(number, endpoint, owner))
    }

    /// Sends after all that was sent before; before the connection is open, and after its end, nothing happens.
    package func send(_ bytes: [UInt8]) { inbox.post(.send(number, bytes)) }

    /// Has the owner called at that moment, instead of any moment set before; nil for none.
    package func wake(at moment: ContinuousClock.Instant?) { inbox.post(.wake(number, moment)) }

    /// Ends the connection; the owner is told so.
    package func close() { inbox.post(.close(number)) }
}

/// Whom a connection belongs to; called by the thread of `Sockets`, which serves all others and must not be held up.
package protocol SocketOwner: AnyObject, Sendable {
    /// The connection is open, and the other side is the right one.
    func socketOpened()

    /// Bytes of the stream, in order, in pieces of any size; lent for the call.
    func socketReceived(_ bytes: Swift.Span<UInt8>)

    /// The moment that was asked for has come, perhaps before the connection is open.
    func socketWoke()

    /// The last call, whether the connection was open or never came to it.
    func socketEnded(_ reason: SocketError)
}
