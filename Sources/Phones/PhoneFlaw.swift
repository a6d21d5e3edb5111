package import Values

/// Why a text is no telephone number.
package enum PhoneFlaw: String, Refusal, CaseIterable {
    case empty = "phone.empty"
    /// Letters, or signs that stand in no number.
    case malformed = "phone.malformed"
    case tooShort = "phone.too-short"
    case tooLong = "phone.too-long"
    /// A plus sign and the code of no country.
    case unknownCountry = "phone.unknown-country"

    package var kind: RefusalKind { .invalid }
}
