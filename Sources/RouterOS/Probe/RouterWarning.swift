package import Values

/// Something about a router that staff should know before selling over it.
package enum RouterWarning: Hashable, Sendable {
    /// Older than the versions that were checked.
    case oldVersion(RouterVersion)
    /// Newer than the versions that were checked.
    case newVersion(RouterVersion)
    case hotspotForbidden
    /// The device-mode forbids what runs by itself on the router, which ends access on time while we are away.
    case schedulerForbidden
    /// The device-mode forbids fetch, by which pages and updates of the script come.
    case fetchForbidden
    case licenceLimit(RouterLicence)
    case hotspotMissing
    case noServer
    case serverOff(String)
    case serverInvalid(String)
    case clockOff(Span)
    case missingPolicy(String)
    /// A policy that only some of the work needs.
    case usefulPolicy(String)
    case secretsMasked
    /// The profile offers a browser no way to log in.
    case noFormLogin(profile: String)
    /// Devices of the profile come back without a password until their cookie is removed.
    case macCookies(profile: String)
    case usesRADIUS(profile: String)
    case noDNSName(profile: String)

    /// Whether vouchers will not work until it is put right.
    package var isSerious: Bool {
        switch self {
        case .licenceLimit(let licence): licence.isSerious
        case .hotspotForbidden, .hotspotMissing, .noServer, .serverInvalid, .missingPolicy, .noFormLogin: true
        default: false
        }
    }
}

extension RouterProbe {
    /// Policies without which the hotspot cannot be managed; that of the service shows by its answering.
    package static let neededPolicies = ["read", "write"]
    /// Policies that some of the work needs: a restart that staff ask for, and the files of backups.
    package static let usefulPolicies = ["reboot", "ftp"]
    /// How far the router's clock may be off before dates in logs mislead.
    package static let tolerableClockOffset = Span.minutes(2)

    /// Everything worth a word, the serious first.
    package var warnings: [RouterWarning] {
        let all = versionWarnings + boardWarnings + hotspotWarnings + accessWarnings
        return all.filter(\.isSerious) + all.filter { !$0.isSerious }
    }

    private var versionWarnings: [RouterWarning] {
        let checked = RouterSchema.checkedVersions
        if version < checked.lowerBound { return [.oldVersion(version)] }
        return (version.major, version.minor) > (checked.upperBound.major, checked.upperBound.minor)
            ? [.newVersion(version)] : []
    }

    private var boardWarnings: [RouterWarning] {
        let limit = RouterLicence.limits.first { $0.level == licence }.map { [RouterWarning.licenceLimit($0)] } ?? []
        let forbidden = [("scheduler", RouterWarning.schedulerForbidden), ("fetch", .fetchForbidden)]
        return limit + forbidden.filter { deviceMode[$0.0] == false }.map(\.1)
    }

    private var hotspotWarnings: [RouterWarning] {
        guard let servers else { return [.hotspotMissing] }
        var warnings: [RouterWarning] = isHotspotAllowed == false ? [.hotspotForbidden] : []
        if servers.isEmpty { warnings.append(.noServer) }
        for server in servers {
            if server.isDisabled { warnings.append(.serverOff(server.name)) }
            if server.isInvalid { warnings.append(.serverInvalid(server.name)) }
        }
        let used = Set(servers.filter { !$0.isDisabled }.map(\.profile))
        return warnings + serverProfiles.filter { used.contains($0.name) }.flatMap(\.warnings)
    }

    private var accessWarnings: [RouterWarning] {
        var warnings: [RouterWarning] = []
        if let offset = clockOffset, abs(offset.milliseconds) > Self.tolerableClockOffset.milliseconds {
            warnings.append(.clockOff(offset))
        }
        guard let policies else { return warnings }
        warnings += Self.neededPolicies.filter { !policies.contains($0) }.map { .missingPolicy($0) }
        warnings += Self.usefulPolicies.filter { !policies.contains($0) }.map { .usefulPolicy($0) }
        return policies.contains("sensitive") ? warnings : warnings + [.secretsMasked]
    }
}

extension RouterProbe.ServerProfile {
    fileprivate var warnings: [RouterWarning] {
        let conditions: [(isMet: Bool, warning: RouterWarning)] = [
            (loginBy.isDisjoint(with: ["http-chap", "http-pap", "https"]), .noFormLogin(profile: name)),
            (loginBy.contains("mac-cookie"), .macCookies(profile: name)),
            (usesRADIUS, .usesRADIUS(profile: name)),
            (dnsName == nil, .noDNSName(profile: name)),
        ]
        return conditions.filter(\.isMet).map(\.warning)
    }
}

extension RouterWarning: CustomStringConvertible {
    /// One sentence for staff.
    package var description: String {
        switch self {
        case .oldVersion(let version): "RouterOS \(version) is older than what was checked; update the router."
        case .newVersion(let version): "RouterOS \(version) is newer than what was checked."
        case .hotspotForbidden:
            "The device-mode forbids the hotspot; allow it with a command and a press of the button at the device."
        case .schedulerForbidden:
            "The device-mode forbids the scheduler, so access that ends by the clock ends late while Lango is away."
        case .fetchForbidden: "The device-mode forbids fetch; allow it before the router is adopted or released."
        case .licenceLimit(let licence): "The licence of this router (level \(licence.level)) \(licence.words)."
        case .hotspotMissing: "The router has no hotspot; its package is missing."
        case .noServer: "No hotspot server is set up."
        case .serverOff(let name): "The hotspot server \(name) is switched off."
        case .serverInvalid(let name): "The hotspot server \(name) cannot work as it is set up."
        case .clockOff(let span): "The router's clock is off by \(abs(span.milliseconds) / 1_000) seconds."
        case .missingPolicy(let policy): "Our user on the router lacks the policy \(policy)."
        case .usefulPolicy("reboot"):
            "Our user on the router lacks the policy reboot, so that it cannot be restarted from here."
        case .usefulPolicy(let policy):
            "Our user on the router lacks the policy \(policy), so that there can be no backups of it."
        case .secretsMasked: "Without the policy sensitive, changed passwords cannot be noticed."
        case .noFormLogin(let profile): "The hotspot profile \(profile) offers no login by page."
        case .macCookies(let profile): "Devices of the hotspot profile \(profile) come back without a password."
        case .usesRADIUS(let profile): "The hotspot profile \(profile) also asks a RADIUS server."
        case .noDNSName(let profile): "The hotspot profile \(profile) has no DNS name."
        }
    }
}
