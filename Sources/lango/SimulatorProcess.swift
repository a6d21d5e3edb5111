import Glibc
import JSON
import Values

/// A simulator, as the separate program that it is.
struct SimulatorProcess {
    /// Why it is not there.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let pid: pid_t

    /// Starts a program that lies beside this one and waits for the line of JSON that says that it is ready.
    ///
    /// - Returns: the process and the line; null where none came within ten seconds.
    /// - Throws: `Failure` where the program is missing.
    static func start(
        _ name: String, _ arguments: [String], environment: [String] = []
    ) throws -> (process: SimulatorProcess, ready: JSON) {
        let program = folder() + "/" + name
        guard TextFile.exists(program) else {
            throw Failure(description: "\(program) is missing; build it with: swift build -c release")
        }
        var pipe: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&pipe) == 0 else { throw Failure(description: "no pipe could be made") }
        defer { close(pipe[0]) }
        let pid: pid_t
        do {
            defer { close(pipe[1]) }
            pid = try spawn([program] + arguments, environment, output: pipe)
        }
        // What is no JSON is a program that did not start.
        let ready = (try? JSON(parsing: firstLine(from: pipe[0]))) ?? .null
        return (SimulatorProcess(pid: pid), ready)
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

    /// Starts a program with our environment and more.
    private static func spawn(_ arguments: [String], _ more: [String], output pipe: [Int32]) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, pipe[1], 1)
        for end in pipe { unsafe posix_spawn_file_actions_addclose(&actions, end) }
        var pid: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        let added: [UnsafeMutablePointer<CChar>?] = unsafe more.map { unsafe strdup($0) }
        defer { unsafe added.forEach { unsafe free($0) } }
        var environment = unsafe added
        var index = 0
        while let entry = unsafe environ[index] {
            unsafe environment.append(entry)
            index += 1
        }
        unsafe environment.append(nil)
        let code = unsafe posix_spawn(&pid, arguments[0], &actions, nil, words, environment)
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
