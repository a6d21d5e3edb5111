package import Documents

/// The ways to print vouchers, read and checked when the program starts.
package struct PrintDesigns: Sendable {
    /// One choice of staff.
    package struct Choice: Sendable {
        package let preset: SheetPreset
        package let design: CardDesign
    }

    /// In the order of `presets.ini`.
    package let choices: [Choice]

    /// Reads `presets.ini` of the directory and every design that it names.
    ///
    /// - Throws: `DocumentError` with file, line and what to do.
    package init(directory: String) throws(DocumentError) {
        var choices: [Choice] = []
        for preset in try SheetPreset.load(directory: directory) {
            choices.append(
                Choice(preset: preset, design: try CardDesign(directory: directory, name: preset.design)))
        }
        self.choices = choices
    }

    /// The choice of a name.
    package subscript(_ name: String) -> Choice? { choices.first { $0.preset.name == name } }
}
