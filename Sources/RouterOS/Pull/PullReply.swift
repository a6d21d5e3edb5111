import Values

/// What a router that comes by is told: work, or that there is none.
///
/// `MARK -` where there is none, else `MARK TICKET LENGTH`, an end of line and the code. All have fixed widths, since the
/// script cuts them out by place; the length lets the router see that the answer came whole.
package struct PullReply: Hashable, Sendable {
    /// Characters of the mark and of a ticket.
    package static let (markCount, ticketCount) = (32, 16)
    /// Added to the length, so that it has eight digits and none of them is a zero in front, which could mean octal.
    static let lengthBase = 10_000_000

    /// The ticket and the code; nil for nothing to do.
    let work: (ticket: String, code: String)?

    /// Nothing to do.
    static let idle = PullReply(work: nil)

    private init(work: (ticket: String, code: String)?) { self.work = work }

    /// A line of the console to be carried out, its value gathered in the variable `lango`.
    init(ticket: String, line: String) {
        let failed = "\\0\(PullOutcome.failed.rawValue)"
        work = (ticket, ":local lango \"\";:do {\(line)} on-error={:set lango \"\(failed)\"};:return $lango")
    }

    /// The body of the answer.
    package func text(_ secret: PullSecret) -> String {
        guard let work else { return "\(secret.mark.revealed) -" }
        return "\(secret.mark.revealed) \(work.ticket) \(Self.lengthBase + work.code.utf8.count)\n\(work.code)"
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.work?.ticket == right.work?.ticket && left.work?.code == right.work?.code
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(work?.ticket) }
}

/// The first byte of an answer that is none: what became of the work.
enum PullOutcome: UInt8 {
    /// The router refused; its words are not to be had in a script of every version.
    case failed = 1
    /// The script could not be read: a menu, a command or a name that this router does not know.
    case unreadable = 2
    /// The work did not come whole and was not begun.
    case cut = 3

    /// What an answer that begins so means; nil for a real answer.
    static func trouble(in answer: [UInt8]) -> RouterError.Kind? {
        switch answer.first.flatMap(PullOutcome.init(rawValue:)) {
        case .failed: .failure("without saying why, as routers that call by themselves do")
        case .unreadable: .menuAbsent
        case .cut: .interrupted(maybeDone: false)
        case nil: nil
        }
    }
}
