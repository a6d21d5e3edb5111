import FoundationEssentials
import JSON
import Testing

/// The gathered facts about routers, beside the package and not part of it.
enum Fixture {
    private static let path =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/shared/routeros/schema.json"

    static let isPresent = FileManager.default.fileExists(atPath: path)
    static let reason: Comment = "The facts about routers (../shared/routeros) are not on this machine"

    /// What is known of each menu, by its path.
    static func menus() throws -> JSON {
        let facts = try JSON(parsing: Array(Data(contentsOf: URL(filePath: path))))
        return try #require(facts["paths"])
    }
}
