import Entitlements
import Values
import Vouchers

/// How a voucher stands, for people.
enum VoucherStanding: String, CaseIterable {
    case unused
    /// Redeemed, and something of it is left.
    case active
    /// Staff keep it from being used.
    case suspended
    /// Its time or data is over.
    case used
    /// Lay in a drawer for too long.
    case expired
    case void
    /// Its access was ended by staff.
    case stopped

    init(_ voucher: Voucher, _ entitlement: Entitlement?, _ batch: Batch, at now: Instant) {
        switch (voucher.state, entitlement?.balance(at: now)) {
        case (.void, _): self = .void
        case (.unused, _): self = batch.isOver(at: now) ? .expired : .unused
        case (.used, .live?), (.used, .paused?): self = .active
        case (.used, .suspended?): self = .suspended
        case (.used, .ended(.withdrawn, _)?): self = .stopped
        case (.used, _): self = .used
        }
    }

    /// The class of its chip.
    var chip: String { self == .stopped || self == .suspended ? "void" : rawValue }
}

/// Which vouchers of a batch are listed.
enum VoucherFilter: String, CaseIterable {
    case all, unused, used, void

    /// What is no filter shows all.
    init(_ text: String?) { self = text.flatMap(Self.init(rawValue:)) ?? .all }

    var state: Voucher.State? {
        switch self {
        case .all: nil
        case .unused: .unused
        case .used: .used
        case .void: .void
        }
    }

    func count(_ count: BatchCount) -> Int {
        switch self {
        case .all: count.unused + count.used + count.void
        case .unused: count.unused
        case .used: count.used
        case .void: count.void
        }
    }
}
