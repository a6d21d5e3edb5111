/// A named way to print vouchers: a design on a sheet format, as an operator writes it in `presets.ini`.
package struct SheetPreset: Hashable, Sendable {
    /// The section's name: `classic-a4`.
    package let name: String
    /// What staff choose from.
    package let title: String
    /// The name of the design's file.
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
