import JSON
import RouterOS
import Testing

@testable import RouterChanges

@Suite struct RecipeTests {
    @Test("Every property that is offered or preset can be written by the newest version")
    func stands() {
        for recipe in ChangeRecipe.all {
            for name in recipe.offered + recipe.preset.map({ $0.name }) {
                #expect(recipe.isWritable(name, in: RouterVersion(7, 24)), "\(recipe.word) \(name)")
            }
        }
    }
}
