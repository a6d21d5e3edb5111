package import Values

/// Where a document goes.
package enum DocumentOutput {
    /// A file that appears whole or not at all: written beside its place, flushed to disk, then renamed.
    ///
    /// Readable by its owner only, since voucher codes are as good as money.
    case file(path: String)
    /// Pieces of at most about 64 KiB, in order; the receiver may keep them. An error thrown stops the document.
    case chunks((ByteBuffer) throws -> Void)
}
