import RouterOS
package import Values

/// Why a change is not made, or not completely; its words stand in `locales/` under `change.flaw.<kind>`.
package struct ChangeFlaw: Error, Hashable, Sendable {
    /// What sort of flaw it is.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        // The order itself.
        case unknownRecipe = "unknown-recipe"
        case onlyAdds = "only-adds"
        case cannot
        case noMenu = "no-menu"
        case needsRow = "needs-row"
        case nothing

        // A field.
        case unknownProperty = "unknown-property"
        case olderVersion = "older-version"
        case needed
        case notYesNo = "not-yes-no"
        case notWord = "not-word"
        case notNumber = "not-number"
        case outOfRange = "out-of-range"
        case notDuration = "not-duration"
        case notMAC = "not-mac"
        case notAddress = "not-address"
        case notNetwork = "not-network"
        case notRange = "not-range"
        case notRate = "not-rate"
        case notPair = "not-pair"
        case notPorts = "not-ports"
        case notTime = "not-time"
        case notKey = "not-key"
        case tooLong = "too-long"
        case control
        case blanks
        case masked
        case dangling
        case ours
        case noSuchReference = "no-such-reference"
        case twin
        case outside
        case hostBits = "host-bits"
        case needsPorts = "needs-ports"

        // The row on the router.
        case noSuchRow = "no-such-row"
        case severalRows = "several-rows"
        case dynamicRow = "dynamic-row"
        case ourRow = "our-row"
        case defaultRow = "default-row"
        case noSuchPlace = "no-such-place"
        case inUse = "in-use"
        case noSession = "no-session"

        // What happens while it is made.
        case changedMeanwhile = "changed-meanwhile"
        case busy
        case vanished
        case notKept = "not-kept"
        case notCarriedOut = "not-carried-out"
        case unknownOutcome = "unknown-outcome"
        case notBack = "not-back"
        case interrupted
        case router

        // Undoing.
        case noSuchChange = "no-such-change"
        case notUndoable = "not-undoable"
        case lost
        case otherSince = "other-since"
    }

    package let kind: Kind
    /// The property at fault; nil where it is no single one.
    package let property: String?
    /// What the sentence needs beside the property.
    package let facts: [String: Fact]

    package init(_ kind: Kind, _ property: String? = nil, _ facts: [String: Fact] = [:]) {
        self.kind = kind
        self.property = property
        self.facts = facts
    }

    /// What a router's own refusal amounts to.
    init(_ error: RouterError) {
        let property: String? =
            switch error.kind {
            case .unknownParameter(let name), .missingParameter(let name), .invalidValue(let name?): name
            default: nil
            }
        self.init(.router, property, ["reason": .text(error.description)])
    }

    /// The key of its words.
    package var key: String { "change.flaw.\(kind.rawValue)" }

    /// Everything its words may ask for.
    package var words: [String: Fact] {
        var all = facts
        all["property"] = .text(property ?? "")
        for name in Self.argumentNames where all[name] == nil { all[name] = .text("") }
        return all
    }

    private static let argumentNames = ["value", "words", "row", "table", "reason", "network", "version"]
}

/// All that is wrong with an order, so that every field can be told at once.
package struct ChangeFlaws: Error, Hashable, Sendable {
    package let flaws: [ChangeFlaw]
}
