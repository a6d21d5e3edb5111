/// The faces of a batch, found again by what their cards have in common.
struct CardFaces {
    /// Beyond so many, a batch is too mixed for drawing values ahead to pay.
    private static let maximum = 32

    /// What distinguishes one face from another.
    private struct Key: Hashable {
        let contents: CardContents
        /// The repeating values in the order of the fields; empty where each card draws its own.
        let values: [String]
    }

    private static let repeatingFields = CardField.allCases.filter(\.repeats)

    private var faces: [Key: CardFace] = [:]
    private var last: (key: Key, face: CardFace)?

    /// The face for a card, drawn where it is the first of its kind.
    mutating func face(of card: Card, by painter: CardPainter) throws(DocumentError) -> CardFace {
        let contents = painter.contents(of: card)
        let isMixed = faces.count >= Self.maximum
        let values = isMixed ? [] : Self.repeatingFields.map { card.fields[$0] ?? "" }
        let key = Key(contents: contents, values: values)
        if let last, last.key == key { return last.face }
        if let face = faces[key] {
            last = (key, face)
            return face
        }
        let face = try painter.face(card, contents, withValues: !isMixed)
        faces[key] = face
        last = (key, face)
        return face
    }
}
