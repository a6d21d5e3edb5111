import Values

@testable import RouterSimulator

/// The simulator's own reading of a command line, which shares nothing with what writes it.
enum ConsoleOracle {
    private static func console(_ version: String) -> Console {
        var settings = RouterSettings()
        settings.version = RouterRelease(version) ?? settings.version
        let router = SimulatedRouter(RouterMachine(settings, at: 1_795_000_000_000)) { 1_795_000_000_000 }
        return Console(router, .full)
    }

    /// What the console prints for lines, without the end of each.
    static func output(_ lines: [String], _ version: String) -> [String] {
        let console = console(version)
        return lines.map { line in
            let text = console.run(line)
            return text.hasSuffix("\r\n") ? String(text.unicodeScalars.dropLast(2)) : text
        }
    }
}
