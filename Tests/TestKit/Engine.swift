import Glibc
import Testing
@testable package import SQL
package import Values

/// A store engine that tests run on.
package enum Engine: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite
    case postgres

    /// The engines of this run: PostgreSQL is among them where `LANGO_TEST_POSTGRES` names a server.
    package static let available: [Engine] = serverURL == nil ? [.sqlite] : [.sqlite, .postgres]

    package var testDescription: String { rawValue }

    /// The server's URL without a database; its role may create databases and is not a superuser.
    private static let serverURL: String? = unsafe getenv("LANGO_TEST_POSTGRES").map { unsafe String(cString: $0) }

    /// An empty place for a store.
    package func freshLocation() throws -> Store.Location {
        let name = "lango_\(UInt64.random(in: 0 ... .max))"
        switch self {
        case .sqlite:
            return .sqlite(path: try Scratch.directory() + "/\(name).db")
        case .postgres:
            guard let server = Self.serverURL else { throw SQLError(.unavailable, code: "test", message: "no server") }
            let session = try PostgresSession(url: "\(server)/postgres")
            try session.command("CREATE DATABASE \(name)")
            return .postgres(url: "\(server)/\(name)")
        }
    }

    /// A store of its own with the given schema.
    package func freshStore(_ migrations: [Migration]) throws -> Store {
        try Store(freshLocation(), migrations: migrations)
    }
}

extension Instant {
    /// The system's clock.
    package static var now: Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
