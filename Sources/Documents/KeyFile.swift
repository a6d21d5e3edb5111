import CCairo

/// A key file read by GLib.
@safe final class KeyFile {
    private let handle: OpaquePointer
    let sections: [String]

    init(_ bytes: [UInt8]) throws(DocumentError) {
        guard let handle = unsafe g_key_file_new() else { throw DocumentError(.library, "glib: no memory") }
        unsafe self.handle = handle
        var problem: UnsafeMutablePointer<GError>?
        let isRead = unsafe bytes.withUnsafeBytes { buffer in
            unsafe g_key_file_load_from_data(
                handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), gsize(buffer.count), G_KEY_FILE_NONE,
                &problem)
        }
        sections = unsafe Self.list(g_key_file_get_groups(handle, nil))
        if isRead == 0 {
            let words = unsafe problem.map { unsafe String(cString: $0.pointee.message) } ?? "it cannot be read"
            unsafe g_clear_error(&problem)
            throw DocumentError(.format, words)
        }
    }

    deinit { unsafe g_key_file_free(handle) }

    func keys(_ section: String) -> [String] {
        unsafe Self.list(g_key_file_get_keys(handle, section, nil, nil))
    }

    func value(_ section: String, _ key: String) -> String? {
        guard let text = unsafe g_key_file_get_string(handle, section, key, nil) else { return nil }
        defer { unsafe g_free(text) }
        return unsafe String(cString: text)
    }

    private static func list(_ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
        guard let texts = unsafe texts else { return [] }
        defer { unsafe g_strfreev(texts) }
        var list: [String] = []
        var index = 0
        while let text = unsafe texts[index] {
            unsafe list.append(String(cString: text))
            index += 1
        }
        return list
    }
}
