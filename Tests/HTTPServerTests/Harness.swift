import Glibc
import HTTPServer
import Synchronization
import Values

/// A server under test, stopped when it goes out of scope.
final class Harness {
    let server: Server
    let pages = Pages()
    let lines = Lines()

    /// What the server logged.
    final class Lines: Sendable {
        let access = Mutex<[UInt8]>([])
        let trouble = Mutex<[String]>([])
    }

    init(
        _ change: (inout ServerSettings) -> Void = { _ in }, mounts: [Mount] = [], statics: [StaticFiles] = []
    ) throws {
        var settings = ServerSettings()
        settings.port = 0
        settings.threads = 2
        change(&settings)
        let lines = lines
        let log = ServerLog(
            access: { bytes in lines.access.withLock { $0 += bytes } },
            trouble: { event, fields in lines.trouble.withLock { $0.append("\(event) \(fields)") } })
        let application = try Application(mounts: [Mount(prefix: "", pages)] + mounts, statics: statics)
        server = try Server(settings: settings, application: application, log: log, now: { 1_763_647_680_000 })
        try server.start()
    }

    deinit { server.stop(grace: .seconds(1)) }

    func client() throws -> Client { try Client(port: server.port) }
}

/// Waits until a fact holds; false when it does not within the time.
func eventually(within seconds: Double = 5, _ fact: () -> Bool) -> Bool {
    for _ in 0..<Int(seconds * 200) {
        if fact() { return true }
        usleep(5_000)
    }
    return fact()
}
