package import Values

/// Why what somebody posted is not taken.
package enum RoadRefusal: String, Refusal, CaseIterable {
    /// It does not show that it is the bank's: no signature or password, or a wrong one.
    case unproven = "payment.unproven"

    package var kind: RefusalKind { .forbidden }
}
