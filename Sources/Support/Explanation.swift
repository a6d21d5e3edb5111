import Entitlements
import Monitoring
import Payments
import Provisioning
import Subscribers
import Tenancy
package import Values

/// Why somebody is online or is not: the chain from what a person holds to the session, link by link.
package struct Explanation: Sendable {
    /// The links, in the order in which each hangs on the one before.
    package enum Link: String, CaseIterable, Sendable {
        case code, line, payment, access, device, effect, router, object, session, speed
    }

    package enum Standing: String, Sendable {
        case fine
        case broken
        /// Nobody can tell now; never to be taken for broken.
        case unknown
    }

    /// What was found of a link; stable words, `why.<reason>` and `why.<reason>.do` in `locales/`.
    package enum Reason: String, CaseIterable, Sendable {
        case codeGood = "code.good"
        case codeUnknown = "code.unknown"
        case codeVoid = "code.void"
        case codeExpired = "code.expired"
        case codeUnused = "code.unused"
        case lineGood = "line.good"
        case lineSuspended = "line.suspended"
        case lineClosed = "line.closed"
        case paymentGood = "payment.good"
        case paymentOpen = "payment.open"
        case paymentFailed = "payment.failed"
        case paymentShort = "payment.short"
        case paymentLate = "payment.late"
        case paymentWallet = "payment.wallet"
        case paymentRefunded = "payment.refunded"
        case paymentReview = "payment.review"
        case paymentNobodys = "payment.nobodys"
        case accessLive = "access.live"
        case accessTime = "access.time"
        case accessData = "access.data"
        case accessWithdrawn = "access.withdrawn"
        case accessHours = "access.hours"
        case accessFairUse = "access.fair-use"
        case accessSuspended = "access.suspended"
        case deviceIn = "device.in"
        case deviceNone = "device.none"
        case deviceLeft = "device.left"
        case deviceStranger = "device.stranger"
        case effectDone = "effect.done"
        case effectWaiting = "effect.waiting"
        case effectStuck = "effect.stuck"
        case effectFailed = "effect.failed"
        case effectNone = "effect.none"
        case routerReady = "router.ready"
        case routerAway = "router.away"
        case routerUnconfirmed = "router.unconfirmed"
        case routerRefusing = "router.refusing"
        case routerUnmet = "router.unmet"
        case routerGone = "router.gone"
        case objectRight = "object.right"
        case objectDrift = "object.drift"
        case objectUnseen = "object.unseen"
        case sessionOpen = "session.open"
        case sessionNone = "session.none"
        case sessionForm = "session.form"
        case sessionUnseen = "session.unseen"
        case sessionUnknown = "session.unknown"
        case sessionDial = "session.dial"
        case speedHolds = "speed.holds"
        case speedStaff = "speed.staff"
        case speedPassed = "speed.passed"
    }

    package struct Finding: Hashable, Sendable {
        package let link: Link
        package let standing: Standing
        package let reason: Reason
        /// Which router, device or row; empty where none is meant.
        package let name: String
        package let at: Instant?
        /// What exactly, for people; empty where the reason says it all.
        package let detail: String
    }

    package private(set) var findings: [Finding] = []

    /// The first link that is broken, else the first of which nobody can tell; nil where all is well.
    package var cause: Finding? {
        findings.first { $0.standing == .broken } ?? findings.first { $0.standing == .unknown }
    }

    mutating func add(
        _ link: Link, _ standing: Standing, _ reason: Reason, _ name: String = "", at: Instant? = nil,
        _ detail: String = ""
    ) {
        findings.append(
            Finding(link: link, standing: standing, reason: reason, name: name, at: at, detail: detail))
    }
}

extension Explanation {
    /// How long an effect may wait for a router that answers before something is wrong.
    static let patience = Span.seconds(30)
    /// After how long what a router was last seen to have is no longer known.
    static let freshness = Span.minutes(15)

    /// Walks the chain as far as it holds; the links behind one that is broken are left out where they hang on it.
    package init(_ facts: AccessFacts, at now: Instant) {
        guard walkCode(facts), walkLine(facts), walkPayment(facts), walkAccess(facts, now) else { return }
        guard let names = names(facts) else { return }
        walkEffect(facts, now)
        guard walkRouter(facts), walkObject(facts, names, now) else { return }
        walkSession(facts, now)
        walkSpeed(facts)
    }

    /// What the rows on the router are called, the first for people; nil where no device is in.
    private mutating func names(_ facts: AccessFacts) -> [String]? {
        if let line = facts.line { return [line.name, "lango-\(line.name)"] + (line.address.map { ["\($0)"] } ?? []) }
        return walkDevice(facts).map { [$0.username, $0.mac.description] }
    }

    private mutating func walkLine(_ facts: AccessFacts) -> Bool {
        guard let line = facts.line else { return true }
        switch line.state {
        case .active:
            add(.line, .fine, .lineGood, line.name, at: line.stateAt)
            return true
        case .suspended: add(.line, .broken, .lineSuspended, line.name, at: line.stateAt)
        case .closed: add(.line, .broken, .lineClosed, line.name, at: line.stateAt)
        }
        return false
    }

    private mutating func walkCode(_ facts: AccessFacts) -> Bool {
        switch facts.code {
        case nil: return true
        case .unknown?: add(.code, .broken, .codeUnknown)
        case .void(let at)?: add(.code, .broken, .codeVoid, at: at)
        case .expired(let at)?: add(.code, .broken, .codeExpired, at: at)
        case .unused?: add(.code, .broken, .codeUnused)
        case .used(let at)?:
            add(.code, .fine, .codeGood, at: at)
            return true
        }
        return false
    }

    private mutating func walkAccess(_ facts: AccessFacts, _ now: Instant) -> Bool {
        guard let entitlement = facts.entitlement else {
            add(.device, .broken, .deviceStranger, facts.mac?.description ?? "")
            return false
        }
        switch entitlement.balance(at: now) {
        case .live:
            add(.access, .fine, .accessLive, at: entitlement.end(startingBy: now))
            return true
        case .paused(let pause):
            add(.access, .broken, pause.reason == .hours ? .accessHours : .accessFairUse, at: pause.until)
        case .suspended(let since):
            let suspension = facts.suspension
            add(
                .access, .broken, .accessSuspended, suspension?.by ?? "", at: since,
                suspension.map { "(\($0.reason))" } ?? "")
        case .ended(.timeUp, let at): add(.access, .broken, .accessTime, at: at)
        case .ended(.dataUsed, let at): add(.access, .broken, .accessData, at: at)
        case .ended(.withdrawn, let at): add(.access, .broken, .accessWithdrawn, at: at)
        }
        return false
    }

    private mutating func walkDevice(_ facts: AccessFacts) -> Device? {
        guard let device = facts.device else {
            add(.device, .broken, facts.mac == nil ? .deviceNone : .deviceStranger, facts.mac?.description ?? "")
            return nil
        }
        guard facts.isMember else {
            add(.device, .broken, .deviceLeft, device.mac.description)
            return nil
        }
        add(.device, .fine, .deviceIn, device.mac.description)
        return device
    }

    /// An effect that waits for a router that is down is not what is broken.
    private mutating func walkEffect(_ facts: AccessFacts, _ now: Instant) {
        guard let effect = facts.effect else {
            // Effects are kept for a month: of an older access there may be none.
            guard let begun = facts.entitlement?.id.madeAt, now - begun > .days(30) else {
                return add(.effect, .unknown, .effectNone)
            }
            return
        }
        let since = effect.id.madeAt
        switch effect.state {
        case .done: add(.effect, .fine, .effectDone, at: effect.settledAt)
        case .failed: add(.effect, .broken, .effectFailed, at: effect.settledAt)
        case .waiting where facts.router?.state == .ready && now - since > Self.patience:
            add(.effect, .broken, .effectStuck, at: since)
        case .waiting: add(.effect, .unknown, .effectWaiting, at: since)
        }
    }

    private mutating func walkRouter(_ facts: AccessFacts) -> Bool {
        guard let router = facts.router else {
            add(.router, .broken, .routerGone)
            return false
        }
        let (name, at) = (router.name, router.stateAt)
        switch router.state {
        case .ready:
            add(.router, .fine, .routerReady, name, at: at)
            return true
        case .unreachable: add(.router, .broken, .routerAway, name, at: at, router.stateNote)
        case .certificate: add(.router, .broken, .routerUnconfirmed, name, at: at, router.stateNote)
        case .refusing: add(.router, .broken, .routerRefusing, name, at: at, router.stateNote)
        case .new, .waiting: add(.router, .unknown, .routerUnmet, name, at: at)
        case .released: add(.router, .broken, .routerGone, name, at: at)
        }
        return false
    }

    private mutating func walkObject(_ facts: AccessFacts, _ names: [String], _ now: Instant) -> Bool {
        let own = facts.drifts.first { drift in
            let isOfService = drift.menu.hasPrefix(facts.line == nil ? "/ip/hotspot" : "/ppp")
            return names.contains(drift.name) || isOfService && [.poolMissing, .hotspotMissing].contains(drift.cause)
        }
        if let own {
            add(.object, .broken, .objectDrift, names[0], at: nil, "\(own)")
            return false
        }
        guard let sweptAt = facts.sweptAt, now - sweptAt < Self.freshness else {
            add(.object, .unknown, .objectUnseen, names[0], at: facts.sweptAt)
            return true
        }
        add(.object, .fine, .objectRight, names[0], at: sweptAt)
        return true
    }

    /// A fixed address has no session that anybody could see.
    private mutating func walkDialling(_ line: Line, _ facts: AccessFacts, _ now: Instant) {
        guard line.kind == .pppoe else { return }
        guard let session = facts.dialled else {
            guard let watchedAt = facts.watchedAt, now - watchedAt < Self.freshness else {
                return add(.session, .unknown, .sessionUnknown, line.name, at: facts.watchedAt)
            }
            return add(.session, .broken, .sessionDial, line.name)
        }
        guard now - session.seenAt < Self.freshness else {
            return add(.session, .unknown, .sessionUnseen, at: session.seenAt)
        }
        add(.session, .fine, .sessionOpen, session.address?.description ?? line.name, at: session.startedAt)
    }

    private mutating func walkSession(_ facts: AccessFacts, _ now: Instant) {
        if let line = facts.line { return walkDialling(line, facts, now) }
        if let session = facts.session, now - session.seenAt < Self.freshness {
            return add(.session, .fine, .sessionOpen, session.address.description, at: session.startedAt)
        }
        if facts.session != nil { return add(.session, .unknown, .sessionUnseen, at: facts.session?.seenAt) }
        guard let sweptAt = facts.sweptAt, now - sweptAt < Self.freshness else {
            return add(.session, .unknown, .sessionUnknown, facts.networkName, at: facts.sweptAt)
        }
        let wantsForm = facts.effect?.state == .done && facts.effect?.note == .needsForm
        add(.session, .broken, wantsForm ? .sessionForm : .sessionNone, facts.networkName)
    }

    private mutating func walkSpeed(_ facts: AccessFacts) {
        guard facts.entitlement?.speed != nil else { return }
        let passed = facts.drifts.first { $0.cause == .fastTrack || $0.cause == .hiddenQueue }
        if let passed {
            add(.speed, .broken, .speedPassed, passed.name, at: nil, "\(passed)")
        } else if let rate = facts.entitlement?.pacing.staffRate, rate == facts.entitlement?.speed {
            add(.speed, .fine, .speedStaff, "↓ \(rate.rate.download.text)bit/s ↑ \(rate.rate.upload.text)bit/s")
        } else {
            add(.speed, .fine, .speedHolds)
        }
    }
}

extension ID {
    /// When it was made: the beginning of the key.
    fileprivate var madeAt: Instant { Instant(milliseconds: Int64(high >> 16)) }
}
