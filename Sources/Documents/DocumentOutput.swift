package import Values

/// Where a document goes.
package enum DocumentOutput {
    /// A file that appears whole or not at all: written beside its place, flushed to disk, then renamed.
    ///
    /// Readable by its owner only, since voucher codes are as good as money.
    case file(path: String)
    /// Pieces of about 64 KiB, in order; the receiver may keep them.
    ///
    /// An error that it throws stops the document.
    case chunks((ByteBuffer) throws -> Void)

    /// The end of a buffer in memory.
    package static func buffer(_ buffer: ByteBuffer) -> Self {
        .chunks { chunk in unsafe buffer.append(chunk.bytes.assumingMemoryBound(to: UInt8.self)) }
    }
}
