import RouterOS
import RouterSimulator
import TestKit
import Testing
import Values

@testable import RouterChanges

/// The recipes on routers from 6.43 to 7.24, over the binary API that all of them speak.
@Suite(.serialized, .ownThreads) struct VersionTests {
    static let versions = ["6.43", "6.49.10", "7.1", "7.8", "7.20.8", "7.24"]

    @Test("Each recipe is made, changed and undone on every version", arguments: versions)
    func everyVersion(text: String) async throws {
        let release = try #require(RouterRelease(text))
        let bench = try ChangeBench(version: release, by: .api)
        defer { bench.stop() }
        #expect(try await RouterPicture(bench.transport).version == RouterVersion(text))
        for entry in RoundTripTests.cases {
            let recipe = try #require(ChangeRecipe.named(entry.recipe))
            let table = try #require(ChangeRecipe.table(recipe.menu.path)).word
            if let since = recipe.since, let version = RouterVersion(text), version < since {
                #expect(try await bench.flaws(.add, entry.recipe, entry.made) == ["no-menu"], "\(entry.recipe)")
                continue
            }
            let before = try await bench.rows(recipe.menu.path)
            let made = try await bench.make(.add, entry.recipe, entry.made)
            #expect(made.state == .done, "\(entry.recipe): \(String(describing: made.flaw))")
            guard let id = made.steps.first?.id else { continue }
            if !entry.changed.isEmpty {
                let changed = try await bench.make(.set, table, row: id, entry.changed)
                #expect(changed.state == .done, "\(entry.recipe): \(String(describing: changed.flaw))")
                if changed.state == .done { #expect(try await bench.undo(changed).state == .undone) }
            }
            if made.state == .done { #expect(try await bench.undo(made).state == .undone, "\(entry.recipe)") }
            #expect(try await bench.rows(recipe.menu.path).count == before.count, "\(entry.recipe)")
        }
        bench.host.skip(.hours(3))
        #expect(try await bench.make(.reboot).state == .done)
    }
}
