/// Something that goes wrong on purpose.
package struct Fault: Hashable, Sendable {
    /// What goes wrong.
    package enum Kind: Hashable, Sendable {
        /// The request is read and never answered, until the client gives up or faults are cleared.
        case hang
        /// The answer comes late, in milliseconds.
        case slow(Int)
        /// The request is carried out, its answer never arrives.
        case loseReply
        /// The connection ends before anything is carried out.
        case closeBefore
        /// The request is carried out; the connection breaks after so many bytes of the answer.
        case cut(Int)
        /// The router answers 500, on the binary API a trap, and does nothing.
        case error500
    }

    /// The interface that a request came by.
    package enum Door: String, Hashable, Sendable { case rest, api, ssh }

    /// What goes wrong.
    package let kind: Kind
    /// The door that is hit; nil for all.
    package var door: Door?
    /// The menu that is hit, with everything below it; nil for all.
    package var menu: String?
    /// The verb that is hit; nil for all.
    package var verb: String?
    /// How many matching requests pass before the first that is hit.
    package var skip = 0
    /// How many are hit; nil for all that follow.
    package var times: Int? = 1

    package init(
        _ kind: Kind, door: Door? = nil, menu: String? = nil, verb: String? = nil, skip: Int = 0, times: Int? = 1
    ) {
        self.kind = kind
        self.door = door
        self.menu = menu
        self.verb = verb
        self.skip = skip
        self.times = times
    }

    func matches(_ menu: String, _ verb: String, by door: Door) -> Bool {
        if let wanted = self.door, door != wanted { return false }
        if let wanted = self.menu, menu != wanted, !menu.hasPrefix(wanted + "/") { return false }
        return self.verb.map { $0 == verb } ?? true
    }
}

/// The faults that wait for their request.
package struct FaultPlan: Sendable {
    /// The faults that have hits left.
    package private(set) var faults: [Fault] = []

    package init() {}

    /// Lets a fault wait for its request.
    package mutating func add(_ fault: Fault) { faults.append(fault) }
    /// Forgets all faults.
    package mutating func clear() { faults = [] }

    /// What hits this request; counts it against every fault that matches.
    package mutating func hits(_ menu: String, _ verb: String, by door: Fault.Door = .rest) -> [Fault.Kind] {
        var hits: [Fault.Kind] = []
        for index in faults.indices where faults[index].matches(menu, verb, by: door) {
            guard faults[index].skip == 0 else {
                faults[index].skip -= 1
                continue
            }
            if let times = faults[index].times {
                guard times > 0 else { continue }
                faults[index].times = times - 1
            }
            hits.append(faults[index].kind)
        }
        faults.removeAll { $0.times == 0 }
        return hits
    }
}
