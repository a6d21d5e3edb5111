import TestKit
import Testing

@testable import Documents

@Suite struct SheetFormatTests {
    @Test("Every shipped preset loads and its design fits")
    func shipped() throws {
        let presets = try SheetPreset.load(directory: Workshop.designs)
        #expect(
            presets.map(\.name) == [
                "classic-a4", "classic-letter", "wallet-a4", "large-a4", "large-letter", "labels-a4", "receipt-58",
                "receipt-80",
            ])
        for preset in presets {
            let design = try CardDesign(directory: Workshop.designs, name: preset.design)
            let grid = SheetGrid(preset.format, design: design)
            let scale = grid.art.width / 72 * 25.4 / design.widthMillimetres
            #expect((0.9...1.02).contains(scale), "\(preset.name) prints at \(scale) of its size")
        }
    }

    static let mistakes: [(file: String, words: String)] = [
        ("[a]\npaper = a4", "[a]: the key “design” is missing"),
        ("[a]\ndesign = b", "“paper” is missing"), ("[a]\ndesign = b\npaper = a5", "not “a5”"),
        ("[a]\ndesign = b\npaper = roll", "not “roll”"), ("[a]\ndesign = b\npaper = roll x", "not “roll x”"),
        ("[a]\ndesign = b\npaper = a4\ncolumns = two", "whole number"),
        ("[a]\ndesign = b\npaper = a4\ncolumns = 0", "1 to 20"),
        ("[a]\ndesign = b\npaper = a4\nmargin = 5", "“margin” is not known"),
        ("[a]\ndesign = b\npaper = a4\nmargins = 5 5", "1 or 4 numbers"),
        ("[a]\ndesign = b\npaper = a4\nmargins = nan", "numbers"),
        ("[a]\ndesign = b\npaper = a4\ncut-marks = maybe", "yes or no"),
        ("[a]\ndesign = b\npaper = a4\ncard = 150 100\ncolumns = 2", "do not fit"),
        ("[a]\ndesign = b\npaper = a4\ncolumns = 20\nmargins = 10", "smaller than 10 mm"),
        ("[a]\ndesign = b\npaper = roll 58\ncolumns = 2", "one column"),
        ("[a]\ndesign = b\npaper = custom 5 5", "10 to 2,000 mm"),
    ]

    @Test("A mistake in a preset is named", arguments: mistakes)
    func refuses(file: String, words: String) {
        let error = #expect(throws: DocumentError.self) { try SheetPreset.parse(Array(file.utf8)) }
        #expect(error?.kind == .format)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("A line outside a section is refused")
    func stray() { #expect(throws: DocumentError.self) { try SheetPreset.parse(Array("design = x".utf8)) } }

    @Test("Cards lie inside the margins and never on each other", arguments: 1...20 as ClosedRange<UInt64>)
    func layout(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let design = try CardDesign(directory: Workshop.designs, name: "classic")
        for _ in 0..<50 {
            func length(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &dice) }
            let margins = SheetFormat.Margins(
                top: length(0...30), right: length(0...30), bottom: length(0...30), left: length(0...30))
            guard
                let format = try? SheetFormat(
                    paper: [.a4, .letter, .custom(widthMillimetres: 100, heightMillimetres: 150)].randomElement(
                        using: &dice) ?? .a4,
                    columns: .random(in: 1...6, using: &dice), rows: .random(in: 1...12, using: &dice),
                    margins: margins,
                    gutter: SheetFormat.Size(width: length(0...6), height: length(0...6)), hasCutMarks: true)
            else { continue }
            let grid = SheetGrid(format, design: design)
            let corners = (0..<format.cardsPerSheet).map { grid.corner(of: $0) }
            let unit = 72 / 25.4
            for corner in corners {
                #expect(corner.e >= margins.left * unit - 0.1 && corner.f >= margins.top * unit - 0.1)
                #expect(corner.e + grid.art.width <= grid.paper.width - margins.right * unit + 0.1)
                #expect(corner.f + grid.art.height <= grid.paper.height - margins.bottom * unit + 0.1)
            }
            for (index, one) in corners.enumerated() {
                for other in corners[(index + 1)...] {
                    let apart =
                        abs(one.e - other.e) > grid.art.width - 0.1 || abs(one.f - other.f) > grid.art.height - 0.1
                    #expect(apart)
                }
            }
            for mark in grid.cutMarks {
                for (x, y) in [mark.from, mark.to] {
                    #expect(
                        (-0.01...grid.paper.width + 0.01).contains(x) && (-0.01...grid.paper.height + 0.01).contains(y))
                    let isOnCard = corners.contains {
                        x > $0.e + 0.1 && x < $0.e + grid.art.width - 0.1 && y > $0.f + 0.1
                            && y < $0.f + grid.art.height - 0.1
                    }
                    #expect(!isOnCard)
                }
            }
        }
    }
}
