package import Tenancy
package import Values

/// What somebody wants of a router that is to come.
package struct AdoptionRequest: Sendable {
    package let tenant: ID<Tenant>
    package let site: ID<Site>
    /// The router's name in the lists.
    package let name: String
    package let options: AdoptionOptions
    package let radiusSecret: Secret?
    /// A member of staff, or the command line.
    package let madeBy: String

    package init(
        tenant: ID<Tenant>, site: ID<Site>, name: String, options: AdoptionOptions, radiusSecret: Secret? = nil,
        madeBy: String
    ) {
        self.tenant = tenant
        self.site = site
        self.name = name
        self.options = options
        self.radiusSecret = radiusSecret
        self.madeBy = madeBy
    }
}

/// What a router says of itself at the end of a script: a line a fact.
package struct AdoptionReport: Hashable, Sendable {
    package private(set) var version: String?
    /// The service that was opened and its port.
    package private(set) var service: String?
    package private(set) var port: UInt16?
    /// The port of SSH where that was opened too.
    package private(set) var sshPort: UInt16?
    package private(set) var fingerprint: CertificateFingerprint?
    package private(set) var tunnelKey: String?

    /// Longer than any router writes.
    static let longest = 4_096

    /// Reads `name value` lines; unknown names are left out, so that newer scripts may say more.
    package init?(_ body: [UInt8]) {
        guard body.count <= Self.longest, let text = String(validating: body, as: UTF8.self), text.contains("version ")
        else { return nil }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, words[1].utf8.count <= 128 else { continue }
            switch words[0] {
            case "version": version = words[1]
            case "service": service = words[1]
            case "port": port = UInt16(words[1])
            case "ssh-port": sshPort = UInt16(words[1])
            case "fingerprint": fingerprint = CertificateFingerprint(words[1])
            case "tunnel-key": tunnelKey = words[1].utf8.count == 44 ? words[1] : nil
            default: break
            }
        }
    }
}
