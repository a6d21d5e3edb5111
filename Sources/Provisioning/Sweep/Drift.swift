/// Something on a router that is not as the database says, found by a sweep.
package struct Drift: Hashable, Sendable {
    /// What is wrong; stable words.
    package enum Cause: String, CaseIterable, Sendable {
        /// A row of ours is not there.
        case missing
        /// A row of ours has other values.
        case changed
        /// Two rows carry the same mark of ours.
        case doubled
        /// A row of ours whose entitlement is over.
        case over
        /// A row of ours whose line is behind another router by now.
        case elsewhere
        /// A session that goes on under terms which do not hold any more.
        case staleSession = "stale-session"
        /// A row with our mark that nobody knows.
        case unknown
        /// A row that somebody else made has the name that one of ours needs.
        case nameTaken = "name-taken"
        /// A hotspot user that somebody made on the router by hand.
        case handAdded = "hand-added"
        /// Two bindings of one hardware address: which of them counts is the order's doing.
        case boundTwice = "bound-twice"
        /// A binding lets a device past the hotspot, or keeps it out, whatever it paid for.
        case bound
        /// FastTrack lets connections pass the queues.
        case fastTrack = "fast-track"
        /// A queue in front of, or above, the queue of a device hides its speed.
        case hiddenQueue = "hidden-queue"
        /// The hotspot gives out addresses of a pool that is gone.
        case poolMissing = "pool-missing"
        /// The router has no hotspot at all.
        case hotspotMissing = "hotspot-missing"
    }

    /// What was done about it.
    package enum Outcome: String, Sendable {
        /// Told only: somebody else's, or not for a program to decide.
        case told
        case repaired
        /// The router refused the repair; the next sweep tries again.
        case refused
    }

    package let cause: Cause
    /// The path of the menu where it is.
    package let menu: String
    /// What the row is called there.
    package let name: String
    /// What exactly is off, in a few words for people; never a secret.
    package let detail: String
    package var outcome: Outcome

    package init(_ cause: Cause, in menu: String, _ name: String, _ detail: String = "", _ outcome: Outcome = .told) {
        self.cause = cause
        self.menu = menu
        self.name = name
        self.detail = detail
        self.outcome = outcome
    }

    /// The same, with what was done about it.
    func told(_ outcome: Outcome) -> Self {
        var drift = self
        drift.outcome = outcome
        return drift
    }
}

extension Drift: CustomStringConvertible {
    /// One plain sentence for staff.
    package var description: String {
        let tail = detail.isEmpty ? "" : ": \(detail)"
        return "\(sentence)\(tail)." + (outcome == .refused ? " The router refused the repair." : "")
    }

    private var sentence: String {
        switch cause {
        case .missing: "\(name) was gone from \(menu)"
        case .changed: "\(name) in \(menu) had been changed"
        case .doubled: "\(name) was in \(menu) twice"
        case .over: "\(name) was still in \(menu) though its access is over"
        case .elsewhere: "\(name) was still in \(menu) though its line is behind another router"
        case .staleSession: "\(name) in \(menu) was connected under terms of before"
        case .unknown: "\(name) in \(menu) carries our mark, but belongs to nobody we know"
        case .nameTaken: "\(name) in \(menu) was made by somebody else; our row of that name cannot be written"
        case .handAdded: "\(name) in \(menu) was made on the router by hand; Lango does not end its access"
        case .boundTwice: "\(name) has several bindings in \(menu); the first one counts"
        case .bound: "\(name) has a binding in \(menu) that goes before what it paid for"
        case .fastTrack: "\(name) in \(menu) lets connections pass the queues, so that speeds do not hold"
        case .hiddenQueue: "\(name) in \(menu) hides the speed of a device"
        case .poolMissing: "\(name) in \(menu) gives out addresses of a pool that is gone"
        case .hotspotMissing: "The router has no hotspot: the package is missing, or switched off"
        }
    }
}
