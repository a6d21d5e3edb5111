import Glibc
import HTTPServer
import Synchronization
import Telemetry
import Values

/// A server under test, stopped when it goes out of scope.
final class Harness {
    let server: Server
    let pages = Pages()
    let lines = Lines()
    let log: LogFile

    /// What the server logged.
    final class Lines: Sendable {
        let access = Mutex<[UInt8]>([])

        var text: String { access.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    init(
        _ change: (inout ServerSettings) -> Void = { _ in }, mounts: [Mount] = [], statics: [StaticFiles] = []
    ) throws {
        var settings = ServerSettings()
        settings.port = 0
        settings.threads = 2
        change(&settings)
        let lines = lines
        log = LogFile()
        let application = try Application(mounts: [Mount(prefix: "", pages)] + mounts, statics: statics)
        server = try Server(
            settings: settings, application: application, log: log.log,
            access: { bytes in lines.access.withLock { $0 += bytes } }, now: { 1_763_647_680_000 })
        try server.start()
    }

    deinit { server.stop(grace: .seconds(1)) }

    func client() throws -> Client { try Client(port: server.port) }
}

/// A log that can be read back.
@safe final class LogFile {
    let log: Log
    private let descriptor: Int32

    init() {
        var path = Array("/tmp/lango-test-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&path)
        unsafe unlink(path)
        log = Log(to: LogWriter(descriptor: descriptor), threshold: .debug, now: { 0 })
    }

    deinit { close(descriptor) }

    var text: String {
        log.flush(within: .seconds(5))
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}

/// Waits until a fact holds; false when it does not within the time.
func eventually(within seconds: Double = 5, _ fact: () -> Bool) -> Bool {
    for _ in 0..<Int(seconds * 200) {
        if fact() { return true }
        usleep(5_000)
    }
    return fact()
}

extension Harness {
    /// Open connections, as the server counts them.
    var open: Int {
        var open = -1
        server.metrics { name, _, value in if name == "http_open_connections" { open = Int(value) } }
        return open
    }
}

/// A thread for the test's own part.
@safe final class Thread {
    private let handle: pthread_t

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(body))
        unsafe pthread_create(
            &thread, nil,
            { pointer in
                if let pointer = unsafe pointer { unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        handle = thread
    }

    func join() { pthread_join(handle, nil) }
}
