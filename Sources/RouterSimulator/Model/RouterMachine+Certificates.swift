import Values
import Wires

/// Certificates that the router signs itself, and which of them a service shows.
extension RouterMachine {
    /// Where a row keeps certificate and key; no property of the menu, so that nobody reads it.
    private static let kept = "pem"

    /// `/certificate sign`: makes the key of a template and its certificate, signed by itself.
    mutating func signCertificate(_ menu: Menu, _ command: RouterCommand) throws(RouterTrap) {
        try forbidStrangers(command, beside: ["number", "name", "ca", "ca-crl-host", "as-value", "once"])
        var named = command
        named.arguments[".id"] = command.arguments[".id"] ?? command.arguments["number"]
        for id in try rows(menu, named) {
            guard var row = tables[menu.path]?[id], (row["fingerprint"] ?? "").isEmpty else {
                throw .failure("already signed")
            }
            let name = row["common-name"] ?? ""
            guard !name.isEmpty, let identity = TLSIdentity(commonName: name, at: now) else {
                throw .failure("can't sign: no common name")
            }
            let days = Int64(row["days-valid"] ?? "") ?? 365
            row[Self.kept] = identity.pem
            row["fingerprint"] = identity.fingerprint
            row["private-key"] = "true"
            row["authority"] = "true"
            row["invalid-before"] = clock.dateTime(at: now, version)
            row["invalid-after"] = clock.dateTime(at: now + .days(days), version)
            tables[menu.path]?.update(id, row)
        }
    }

    /// What a service shows: its own certificate, `other` for the one that the simulator was started with; without one
    /// a service offers anonymous key exchange alone (FACTS 2.5).
    func identity(of service: String, orElse other: TLSIdentity) -> TLSIdentity {
        let services = tables["/ip/service"] ?? Table()
        let name = services.ids(named: service).first.flatMap { services[$0]?["certificate"] } ?? "none"
        let certificates = tables["/certificate"] ?? Table()
        guard let row = certificates.ids(named: name).first.flatMap({ certificates[$0] }) else {
            return TLSIdentity.anonymous ?? other
        }
        return row[Self.kept].flatMap { TLSIdentity(pem: $0) } ?? other
    }
}
