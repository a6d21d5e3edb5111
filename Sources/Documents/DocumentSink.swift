import Values

/// The receiving end of one document: gathers small writes, remembers the first error.
@safe final class DocumentSink {
    private enum State { case open, committed, abandoned }

    private static let chunkSize = 64 * 1_024
    private let deliver: (ByteBuffer) throws -> Void
    private let file: TemporaryFile?
    private var pending = ByteBuffer(capacity: chunkSize)
    private var state = State.open
    /// The first error; nothing is written after it.
    private(set) var failure: DocumentError?

    init(_ output: DocumentOutput) throws(DocumentError) {
        switch output {
        case .chunks(let receive):
            file = nil
            deliver = receive
        case .file(let path):
            let file = try TemporaryFile(for: path)
            self.file = file
            deliver = { try file.write($0) }
        }
    }

    deinit { abandon() }

    /// Takes bytes; false after an error or once abandoned.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard state == .open, failure == nil else { return false }
        unsafe pending.append(bytes)
        return pending.count < Self.chunkSize || flush()
    }

    /// Hands over the rest and puts a file in its place.
    func commit() throws(DocumentError) {
        guard state == .open else { return }
        if failure == nil, flush() {
            do throws(DocumentError) { try file?.commit() } catch { failure = error }
        }
        if let failure {
            abandon()
            throw failure
        }
        state = .committed
    }

    /// Forgets the document; no half file stays behind.
    func abandon() {
        guard state == .open else { return }
        state = .abandoned
        file?.discard()
    }

    private func flush() -> Bool {
        guard pending.count > 0 else { return true }
        let chunk = pending
        pending = ByteBuffer(capacity: Self.chunkSize)
        do {
            try deliver(chunk)
            return true
        } catch let error as DocumentError {
            failure = error
        } catch {
            failure = DocumentError(.output, "the receiver stopped: \(error)")
        }
        return false
    }
}
