import Glibc
import Testing

/// A program that runs beside the test; killed when it goes out of scope.
@safe package final class Program {
    /// How a program ended and what it wrote.
    package struct End: Sendable {
        /// The exit code, or minus the signal that killed it; nil where it had to be killed for taking too long.
        package let code: Int32?
        package let output: String
        package let errors: String
    }

    package let pid: Int32
    private let folder: String
    private var status: Int32?

    /// Starts a program of this build, such as `lango`, with nothing but the given environment, output into files.
    ///
    /// - Throws: `Failure` where it cannot be started.
    package init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
        limits: [String] = []
    ) throws {
        folder = try Scratch.directory()
        try Self.write(input, to: folder + "/in")
        // A shell sets the limits and then becomes the program, so that the process is the program's own.
        let command =
            (limits + [
                "exec \"$0\" \"$@\" <\"$TEST_FOLDER/in\" >>\"$TEST_FOLDER/out\" 2>>\"$TEST_FOLDER/err\""
            ])
            .joined(separator: "; ")
        let words = ["/bin/sh", "-c", command, name.hasPrefix("/") ? name : Self.buildFolder + "/" + name] + arguments
        let variables = environment.merging(
            ["TEST_FOLDER": folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]) { own, _ in own }
        pid = try Self.spawn(words, variables.map { "\($0.key)=\($0.value)" })
    }

    deinit {
        guard status == nil else { return }
        kill(pid, SIGKILL)
        var ignored: Int32 = 0
        _ = unsafe waitpid(pid, &ignored, 0)
    }

    package struct Failure: Error, CustomStringConvertible { package let description: String }

    private static func spawn(_ words: [String], _ variables: [String]) throws -> Int32 {
        var child = pid_t()
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        let environment = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer { unsafe (arguments + environment).forEach { unsafe free($0) } }
        let code = unsafe posix_spawn(&child, words[0], nil, nil, arguments, environment)
        guard code == 0 else { throw Failure(description: "posix_spawn: \(code)") }
        return child
    }

    /// The folder of the tests' own bundle, where the programs lie too.
    package static let buildFolder: String = {
        let maps = read("/proc/self/maps")
        let bundle = maps.split(separator: "\n").compactMap { line in line.firstIndex(of: "/").map { line[$0...] } }
            .first { $0.hasSuffix(".xctest") }
        guard let bundle, let end = bundle.lastIndex(of: "/") else { return ".build/debug" }
        return String(bundle[..<end])
    }()

    package var output: String { Self.read(folder + "/out") }
    package var errors: String { Self.read(folder + "/err") }

    package func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end, at most so long; then it is killed.
    package func end(within seconds: Double = 20) -> End {
        for _ in 0..<Int(seconds * 100) where status == nil {
            var found: Int32 = 0
            if unsafe waitpid(pid, &found, WNOHANG) == pid { status = found } else { usleep(10_000) }
        }
        guard let status else {
            kill(pid, SIGKILL)
            var found: Int32 = 0
            _ = unsafe waitpid(pid, &found, 0)
            self.status = found
            return End(code: nil, output: output, errors: errors)
        }
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        return End(code: code, output: output, errors: errors)
    }

    /// Runs a program to its end.
    package static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], input: String = "",
        limits: [String] = []
    ) throws -> End {
        try Program(name, arguments, environment: environment, input: input, limits: limits).end()
    }

    /// The whole of a file; empty where there is none.
    package static func read(_ path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }

    package static func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(description: "\(path): \(errno)") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw Failure(description: "\(path): \(errno)") }
    }
}

/// Waits until a fact holds; false when it does not within the time, which is long: it passes only where a test fails.
package func eventually(within seconds: Double = 30, _ fact: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<Int(seconds * 50) {
        if try fact() { return true }
        usleep(20_000)
    }
    return try fact()
}
