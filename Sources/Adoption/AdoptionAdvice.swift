import Provisioning
import RouterOS
import Values

/// What is known before a line is pasted: what will be prevented on some routers, and what is open on the way.
package enum AdoptionAdvice: String, Hashable, Sendable, CaseIterable {
    /// The script, with a password in it, travels in the clear.
    case plainLink = "plain-link"
    /// Nobody but this computer finds the address of the install.
    case loopbackLink = "loopback-link"
    /// The router takes any certificate for ours.
    case uncheckedLink = "unchecked-link"
    /// The line needs fetch, and sold boards forbid it and the hotspot.
    case deviceMode = "device-mode"
    case tunnelNeedsSeven = "tunnel-needs-seven"
    case restNeedsSeven = "rest-needs-seven"
    /// Only over SSH does the router's own encrypted file come, and before 7.13 any backup.
    case backupsWantSSH = "backups-want-ssh"
    /// SSH shows a host key, which staff must confirm once.
    case hostKey = "host-key"
    /// What is true of every router: version and licence.
    case everyRouter = "every-router"

    /// What there is to say of a line, the most pressing first.
    package static func on(_ options: AdoptionOptions, at publicURL: String) -> [AdoptionAdvice] {
        let portal = PortalPlace(publicURL)
        let isLoopback = portal?.host == "localhost" || portal?.address.map { $0.bits >> 24 == 127 } == true
        let conditions: [(isMet: Bool, advice: AdoptionAdvice)] = [
            (isLoopback, .loopbackLink), (portal?.isSecure == false, .plainLink),
            (portal?.isSecure == true && !options.checksCertificate, .uncheckedLink),
            (options.service == .https, .restNeedsSeven), (options.tunnel != nil, .tunnelNeedsSeven),
            (!options.comesOverSSH && options.service != .pull, .backupsWantSSH), (options.comesOverSSH, .hostKey),
            (true, .deviceMode), (true, .everyRouter),
        ]
        return conditions.filter(\.isMet).map(\.advice)
    }
}

extension AdoptionAdvice: CustomStringConvertible {
    /// A sentence for the terminal; pages take theirs from `locales/`.
    package var description: String {
        switch self {
        case .plainLink:
            "The line and the password that it brings travel in the clear, as this install has no https address."
        case .loopbackLink: "Only this computer reaches the address of this install; set public-url."
        case .uncheckedLink:
            "The router does not check our certificate; from RouterOS 7.19 on it can: --check-certificate."
        case .deviceMode:
            "Boards sold with RouterOS 7.17 or later forbid the hotspot and fetch until somebody allows both: "
                + "/system device-mode update hotspot=yes fetch=yes, then a press of the button within five minutes."
        case .tunnelNeedsSeven: "WireGuard needs RouterOS 7; an older router is set up without the tunnel."
        case .restNeedsSeven: "www-ssl needs RouterOS 7.1; on an older router the script stops and changes nothing."
        case .backupsWantSSH:
            "Without SSH there are no encrypted backups, and before RouterOS 7.13 none at all: --ssh opens it to Lango."
        case .hostKey: "Over SSH the router shows a host key; confirm it once in the list of routers."
        case .everyRouter:
            "RouterOS 6.43 or later is needed. A licence of level 1 or 3 lets one hotspot user in at a time, level 4 "
                + "200, level 5 500."
        }
    }
}
