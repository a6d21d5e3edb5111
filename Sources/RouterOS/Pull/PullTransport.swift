import Synchronization

/// RouterOS behind an address that cannot be called: it comes by itself and takes what is to be done.
///
/// Every operation is a line of the console that the router's script carries out; see `PullScript`.
package struct PullTransport: ConsoleTransport {
    private let line: PullLine

    package init(_ line: PullLine) { self.line = line }

    package var printing: ConsolePrinting { .gathered }

    package func output(_ text: String, _ menu: Menu?) async throws(RouterError) -> [UInt8] {
        do throws(RouterError) {
            return try await line.carryOut(text)
        } catch {
            throw RouterError(error.kind, in: menu)
        }
    }
}

/// The lines of all routers that come by themselves, by a key that says which router it is.
package final class PullDesk: Sendable {
    private let pace: PullLine.Pace
    private let lines = Mutex<[String: PullLine]>([:])

    package init(pace: PullLine.Pace = PullLine.Pace()) { self.pace = pace }

    /// The line of a router, the same each time.
    package func line(of router: String) -> PullLine {
        lines.withLock { lines in
            if let line = lines[router] { return line }
            let line = PullLine(pace: pace)
            lines[router] = line
            return line
        }
    }
}
