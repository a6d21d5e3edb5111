/// One finished page, for the words at its foot.
package struct SheetPage: Hashable, Sendable {
    /// Counted from 1.
    package let number: Int
    /// Pages of the whole document.
    package let count: Int
    /// The place of the first and last card in the batch, counted from 1.
    package let firstCard: Int
    package let lastCard: Int
    /// Cards of the whole document.
    package let cards: Int
}

/// The lines at the foot of each sheet; the words are the caller's.
package struct SheetFooter {
    /// At the left edge: the batch.
    package let title: String
    /// At the right edge: `page 3 of 13 · cards 81–120 of 500 · KES 2,000`.
    package let text: (SheetPage) -> String

    /// `text` is asked once for each page, when its last card is known.
    package init(title: String, text: @escaping (SheetPage) -> String) {
        self.title = title
        self.text = text
    }
}
