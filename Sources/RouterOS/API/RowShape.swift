import Values

/// What rows of a reading have in common: their names, in their order.
///
/// A router gives the properties of each row in the same order. A row that has the shape of one before needs no name
/// made and no hash computed: its values go to where they lay in the other one's dictionary.
struct RowShape {
    private enum Word {
        case tag, id
        case value(name: String, at: Dictionary<String, String>.Index)
    }

    /// All words but the first.
    private var words: [Word] = []
    /// The names, each with an empty value; an index is good for copies too.
    private let blank: [String: String]

    /// How many words a row of this shape has.
    var count: Int { words.count + 1 }

    private static let mostWords = 128

    /// The shape of a row whose values were read word by word; nil where that is not worth keeping.
    init?(_ sentence: Swift.Span<UInt8>, _ ranges: [Range<Int>], _ values: [String: String]) {
        guard ranges.count <= Self.mostWords else { return nil }
        blank = values.mapValues { _ in "" }
        for range in ranges.dropFirst() {
            switch APIWord(sentence.extracting(range)) {
            case .attribute(".id", _): words.append(.id)
            case .attribute(let name, _):
                guard let place = blank.index(forKey: name) else { return nil }
                words.append(.value(name: name, at: place))
            case .tag: words.append(.tag)
            case .other: return nil
            }
        }
    }

    /// Reads a row of this shape; nil where it has another.
    func read(
        _ sentence: Swift.Span<UInt8>, _ ranges: [Range<Int>]
    ) -> (values: [String: String], id: RouterID?, tag: APIReply.Tag)? {
        var values = blank
        var id: RouterID?
        var tag = APIReply.Tag.none
        for index in words.indices {
            let word = sentence.extracting(ranges[index + 1])
            switch words[index] {
            case .value(let name, let place):
                guard let start = APIWord.value(of: word, named: name) else { return nil }
                values.values[place] = WireText.decode(word.extracting(start..<word.count))
            case .id:
                guard let start = APIWord.value(of: word, named: ".id") else { return nil }
                id = RouterID(word.extracting(start..<word.count))
            case .tag:
                guard word.starts(with: ".tag=") else { return nil }
                tag = APIWord.tag(word.extracting(5..<word.count))
            }
        }
        return (values, id, tag)
    }
}
