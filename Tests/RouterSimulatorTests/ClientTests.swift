import Testing
import Values
import Wires

@testable import RouterSimulator

/// Other people's clients, in a Python environment of their own below `.build`.
enum RouterClients {
    private static let house: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }()
    private static let environment = house + "/.build/client-venv"

    /// The interpreter with the clients installed; nil where they cannot be.
    static let python: String? = {
        let wanted = house + "/Tests/RouterClients/requirements.txt"
        let mark = environment + "/requirements.txt"
        let python = environment + "/bin/python"
        if let bytes = SimulatorFiles.read(wanted), SimulatorFiles.read(mark) == bytes { return python }
        guard Shell.run("timeout", "60", "python3", "-m", "venv", environment).code == 0,
            Shell.run(
                "timeout", "120", python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted
            ).code == 0, Shell.run("cp", wanted, mark).code == 0
        else { return nil }
        return python
    }()

    static func run(_ words: String...) -> (code: Int32, output: String) {
        let script = house + "/Tests/RouterClients/clients.py"
        return Shell.run(["timeout", "60", python ?? "python3", "-B", script] + words)
    }
}

@Suite struct ClientTests {
    @Test(
        "librouteros and RouterOS-api log in, read, ask, write, listen and are refused",
        .enabled(if: RouterClients.python != nil, "librouteros and RouterOS-api cannot be installed here"))
    func clients() throws {
        let host = try RouterHost.bench()
        defer { host.stop() }
        let old = try RouterHost.bench("6.42.7")
        defer { old.stop() }
        let outcome = RouterClients.run(
            "\(host.apiPort)", "\(host.apiTLSPort)", "\(old.apiPort)", host.router.certificate?.fingerprint ?? "")
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.split(separator: "\n").count == 7)
    }
}
