/// What a router says when it comes by: the answer to the work it was given, or nothing yet.
///
/// The body of its request begins with the line `lango 1 TICKET PART more` or `… end`; what follows is a part of the
/// answer. The ticket is that of the work, `-` where there is none to answer.
package struct PullCall: Hashable, Sendable {
    /// The longest part of an answer that the script sends at a time, in bytes.
    package static let partSize = 16_000

    let ticket: String?
    /// Counted from 0.
    let part: Int
    let isLast: Bool
    let content: [UInt8]

    /// Nil where the body is none of the script's.
    package init?(_ body: [UInt8]) {
        guard let end = body.firstIndex(of: 10) else { return nil }
        let words = String(decoding: body[..<end], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 5, words[0] == "lango", words[1] == "1", let part = Int(words[3]), part >= 0,
            words[4] == "more" || words[4] == "end"
        else { return nil }
        ticket = words[2] == "-" ? nil : words[2]
        self.part = part
        isLast = words[4] == "end"
        content = Array(body[(end + 1)...])
    }
}
