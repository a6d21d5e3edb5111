/// One section of the file, with its mistakes in words.
struct PresetKeys {
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
