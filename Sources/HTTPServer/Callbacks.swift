import CMicrohttpd
import Glibc

// What the library calls. At file scope, because a closure written where the main actor is would be compiled as the main
// actor's and end the process on the library's threads.

/// Called with the head, with each part of the body, and when all is there or the connection was resumed.
func handleRequest(
    _ worker: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ part: UnsafePointer<CChar>?,
    _ partCount: UnsafeMutablePointer<Int>?, _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let worker = unsafe worker, let connection = unsafe connection, let path = unsafe path,
        let method = unsafe method, let version = unsafe version, let partCount = unsafe partCount,
        let context = unsafe context
    else { return .NO }
    guard let known = unsafe context.pointee else { return .NO }
    if let targetCount = unsafe targetCount(known) {
        return unsafe Unmanaged<Worker>.fromOpaque(worker)._withUnsafeGuaranteedRef { worker in
            let begun = unsafe worker.begin(
                connection, path: path, targetCount: targetCount, method: method, version: version)
            guard let request = begun else { return .NO }
            unsafe context.pointee = Unmanaged.passRetained(request).toOpaque()
            return request.refusesAtOnce ? worker.answer(request) : .YES
        }
    }
    return unsafe Unmanaged<Request>.fromOpaque(known)._withUnsafeGuaranteedRef { request in
        guard unsafe partCount.pointee > 0 else { return request.worker.answer(request) }
        let bytes = unsafe UnsafeBufferPointer<UInt8>(part, partCount.pointee)
        unsafe partCount.pointee = 0
        return unsafe request.receive(bytes) ? .YES : .NO
    }
}

/// Called with the target of the request line as it came in, before the library takes it apart.
///
/// Leaves its length as the request's context, so that a NUL inside is noticed later, or a length that cannot be right
/// where it holds a space; marked by the lowest bit, which is zero in the address of an object. A target that is too long
/// is answered here, and leaves -1: where its arguments take what the pool has left, the library falls silent before the
/// head is there.
func noteTarget(
    _ worker: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let worker = unsafe worker, let connection = unsafe connection, let text = unsafe text,
        unsafe strchr(text, 0x20) == nil
    else { return unsafe UnsafeMutableRawPointer(bitPattern: 1) }
    let count = unsafe strlen(text)
    let pool = unsafe Unmanaged<Worker>.fromOpaque(worker)._withUnsafeGuaranteedRef { $0.server.settings.poolBytes }
    if unsafe !HeadCheck.leavesRoom(text, count, poolBytes: pool) {
        unsafe BareAnswer.send(RequestRefusal.targetTooLong.status, over: connection)
        unsafe shutdown(mhd_descriptor(connection), both_ways)
        return unsafe UnsafeMutableRawPointer(bitPattern: -1)
    }
    return unsafe UnsafeMutableRawPointer(bitPattern: count << 1 | 1)
}

/// What `noteTarget` left; nil where the context is a request already.
private func targetCount(_ context: UnsafeMutableRawPointer) -> Int? {
    let bits = Int(bitPattern: context)
    return bits & 1 == 1 ? bits >> 1 : nil
}

/// Called when the answer is out, or will never be.
func noteCompletion(
    _: UnsafeMutableRawPointer?, _: OpaquePointer?, _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ outcome: MHD_RequestTerminationCode
) {
    guard let context = unsafe context, let known = unsafe context.pointee, unsafe targetCount(known) == nil else {
        return
    }
    let request = unsafe Unmanaged<Request>.fromOpaque(known).takeRetainedValue()
    unsafe context.pointee = nil
    request.worker.complete(request)
}

/// Called when a connection was accepted (event 0) and before it is closed (1).
func noteConnection(
    _ worker: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ event: MHD_ConnectionNotificationCode
) {
    guard let worker = unsafe worker, let connection = unsafe connection, let context = unsafe context else { return }
    let owner = unsafe Unmanaged<Worker>.fromOpaque(worker).takeUnretainedValue()
    guard event.rawValue != 0 else {
        unsafe context.pointee = UnsafeMutableRawPointer(owner.open(connection))
        return
    }
    guard let slot = unsafe context.pointee?.assumingMemoryBound(to: ConnectionSlot.self) else { return }
    unsafe owner.close(connection, slot)
    unsafe context.pointee = nil
}

/// Called for each new connection before anything is allocated for it.
func admitConnection(
    _ worker: UnsafeMutableRawPointer?, _ address: UnsafePointer<sockaddr>?, _: socklen_t
) -> MHD_Result {
    guard let worker = unsafe worker, let address = unsafe address else { return .NO }
    let owner = unsafe Unmanaged<Worker>.fromOpaque(worker).takeUnretainedValue()
    return unsafe owner.admits(PeerAddress(address)) ? .YES : .NO
}

/// Called with what the library has to say: mostly about clients that behave badly, which is no news.
func logMessage(_ worker: UnsafeMutableRawPointer?, _ format: UnsafePointer<CChar>?, _: CVaListPointer?) {
    guard let worker = unsafe worker, let format = unsafe format, unsafe strstr(format, "resource limit") != nil else {
        return
    }
    unsafe Unmanaged<Worker>.fromOpaque(worker).takeUnretainedValue().ranOutOfDescriptors()
}

/// Called by GnuTLS in each handshake.
func retrieveCertificate(
    _ session: gnutls_session_t?, _: UnsafePointer<gnutls_datum_t>?, _: Int32,
    _: UnsafePointer<gnutls_pk_algorithm_t>?, _: Int32,
    _ chain: UnsafeMutablePointer<UnsafeMutablePointer<gnutls_pcert_st>?>?, _ count: UnsafeMutablePointer<UInt32>?,
    _ key: UnsafeMutablePointer<gnutls_privkey_t?>?
) -> Int32 {
    guard let session = unsafe session, let chain = unsafe chain, let count = unsafe count, let key = unsafe key,
        // The library leaves its connection with each session.
        let connection = unsafe gnutls_session_get_ptr(session).map({ OpaquePointer($0) }),
        let slot = unsafe mhd_context(connection)?.assumingMemoryBound(to: ConnectionSlot.self)
    else { return -1 }
    let worker = unsafe Unmanaged<Worker>.fromOpaque(slot.pointee.worker).takeUnretainedValue()
    guard let certificate = worker.server.certificate else { return -1 }
    unsafe certificate.lend(chain, count, key)
    return 0
}
