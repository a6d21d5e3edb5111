import RouterOS
import Values

extension ChangePlanner {
    /// Gives a customer who is online another speed at once, by a simple queue before all others.
    ///
    /// The dynamic queue of a session cannot be changed, and the limit of its profile counts from the next login.
    mutating func speed(of customer: String, _ typed: String) async throws -> [ChangeStep] {
        guard let recipe = ChangeRecipe.named("queue"), let property = recipe.schema?.property("max-limit") else {
            return []
        }
        let limit = try FieldForm(property: property, path: recipe.menu.path).normalised(typed)
        guard !limit.isEmpty else { throw ChangeFlaw(.notRate, "max-limit") }
        let queues = try await picture.rows(.simpleQueue)
        let name = "speed-\(customer)"
        let targets = try await addresses(of: customer).map { "\($0)/32" }
        let known =
            queues.first { !$0.flag("dynamic") && $0["name"] == name }
            ?? queues.first { !$0.flag("dynamic") && ($0["name"] == customer || targets.contains($0["target"] ?? "")) }
        if let known {
            var fields = ["max-limit": limit]
            if known["name"] == name, !targets.isEmpty { fields["target"] = targets.joined(separator: ",") }
            return try await steps(for: .row(RowOrder(.set, "queue", row: known.id?.description, fields)))
        }
        guard !targets.isEmpty else { throw ChangeFlaw(.noSession, nil, ["row": .text(customer)]) }
        let fields = ["name": name, "target": targets.joined(separator: ","), "max-limit": limit]
        return try await steps(for: .row(RowOrder(.add, "queue", fields, before: queues.first?.id?.description)))
    }

    /// Ends what a customer has under way; cookies go first, or a phone would be back at once.
    mutating func disconnection(of customer: String) async throws -> [ChangeStep] {
        var steps: [ChangeStep] = []
        for (menu, key) in [(Menu.hotspotCookie, "user"), (.hotspotActive, "user"), (.pppActive, "name")] {
            for row in try await picture.rows(menu) where row[key] == customer {
                let place = [row["address"], row["mac-address"] ?? row["caller-id"]].compactMap(\.self)
                var step = ChangeStep(
                    .remove, menu.path, id: row.id?.description,
                    label: ([customer] + place).joined(separator: " "))
                step.isLive = true
                steps.append(step)
            }
        }
        guard !steps.isEmpty else { throw ChangeFlaw(.noSession, nil, ["row": .text(customer)]) }
        return steps
    }

    func reboot() -> ChangeStep {
        var step = ChangeStep(.run, Menu.system.path, label: "")
        step.command = "reboot"
        return step
    }

    /// Where a customer is online at this moment.
    private mutating func addresses(of customer: String) async throws -> [String] {
        let hotspot = try await picture.rows(.hotspotActive).filter { $0["user"] == customer }
        let ppp = try await picture.rows(.pppActive).filter { $0["name"] == customer }
        return (hotspot + ppp).compactMap { $0["address"] }.filter { IPv4Address($0) != nil }.sorted()
    }
}
