import CCurl
import Glibc
import Synchronization

/// The number of a request, and whether its waiting task was cancelled; a cancellation may overtake the start.
final class Ticket: Sendable {
    let number: Int
    private let cancelled = Atomic<Bool>(false)

    init(number: Int) { self.number = number }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// The one thread that drives libcurl's multi interface, and the inbox through which others talk to it.
@safe final class Engine: Sendable {
    enum Message: Sendable {
        case start(Transfer)
        case cancel(Int)
        case stop
    }

    private struct Inbox {
        var messages: [Message] = []
        /// Set when the thread has ended: a late message is answered at once.
        var isClosed = false
    }

    private let inbox = Mutex(Inbox())
    private let numbers = Atomic<Int>(0)
    // "curl_multi_wakeup can be called from any thread": https://curl.se/libcurl/c/curl_multi_wakeup.html; all else
    // is called by the thread in `run` alone.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer?

    init(total: Int, perHost: Int) {
        _ = Self.libraryIsReady
        unsafe multi = curl_multi_init()
        precondition(unsafe multi != nil, "libcurl gives no handle")
        unsafe lango_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, total)
        unsafe lango_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, perHost)
        unsafe lango_multi_set_long(multi, CURLMOPT_MAXCONNECTS, total)
        unsafe lango_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    /// Made ready once; https://curl.se/libcurl/c/curl_global_init.html.
    static let libraryIsReady: Bool = {
        let code = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        precondition(code == CURLE_OK, "libcurl cannot start (\(code.rawValue))")
        return true
    }()

    func nextNumber() -> Int { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    func post(_ message: Message) {
        let isTaken = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.messages.append(message) }
            return !inbox.isClosed
        }
        if isTaken {
            unsafe curl_multi_wakeup(multi)
        } else if case .start(let transfer) = message {
            transfer.giveUp()
        }
    }

    /// Works until told to stop; then everything under way is given up.
    func run() {
        Self.ignoreBrokenPipes()
        var transfers: [Int: Transfer] = [:]
        var isStopping = false
        while !isStopping {
            for message in inbox.withLock({ inbox in
                defer { inbox.messages = [] }
                return inbox.messages
            }) {
                switch message {
                case .start(let transfer): start(transfer, in: &transfers)
                case .cancel(let number): transfers.removeValue(forKey: number).map { giveUp($0) }
                case .stop: isStopping = true
                }
            }
            var running: Int32 = 0
            unsafe curl_multi_perform(multi, &running)
            settle(&transfers)
            if !isStopping { unsafe curl_multi_poll(multi, nil, 0, 60_000, nil) }
        }
        close(transfers)
    }

    /// Keeps a write to a closed connection from ending the process: libcurl does not while it may use no signals, and
    /// OpenSSL writes without `MSG_NOSIGNAL`; https://curl.se/libcurl/c/CURLOPT_NOSIGNAL.html.
    static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func start(_ transfer: Transfer, in transfers: inout [Int: Transfer]) {
        guard !transfer.ticket.isCancelled else { return transfer.giveUp() }
        guard transfer.prepare(), unsafe curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            return transfer.finish(.failure(.invalidRequest))
        }
        transfers[transfer.ticket.number] = transfer
    }

    private func settle(_ transfers: inout [Int: Transfer]) {
        var code = CURLE_OK
        while let easy = unsafe lango_multi_finished(multi, &code) {
            let context = unsafe lango_easy_get_private(easy)
            guard let context = unsafe context else { continue }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            unsafe curl_multi_remove_handle(multi, easy)
            if transfer.shouldStartOver(after: code), unsafe curl_multi_add_handle(multi, easy) == CURLM_OK { continue }
            transfers[transfer.ticket.number] = nil
            transfer.finish(transfer.outcome(of: code))
        }
    }

    private func giveUp(_ transfer: Transfer) {
        unsafe curl_multi_remove_handle(multi, transfer.easy)
        transfer.giveUp()
    }

    private func close(_ transfers: [Int: Transfer]) {
        let late = inbox.withLock { inbox in
            inbox.isClosed = true
            return inbox.messages
        }
        for transfer in transfers.values { giveUp(transfer) }
        for case .start(let transfer) in late { transfer.giveUp() }
    }
}
