import CMicrohttpd
import Values

/// A buffer that pages are written into one after the other, with the answers of the library that were prepared around it.
///
/// The library copies name and value of each header into memory of its own, which takes longer than writing the page. An
/// answer stands for a place in memory, a length and headers: the next page of that length with the same headers is
/// written over the one before and sent by the same answer. Pages end in blanks up to a full line of `step` bytes, so that
/// few lengths occur; who listens to TLS learns less from them, too.
///
/// Used by one event loop's thread only.
@safe final class PageSheet {
    let buffer: ByteBuffer
    // Where the buffer was when the answers were prepared; it moves when it grows.
    private var address: UnsafeRawPointer
    private var prepared: [Prepared] = []

    @safe private struct Prepared {
        let count: Int
        let type: String
        let caching: CachePolicy
        let security: SecurityHeaders
        let answer: OpaquePointer
    }

    /// Lengths of pages are multiples of this.
    private static let step = 256
    /// Answers that are kept, the oldest goes first: a page may differ in length from one person to the next.
    private static let answerLimit = 4

    init(capacity: Int) {
        buffer = ByteBuffer(capacity: capacity)
        unsafe address = buffer.address
    }

    /// The answer that sends the page, which is filled up for it.
    ///
    /// It stays this object's; nil where memory is short. The page is done, and nothing is sent from this sheet.
    func answer(type: String, caching: CachePolicy, security: SecurityHeaders, overTLS: Bool) -> OpaquePointer? {
        buffer.fill(toMultipleOf: Self.step, with: UInt8(ascii: "\n"))
        if unsafe address != buffer.address {
            unsafe address = buffer.address
            forget(prepared.count)
        }
        let count = buffer.count
        for index in prepared.indices
        where prepared[index].count == count && prepared[index].security === security
            && prepared[index].caching == caching && prepared[index].type == type
        {
            return unsafe prepared[index].answer
        }
        guard
            let answer = unsafe MHD_create_response_from_buffer(
                count, UnsafeMutableRawPointer(mutating: address), .RESPMEM_PERSISTENT)
        else { return nil }
        unsafe Response.add("Content-Type", type, to: answer)
        unsafe Response.add("Cache-Control", caching.text, to: answer)
        unsafe security.add(to: answer, ownPolicy: nil, overTLS: overTLS)
        if prepared.count == Self.answerLimit { forget(1) }
        unsafe prepared.append(
            Prepared(count: count, type: type, caching: caching, security: security, answer: answer))
        return unsafe answer
    }

    private func forget(_ count: Int) {
        for one in prepared.prefix(count) { unsafe MHD_destroy_response(one.answer) }
        prepared.removeFirst(count)
    }

    deinit { forget(prepared.count) }
}

/// The sheets of one event loop that nothing is sent from; most loops get by with one.
@safe final class PageSheets: Sendable {
    // Used by the event loop's thread only.
    @exclusivity(unchecked) nonisolated(unsafe) private var free: [PageSheet] = []

    /// Sheets that are kept; slow clients may hold more.
    private static let limit = 8
    /// What a page of a hotspot takes, and what a sheet may grow to and still be kept.
    private static let (ordinary, largest) = (12_288, 32_768)

    func take() -> PageSheet { unsafe free.popLast() ?? PageSheet(capacity: Self.ordinary) }

    /// Takes a sheet back whose page is out.
    func give(_ sheet: PageSheet) {
        guard unsafe free.count < Self.limit, sheet.buffer.count <= Self.largest else { return }
        sheet.buffer.clear()
        unsafe free.append(sheet)
    }
}
