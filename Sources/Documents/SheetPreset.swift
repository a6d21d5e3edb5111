import CCairo

/// A named way to print vouchers: a design on a sheet format, as an operator writes it in `presets.ini`.
package struct SheetPreset: Hashable, Sendable {
    /// The section's name: `classic-a4`.
    package let name: String
    /// What staff choose from.
    package let title: String
    package let design: String
    package let format: SheetFormat

    /// Reads all presets of `<directory>/presets.ini`, in the order of the file.
    ///
    /// - Throws: `.format` with the section and key that are wrong.
    package static func load(directory: String) throws(DocumentError) -> [SheetPreset] {
        let path = "\(directory)/presets.ini"
        do throws(DocumentError) {
            return try parse(FileBytes.read(path, kind: .format, maximum: 1 << 18))
        } catch {
            throw error.inFile(path)
        }
    }

    /// Reads presets from the bytes of a key file.
    ///
    /// Source of the syntax: https://specifications.freedesktop.org/desktop-entry-spec (groups, keys, `#` comments).
    package static func parse(_ bytes: [UInt8]) throws(DocumentError) -> [SheetPreset] {
        let file = try KeyFile(bytes)
        var presets: [SheetPreset] = []
        for section in file.sections {
            do throws(DocumentError) {
                presets.append(try SheetPreset(section, in: file))
            } catch {
                var placed = error
                placed.element = "[\(section)]"
                throw placed
            }
        }
        return presets
    }

    private init(_ section: String, in file: KeyFile) throws(DocumentError) {
        let keys = PresetKeys(section: section, file: file)
        try keys.refuseUnknown()
        name = section
        title = file.value(section, "title") ?? section
        design = try keys.text("design")
        let margins = try keys.lengths("margins", counts: [1, 4]) ?? [3]
        let gutter = try keys.lengths("gutter", counts: [1, 2]) ?? [0]
        let card = try keys.lengths("card", counts: [2])
        format = try SheetFormat(
            paper: keys.paper(), columns: keys.count("columns"), rows: keys.count("rows"),
            margins: SheetFormat.Margins(
                top: margins[0], right: margins[1 % margins.count], bottom: margins[2 % margins.count],
                left: margins[3 % margins.count]),
            gutter: SheetFormat.Size(width: gutter[0], height: gutter[gutter.count - 1]),
            card: card.map { SheetFormat.Size(width: $0[0], height: $0[1]) }, hasCutMarks: keys.flag("cut-marks"))
    }
}

/// One section of the file, with its mistakes in words.
private struct PresetKeys {
    let section: String
    let file: KeyFile

    private static let known: Set<String> = [
        "title", "design", "paper", "columns", "rows", "margins", "gutter", "card", "cut-marks",
    ]

    func refuseUnknown() throws(DocumentError) {
        for key in file.keys(section) where !Self.known.contains(key) {
            let list = Self.known.sorted().joined(separator: ", ")
            throw DocumentError(.format, "the key “\(key)” is not known; there are \(list)")
        }
    }

    func text(_ key: String) throws(DocumentError) -> String {
        guard let value = file.value(section, key), !value.isEmpty else {
            throw DocumentError(.format, "the key “\(key)” is missing")
        }
        return value
    }

    func paper() throws(DocumentError) -> SheetFormat.Paper {
        let value = try text("paper")
        let words = value.split(separator: " ")
        let sizes = words.dropFirst().compactMap { Double($0) }.filter(\.isFinite)
        switch (words.first, words.count, sizes.count) {
        case ("a4", 1, _): return .a4
        case ("letter", 1, _): return .letter
        case ("roll", 2, 1): return .roll(widthMillimetres: sizes[0])
        case ("custom", 3, 2): return .custom(widthMillimetres: sizes[0], heightMillimetres: sizes[1])
        default:
            throw DocumentError(.format, "paper is “a4”, “letter”, “roll 58” or “custom 100 150” (mm), not “\(value)”")
        }
    }

    func count(_ key: String) throws(DocumentError) -> Int {
        guard let value = file.value(section, key) else { return 1 }
        guard let number = Int(value) else {
            throw DocumentError(.format, "\(key) must be a whole number, not “\(value)”")
        }
        return number
    }

    func flag(_ key: String) throws(DocumentError) -> Bool {
        switch file.value(section, key) {
        case nil, "no": return false
        case "yes": return true
        case let value: throw DocumentError(.format, "\(key) is yes or no, not “\(value ?? "")”")
        }
    }

    func lengths(_ key: String, counts: Set<Int>) throws(DocumentError) -> [Double]? {
        guard let value = file.value(section, key) else { return nil }
        let words = value.split(separator: " ")
        let numbers = words.compactMap { Double($0) }.filter(\.isFinite)
        guard counts.contains(numbers.count), numbers.count == words.count else {
            let wanted = counts.sorted().map(String.init).joined(separator: " or ")
            throw DocumentError(.format, "\(key) takes \(wanted) numbers (mm) with spaces between, not “\(value)”")
        }
        return numbers
    }
}

/// A key file read by GLib.
@safe private final class KeyFile {
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
