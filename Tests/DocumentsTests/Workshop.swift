import Documents
import Glibc
import Values

/// Where the tests print: the shipped designs, sample cards, and other people's programs that read what we wrote.
enum Workshop {
    /// The `vouchers` folder of the package.
    static let designs: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/vouchers"
    }()

    static let sample: [CardField: String] = [
        .package: "1 day unlimited", .price: "KES 50", .validity: "31 Dec 2026", .duration: "24 hours",
        .data: "Unlimited", .speed: "5 Mbit/s", .devices: "1 device", .site: "Kilimani Hotspot",
        .note: "Help: 0700 123 456", .url: "wifi.kilimani.net",
    ]

    static func code(_ number: Int) -> String { "K7QF-\(1_000 + number)-9TDW" }
    static func address(_ number: Int) -> String { "https://wifi.kilimani.net/v/\(code(number))" }

    static func card(_ number: Int, _ changes: [CardField: String] = [:]) -> Card {
        var fields = sample
        fields[.code] = code(number)
        fields[.serial] = String(270_000 + number)
        return Card(fields: fields.merging(changes) { $1 }, qr: address(number))
    }

    /// Prints cards with a shipped preset into memory.
    static func print(
        _ cards: [Card], preset name: String = "classic-a4", brand: CardBrand = CardBrand(name: "Kilimani Fibre"),
        labels: [String: String] = [:], footer: SheetFooter? = nil
    ) throws -> (pages: Int, pdf: [UInt8]) {
        let preset = try preset(name)
        let design = try CardDesign(directory: designs, name: preset.design)
        let buffer = ByteBuffer()
        let writer = try VoucherSheetWriter(
            design: design, format: preset.format, brand: brand, cards: cards.count, labels: labels, title: "Batch 27",
            footer: footer, to: .buffer(buffer))
        for card in cards { try writer.add(card) }
        return (try writer.finish(), buffer.array)
    }

    static func preset(_ name: String) throws -> SheetPreset {
        guard let preset = try SheetPreset.load(directory: designs).first(where: { $0.name == name }) else {
            throw DocumentError(.format, "no preset \(name)")
        }
        return preset
    }

    /// Whether the programs are installed; says so once a test skips for want of them.
    static func has(_ programs: String...) -> Bool {
        let missing = programs.filter { program in
            let paths = ["/usr/bin/", "/usr/local/bin/"].map { $0 + program }
            return !paths.contains { unsafe access($0, X_OK) == 0 }
        }
        if !missing.isEmpty { Swift.print("skipped: \(missing.joined(separator: ", ")) not installed") }
        return missing.isEmpty
    }

    /// Runs `body` in a fresh folder, which is removed afterwards.
    static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = "/tmp/lango-documents-\(UInt64.random(in: 0...UInt64.max))"
        guard unsafe mkdir(folder, 0o700) == 0 else { throw DocumentError(.output, "no folder \(folder)") }
        defer { _ = output(of: "rm -rf \(folder)") }
        return try body(folder)
    }

    static func files(in folder: String) -> [String] {
        output(of: "ls -A \(folder)").split(separator: "\n").map(String.init)
    }

    /// What a shell command prints; commands are fixed texts of the tests.
    static func output(of command: String) -> String {
        guard let pipe = unsafe popen("timeout 60 sh -c '\(command)' 2>/dev/null", "r") else { return "" }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        unsafe pclose(pipe)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text of a document as poppler reads it.
    static func text(of pdf: [UInt8], options: String = "") throws -> String {
        try inFolder { folder in
            try save(pdf, to: "\(folder)/a.pdf")
            return output(of: "pdftotext \(options) \(folder)/a.pdf -")
        }
    }

    static func save(_ bytes: [UInt8], to path: String) throws {
        guard let file = unsafe fopen(path, "w") else { throw DocumentError(.output, "no file \(path)") }
        unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
    }
}
