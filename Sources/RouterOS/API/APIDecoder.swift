/// Turns the bytes of a connection into replies, however they are cut into pieces.
///
/// Nothing is reserved for what a length announces: what is kept is at most what came. A sentence that lies whole in a
/// piece is read where it is.
package struct APIDecoder {
    /// Why the stream cannot go on.
    package enum Fault: Error, Equatable {
        case reservedLength
        /// Longer than any word of a router: the stream is out of step, or not the API at all.
        case wordTooLong
        case sentenceTooLong
    }

    /// In bytes; the longest words known are the contents of small files, 60 KiB.
    static let longestWord = 1 << 20
    /// In bytes, lengths included.
    static let longestSentence = 2 << 20
    static let mostWords = 4_096

    /// The beginning of a sentence whose end has not come.
    private var kept: [UInt8] = []
    /// How far its words have been found, in bytes from its start.
    private var walked = 0
    private var words: [Range<Int>] = []
    private var parser = APIReplyParser()

    /// How many bytes are kept.
    var pending: Int { kept.count }

    package init() {}

    /// Takes a piece and hands over each reply that it completes; of no more use once it has thrown.
    package mutating func take(_ piece: Swift.Span<UInt8>, _ each: (APIReply) -> Void) throws(Fault) {
        guard !kept.isEmpty else {
            let used = try walk(piece, each)
            if used < piece.count { keep(piece.extracting(used..<piece.count)) }
            return
        }
        keep(piece)
        // Taken out, so that it is not copied while it is read.
        let bytes = kept
        kept = []
        let used = try walk(bytes.span, each)
        guard used < bytes.count else { return }
        if used == 0 { kept = bytes } else { kept = Array(bytes[used...]) }
    }

    private mutating func keep(_ piece: Swift.Span<UInt8>) {
        unsafe piece.withUnsafeBufferPointer { unsafe kept.append(contentsOf: $0) }
    }

    /// Reads whole sentences; returns how many bytes they took.
    private mutating func walk(_ bytes: Swift.Span<UInt8>, _ each: (APIReply) -> Void) throws(Fault) -> Int {
        var start = 0
        while true {
            switch WordLength.read(bytes, at: start + walked) {
            case .unfinished: return start
            case .reserved: throw .reservedLength
            case .length(0, let taken):
                walked += taken
                if !words.isEmpty { each(parser.parse(bytes.extracting(start..<start + walked), words)) }
                start += walked
                walked = 0
                words.removeAll(keepingCapacity: words.capacity <= 64)
            case .length(let length, let taken):
                guard length <= Self.longestWord else { throw .wordTooLong }
                let end = walked + taken + length
                guard end <= Self.longestSentence, words.count < Self.mostWords else { throw .sentenceTooLong }
                guard start + end <= bytes.count else { return start }
                words.append(walked + taken..<end)
                walked = end
            }
        }
    }
}
