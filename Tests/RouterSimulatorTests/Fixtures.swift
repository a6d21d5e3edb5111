import Testing
import Wires

@testable import RouterSimulator

/// The captured facts beside the repository; absent on a computer that has only the repository.
enum Fixtures {
    static let folder: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/../shared/routeros/fixtures/"
    }()

    static var areHere: Bool { !lines("rest_errors").isEmpty }

    /// The objects of a file of JSON lines.
    static func lines(_ name: String) -> [WireJSON] {
        guard let bytes = SimulatorFiles.read("\(folder)\(name).jsonl") else { return [] }
        return bytes.split(separator: 10).compactMap { WireJSON(Array($0)) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where the captured facts are not at hand.
    static var fixtures: Self { .enabled(if: Fixtures.areHere, "the captured facts lie in ../shared/routeros") }
}
