import FoundationEssentials
import JSON
import Testing

/// The gathered facts about routers, beside the package and not part of it.
enum Fixture {
    /// The folder of the facts.
    static let folder =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/shared/routeros"

    static let isPresent = FileManager.default.fileExists(atPath: folder + "/schema.json")
    static let reason: Comment = "The facts about routers (../shared/routeros) are not on this machine"

    /// One JSON file.
    static func document(_ name: String) throws -> JSON {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
        return try JSON(parsing: Array(data))
    }

    /// The objects of a file with one object a line.
    static func lines(_ name: String) throws -> [JSON] {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/fixtures/\(name)"))
        return try data.split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: Array($0)) }
    }
}
