package import RouterOS

/// The script that takes a router into service, for RouterOS 6.43 to 7.24.
///
/// All of it stands in one block, so that a file that was cut short is refused as a whole. It adds and never replaces:
/// a row is made where ours is missing, a value that must change is remembered first, and a second run changes nothing.
package struct AdoptionScript: Sendable {
    package static let oldest = RouterVersion(6, 43)

    let brief: AdoptionBrief

    package init(_ brief: AdoptionBrief) { self.brief = brief }

    package var text: String {
        let body = sections.map(\.lines).joined(separator: "\n")
        return "# Lango takes this router into service; it may run again, and changes nothing then.\n{\n\(body)}\n"
    }

    private var doors: [ScriptSection] { brief.options.comesOverSSH ? [service, console] : [service] }

    /// The parts in their order; what looks comes before what changes.
    var sections: [ScriptSection] {
        let options = brief.options
        var sections = [Preflight.version, Preflight.licence, Preflight.deviceMode, Preflight.hotspot]
        if options.tunnel != nil { sections.append(Preflight.tunnel) }
        if options.service == .https { sections.insert(Preflight.rest, at: 1) }
        sections += options.service == .pull ? [calls] : [account, certificate]
        if let tunnel = options.tunnel { sections.append(self.tunnel(tunnel)) }
        sections += options.service == .pull ? [garden] : doors + [firewall, garden]
        if options.pages != .none { sections.append(pages) }
        if let radius = options.radius { sections.append(self.radius(radius)) }
        sections.append(guardian)
        return sections + [report]
    }
}
