import Glibc
import RouterSimulator

/// Another program, run to its end.
enum Shell {
    /// Exit code and standard output of a program; -1 where it could not be started.
    static func run(_ words: String...) -> (code: Int32, output: String) { run(words) }

    /// The same, for words in a list.
    static func run(_ words: [String]) -> (code: Int32, output: String) {
        let path = "/tmp/lango-routersim-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { unsafe unlink(path) }
        guard let child = spawn(words, output: path) else { return (-1, "") }
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        let bytes = SimulatorFiles.read(path) ?? []
        return (status & 0x7F == 0 ? status >> 8 & 0xFF : -1, String(decoding: bytes, as: UTF8.self))
    }

    /// Starts a program with its output in a file; returns the process.
    static func spawn(_ words: [String], output: String) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var child: pid_t = 0
        guard unsafe posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else { return nil }
        return child
    }

    /// curl, quiet, ended after ten seconds, never through a proxy that is not named.
    static func curl(_ words: String...) -> (code: Int32, output: String) {
        let path = "/tmp/lango-routersim-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { unsafe unlink(path) }
        let fixed = ["curl", "-s", "--max-time", "10", "--noproxy", words.contains("-x") ? "" : "*"]
        guard let child = spawn(fixed + words, output: path) else { return (-1, "") }
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        let bytes = SimulatorFiles.read(path) ?? []
        return (status & 0x7F == 0 ? status >> 8 & 0xFF : -1, String(decoding: bytes, as: UTF8.self))
    }
}
