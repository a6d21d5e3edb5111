import Glibc
import JSON
import Values

/// The simulated router, as the separate program that it is.
struct SimulatedRouterProcess {
    /// Why it is not there.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let pid: pid_t
    let username = "lango"
    /// Made for this start, and told to nobody else.
    let password: String
    let certificateFingerprint: String
    let controlURL: String
    let controlToken: String

    /// Starts the program that lies beside this one and waits until it is ready.
    ///
    /// - Throws: `Failure` where it is missing, a port is taken, or it is not ready within ten seconds.
    init(data: String, ports: DemoPorts, version: String, portalFiles: String) throws {
        password = String((0..<20).map { _ in "abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "a" })
        let program = Self.folder() + "/lango-routersim"
        guard TextFile.exists(program) else {
            throw Failure(description: "\(program) is missing; build it with: swift build -c release")
        }
        var pipe: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&pipe) == 0 else { throw Failure(description: "no pipe could be made") }
        // In a file, since everybody on the machine may read the list of processes.
        let secret = data + "/router-password"
        try TextFile.write(password, to: secret, mode: 0o600)
        defer { unsafe unlink(secret) }
        let arguments = [
            program, "--data", data + "/router", "--phone-port", "\(ports.phones)", "--rest-port", "\(ports.rest)",
            "--rest-tls-port", "\(ports.restTLS)", "--control-port", "\(ports.control)", "--api-port", "\(ports.api)",
            "--api-tls-port", "\(ports.apiTLS)", "--ssh-port", "\(ports.ssh)", "--version", version,
            "--user", username, "--password-file", secret, "--portal-files", portalFiles, "--identity", "market-gate",
            "--walled-garden", "127.0.0.1:\(ports.gateway)", "--exit-with-parent",
        ]
        pid = try Self.spawn(arguments, output: pipe)
        close(pipe[1])
        let line = Self.firstLine(from: pipe[0])
        close(pipe[0])
        guard let ready = try? JSON(parsing: line), let seen = ready["rest"]?["fingerprint"]?.text,
            let url = ready["control"]?["url"]?.text, let token = ready["control"]?["token"]?.text
        else {
            kill(pid, SIGTERM)
            throw Failure(
                description: "the simulated router did not start; is one of the ports \(ports.phones) to "
                    + "\(ports.ssh) in use? Choose others with --port")
        }
        certificateFingerprint = seen
        controlURL = url
        controlToken = token
    }

    /// Ends the program and waits for its end.
    func stop() {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        _ = unsafe waitpid(pid, &status, 0)
    }

    private static func folder() -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    private static func spawn(_ arguments: [String], output pipe: [Int32]) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        unsafe posix_spawn_file_actions_addclose(&actions, pipe[0])
        var pid: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        let code = unsafe posix_spawn(&pid, arguments[0], &actions, nil, words, environ)
        guard code == 0 else { throw Failure(description: "\(arguments[0]) could not be started") }
        return pid
    }

    /// What the program says first, within ten seconds.
    private static func firstLine(from descriptor: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !line.contains(10) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&waiting, 1, 10_000) > 0 else { return [] }
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return [] }
            line += buffer.prefix(count)
        }
        return Array(line.prefix { $0 != 10 })
    }
}
