import CCurl
import Glibc
import Values

/// One letter under way; made, used and given up on one thread.
@safe final class MailTransfer {
    private let mail: OutgoingMail
    private let easy: UnsafeMutableRawPointer?
    private var readers: UnsafeMutablePointer<curl_slist>?
    /// How much of the letter libcurl has taken.
    private var given = 0
    /// Whether libcurl was told that the letter is at its end: what follows is the dot that hands it over.
    private var isHandedOver = false
    /// The last complete reply.
    private var reply: MailReply?
    private var refused: CertificateFingerprint?
    /// When the goodbye was said, which libcurl would wait two minutes to hear answered.
    private var goodbye: ContinuousClock.Instant?

    init(_ mail: OutgoingMail) {
        self.mail = mail
        unsafe easy = curl_easy_init()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(readers)
    }

    /// Sends it, and holds the thread until the server has spoken.
    func perform() -> MailOutcome {
        guard unsafe easy != nil, prepare() else { return .unsent(.invalidRequest) }
        return outcome(of: unsafe curl_easy_perform(easy))
    }

    private func prepare() -> Bool {
        let scheme = mail.privacy == .tls ? "smtps" : "smtp"
        let host = mail.host.contains(":") ? "[\(mail.host)]" : mail.host
        // What stands behind the slash is how we greet.
        guard set(CURLOPT_URL, "\(scheme)://\(host):\(mail.port)/\(mail.sender.domain)"),
            set(CURLOPT_PROTOCOLS_STR, "smtp,smtps"), set(CURLOPT_PROXY, ""), set(CURLOPT_NOSIGNAL, 1),
            set(CURLOPT_UPLOAD, 1), set(CURLOPT_FORBID_REUSE, 1), set(CURLOPT_MAIL_FROM, "<\(mail.sender.full)>"),
            set(CURLOPT_USE_SSL, Int(mail.privacy == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue)),
            set(CURLOPT_CONNECTTIMEOUT_MS, Int(mail.connectLimit.milliseconds)),
            set(CURLOPT_TIMEOUT_MS, Int(mail.totalLimit.milliseconds))
        else { return false }
        if let credentials = mail.credentials {
            guard set(CURLOPT_USERNAME, credentials.user), set(CURLOPT_PASSWORD, credentials.password.revealed) else {
                return false
            }
        }
        guard let reader = unsafe curl_slist_append(nil, "<\(mail.reader.full)>") else { return false }
        unsafe readers = reader
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe lango_easy_set_letter(easy, supplyLetter, curl_off_t(mail.letter.count), takeLine, context)
        unsafe lango_easy_set_watch(easy, overhear, goOn, context)
        return unsafe lango_easy_set_list(easy, CURLOPT_MAIL_RCPT, readers) == CURLE_OK && setTrust(context)
    }

    private func setTrust(_ context: UnsafeMutableRawPointer) -> Bool {
        guard mail.trust != .system else { return set(CURLOPT_SSL_VERIFYPEER, 1) && set(CURLOPT_SSL_VERIFYHOST, 2) }
        unsafe lango_easy_set_tls(easy, prepareMailTLS, context)
        return set(CURLOPT_SSL_VERIFYPEER, 0) && set(CURLOPT_SSL_VERIFYHOST, 0)
    }

    private func set(_ option: CURLoption, _ value: Int) -> Bool {
        unsafe lango_easy_set_long(easy, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: String) -> Bool {
        unsafe lango_easy_set_text(easy, option, value) == CURLE_OK
    }

    /// What libcurl's code and the server's last word mean; https://curl.se/libcurl/c/libcurl-errors.html.
    private func outcome(of code: CURLcode) -> MailOutcome {
        if code == CURLE_OK { return .taken }
        if let seen = refused {
            guard case .pinned(let expected) = mail.trust else { return .unsent(.certificateUnknown(seen: seen)) }
            return .unsent(.certificateChanged(expected: expected, seen: seen))
        }
        // A server without STARTTLS has said no to nothing else.
        if code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CONNECT_ERROR { return .unsent(.noTLS) }
        if let reply, reply.code >= 400 { return .refused(reply) }
        guard !isHandedOver else { return .unknown }
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION: return .unsent(.certificateUntrusted)
        case CURLE_OPERATION_TIMEDOUT: return .unsent(.timedOut(.beforeSending))
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: return .unsent(.unreachable)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .unsent(.invalidRequest)
        default: return .unsent(.other(code: Int32(bitPattern: code.rawValue), .beforeSending))
        }
    }

    // MARK: What libcurl calls

    fileprivate func supply(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let part = mail.letter.dropFirst(given).prefix(room.count)
        if part.isEmpty { isHandedOver = true }
        unsafe room.copyBytes(from: part)
        given += part.count
        // libcurl stops asking once it has as much as it was told there would be.
        if given == mail.letter.count { isHandedOver = true }
        return part.count
    }

    fileprivate func take(_ line: [UInt8]) {
        // What is answered to the goodbye is no answer to the letter.
        guard goodbye == nil else { return }
        reply = MailReply(String(decoding: line, as: UTF8.self)) ?? reply
    }

    fileprivate func say(_ line: UnsafeRawBufferPointer) {
        if unsafe line.starts(with: "QUIT".utf8) { goodbye = .now }
    }

    fileprivate var goesOn: Bool { goodbye.map { .now < $0 + .seconds(1) } ?? true }

    fileprivate func accepts(_ digest: [UInt8]) -> Bool {
        guard let seen = CertificateFingerprint(digest) else { return false }
        if case .pinned(seen) = mail.trust { return true }
        refused = seen
        return false
    }
}

// The context is the transfer, which holds the thread while these can be called.

private func mailTransfer(_ context: UnsafeMutableRawPointer) -> MailTransfer {
    unsafe Unmanaged<MailTransfer>.fromOpaque(context).takeUnretainedValue()
}

private func supplyLetter(
    _ room: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let room = unsafe room else { return 0 }
    return unsafe mailTransfer(context).supply(UnsafeMutableRawBufferPointer(start: room, count: size * count))
}

private func takeLine(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
    let line = unsafe Array(UnsafeRawBufferPointer(start: bytes, count: size * count))
    unsafe mailTransfer(context).take(line)
    return size * count
}

private func overhear(
    _: UnsafeMutableRawPointer?, _ kind: curl_infotype, _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard kind == CURLINFO_HEADER_OUT, let context = unsafe context else { return 0 }
    unsafe mailTransfer(context).say(UnsafeRawBufferPointer(start: bytes, count: size))
    return 0
}

private func goOn(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
    guard let context = unsafe context else { return 1 }
    return unsafe mailTransfer(context).goesOn ? 0 : 1
}

private func prepareMailTLS(
    _: UnsafeMutableRawPointer?, _ tls: UnsafeMutableRawPointer?, _ context: UnsafeMutableRawPointer?
) -> CURLcode {
    unsafe lango_tls_verify(tls, verifyMailChain, context)
    return CURLE_OK
}

private func verifyMailChain(_ chain: OpaquePointer?, _ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let context = unsafe context else { return 0 }
    return unsafe verdict(on: chain) { unsafe mailTransfer(context).accepts($0) }
}
