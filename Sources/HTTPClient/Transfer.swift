import CCurl
import Glibc
import Values

/// One request under way; after its start it is touched by the engine's thread alone.
@safe final class Transfer: Sendable {
    typealias Outcome = Result<IncomingResponse, HTTPClientError>

    let ticket: Ticket
    private let request: OutgoingRequest
    private let answer: @Sendable (Outcome) -> Void

    // Everything below belongs to the engine's thread, which alone runs libcurl and its callbacks.
    nonisolated(unsafe) let easy: UnsafeMutableRawPointer?
    private nonisolated(unsafe) var fields: UnsafeMutablePointer<curl_slist>?
    private nonisolated(unsafe) var headers: [(name: String, value: String)] = []
    private nonisolated(unsafe) var headerBytes = 0
    private nonisolated(unsafe) var body: [UInt8] = []
    /// The certificate that was refused.
    private nonisolated(unsafe) var refused: CertificateFingerprint?
    /// How often the request went out: libcurl repeats it by itself when a kept connection turns out to be dead.
    private nonisolated(unsafe) var sendings = 0
    private nonisolated(unsafe) var isTooLarge = false
    private nonisolated(unsafe) var startedOver = false
    /// Where libcurl writes what went wrong; read for the one case that its codes do not tell apart.
    private nonisolated(unsafe) let words: UnsafeMutableBufferPointer<CChar>

    private static let maximumHeaderBytes = 65_536

    init(_ request: OutgoingRequest, ticket: Ticket, answer: @escaping @Sendable (Outcome) -> Void) {
        self.request = request
        self.ticket = ticket
        self.answer = answer
        unsafe easy = curl_easy_init()
        unsafe words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe words.initialize(repeating: 0)
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe words.deallocate()
        unsafe curl_slist_free_all(fields)
    }

    func finish(_ outcome: Outcome) { answer(outcome) }

    func giveUp() { answer(.failure(.cancelled(moment))) }

    private var moment: HTTPClientError.Moment { unsafe sendings > 0 ? .afterSending : .beforeSending }
}

extension Transfer {
    /// Sets everything up; false where libcurl takes an option not.
    func prepare() -> Bool {
        guard unsafe easy != nil, set(CURLOPT_URL, request.url), set(CURLOPT_CUSTOMREQUEST, request.method.rawValue),
            set(CURLOPT_PROTOCOLS_STR, "http,https"), set(CURLOPT_PROXY, ""), set(CURLOPT_NOSIGNAL, 1),
            set(CURLOPT_FOLLOWLOCATION, 0), set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1),
            set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1), set(CURLOPT_TCP_KEEPALIVE, 1), set(CURLOPT_PATH_AS_IS, 1),
            set(CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectLimit.milliseconds)),
            set(CURLOPT_TIMEOUT_MS, Int(request.totalLimit.milliseconds)), setAuthorization(), setFields(), setBody()
        else { return false }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe lango_easy_set_callbacks(easy, receiveHeader, receiveBody, beforeRequest, words.baseAddress, context)
        return setTrust()
    }

    private func setAuthorization() -> Bool {
        switch request.authorization {
        case .none: true
        case .basic(let user, let password):
            set(CURLOPT_HTTPAUTH, lango_auth_basic) && set(CURLOPT_USERNAME, user)
                && set(CURLOPT_PASSWORD, password.revealed)
        case .bearer(let token): append(field: "Authorization: Bearer \(token.revealed)")
        }
    }

    private func setFields() -> Bool {
        for field in request.headers {
            // libcurl's way to write a field without value is a semicolon.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            guard append(field: line) else { return false }
        }
        guard append(field: "Expect:"), append(field: "User-Agent: lango") else { return false }
        return unsafe lango_easy_set_list(easy, CURLOPT_HTTPHEADER, fields) == CURLE_OK
    }

    private func append(field: String) -> Bool {
        guard let longer = unsafe curl_slist_append(fields, field) else { return false }
        unsafe fields = longer
        return true
    }

    private func setBody() -> Bool {
        guard request.body != nil || request.method == .post else { return true }
        let body = request.body ?? []
        return unsafe lango_easy_set_body(easy, body, body.count) == CURLE_OK
    }

    /// A pin takes the place of libcurl's own verification.
    ///
    /// It is checked while TLS is agreed on, and again before each request, since a kept connection was checked
    /// against the pin of its own time. Sessions are not resumed.
    private func setTrust() -> Bool {
        guard request.trust != .system else { return set(CURLOPT_SSL_VERIFYPEER, 1) && set(CURLOPT_SSL_VERIFYHOST, 2) }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe lango_easy_set_tls(easy, prepareTLS, context)
        return set(CURLOPT_SSL_VERIFYPEER, 0) && set(CURLOPT_SSL_VERIFYHOST, 0) && set(CURLOPT_SSL_SESSIONID_CACHE, 0)
    }

    private func set(_ option: CURLoption, _ value: Int) -> Bool {
        unsafe lango_easy_set_long(easy, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: String) -> Bool {
        unsafe lango_easy_set_text(easy, option, value) == CURLE_OK
    }
}

extension Transfer {
    /// Whether the certificate is the right one; one that is not is kept for the error.
    fileprivate func accepts(_ digest: [UInt8]) -> Bool {
        guard let seen = CertificateFingerprint(digest) else { return false }
        if case .pinned(seen) = request.trust { return true }
        unsafe refused = seen
        return false
    }

    /// Called before each sending; false stops the transfer.
    fileprivate func mayBeSent() -> Bool {
        if request.trust != .system {
            var digest = [UInt8](repeating: 0, count: 32)
            guard unsafe lango_connection_digest(easy, &digest) == 1, accepts(digest) else { return false }
        }
        // Only what changes nothing may go out twice; RFC 9110 section 9.2.2.
        guard unsafe sendings == 0 || request.method == .get && !request.actsOnce else { return false }
        unsafe sendings += 1
        return true
    }

    fileprivate func takeHeader(_ line: [UInt8]) -> Bool {
        unsafe headerBytes += line.count
        guard unsafe headerBytes <= Self.maximumHeaderBytes else {
            unsafe isTooLarge = true
            return false
        }
        if line.starts(with: "HTTP/".utf8) { unsafe headers = [] }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        let end = value.lastIndex { $0 > 0x20 } ?? value.startIndex - 1
        unsafe headers.append((name, String(decoding: value[value.startIndex...end], as: UTF8.self)))
        return true
    }

    fileprivate func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard unsafe body.count + bytes.count <= request.maximumResponse else {
            unsafe isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// Whether a kept connection was given up before anything was sent over it, so that a fresh one shall be tried.
    func shouldStartOver(after code: CURLcode) -> Bool {
        guard code == CURLE_ABORTED_BY_CALLBACK, unsafe refused != nil, unsafe sendings == 0, unsafe !startedOver else {
            return false
        }
        unsafe startedOver = true
        unsafe refused = nil
        return set(CURLOPT_FRESH_CONNECT, 1)
    }

    /// What libcurl's code means; https://curl.se/libcurl/c/libcurl-errors.html.
    func outcome(of code: CURLcode) -> Outcome {
        if let seen = unsafe refused { return .failure(refusal(of: seen)) }
        if unsafe isTooLarge { return .failure(.tooLarge(limit: request.maximumResponse)) }
        switch code {
        case CURLE_OK:
            let status = unsafe lango_easy_get_long(easy, CURLINFO_RESPONSE_CODE)
            return .success(unsafe IncomingResponse(status: status, headers: headers, body: body))
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED: return .failure(.invalidRequest)
        case CURLE_COULDNT_RESOLVE_HOST: return .failure(.unreachable)
        case CURLE_COULDNT_CONNECT:
            let number = unsafe lango_easy_get_long(easy, CURLINFO_OS_ERRNO)
            return .failure(number == Int(ECONNREFUSED) ? .refused : .unreachable)
        case CURLE_OPERATION_TIMEDOUT: return .failure(.timedOut(moment))
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_ABORTED_BY_CALLBACK:
            return .failure(.closedEarly(moment))
        case CURLE_SSL_CONNECT_ERROR:
            return .failure(handshakeWasCutOff ? .closedEarly(moment) : .noTLS)
        case CURLE_PEER_FAILED_VERIFICATION: return .failure(.certificateUntrusted)
        default: return .failure(.other(code: Int32(bitPattern: code.rawValue), moment))
        }
    }

    /// Whether the other side closed the connection during the handshake, rather than answer something else.
    private var handshakeWasCutOff: Bool {
        let words = unsafe String(decoding: UnsafeRawBufferPointer(words).prefix { $0 != 0 }, as: UTF8.self)
        return unsafe lango_easy_get_long(easy, CURLINFO_OS_ERRNO) != 0 || words.contains("SSL_ERROR_SYSCALL")
            || words.contains("unexpected eof")
    }

    private func refusal(of seen: CertificateFingerprint) -> HTTPClientError {
        guard case .pinned(let expected) = request.trust else { return .certificateUnknown(seen: seen) }
        return .certificateChanged(expected: expected, seen: seen)
    }
}

// libcurl's callbacks; the context is the transfer, which the engine holds while they can come.

private func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    let line = unsafe Array(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return unsafe transfer(context).takeHeader(line) ? size * count : 0
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context).takeBody(chunk) ? size * count : 0
}

private func beforeRequest(
    _ context: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int32,
    _: Int32
) -> Int32 {
    guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
    return unsafe transfer(context).mayBeSent() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func prepareTLS(
    _: UnsafeMutableRawPointer?, _ tls: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> CURLcode {
    unsafe lango_tls_verify(tls, verifyChain, context)
    return CURLE_OK
}

private func verifyChain(_ chain: OpaquePointer?, _ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let context = unsafe context else { return 0 }
    return unsafe verdict(on: chain) { unsafe transfer(context).accepts($0) }
}

/// What OpenSSL is told of a chain: 1 where the digest of its own certificate is accepted, 0 where it is not.
func verdict(on chain: OpaquePointer?, accepts: ([UInt8]) -> Bool) -> Int32 {
    var digest = [UInt8](repeating: 0, count: 32)
    guard unsafe lango_chain_digest(chain, &digest) == 1, accepts(digest) else { return 0 }
    unsafe lango_chain_accept(chain)
    return 1
}
