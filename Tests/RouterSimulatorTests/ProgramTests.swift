import Glibc
import Testing
import Values
import Wires

@testable import RouterSimulator

/// The program as a process of its own.
@Suite struct ProgramTests {
    static let path: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/.build/debug/lango-routersim"
    }()

    static var isBuilt: Bool { unsafe access(path, X_OK) == 0 }

    @Test("It says one line when it is ready, serves, and ends on a signal", .enabled(if: isBuilt, "not built"))
    func process() throws {
        let output = "/tmp/lango-routersim-out-\(UInt64.random(in: 0 ... .max))"
        let folder = output + ".d"
        defer { _ = Shell.run("rm", "-rf", output, folder) }
        let words = [
            Self.path, "--data", folder, "--password", "open", "--version", "7.9.2", "--identity", "Kilimani",
            "--exit-with-parent",
        ]
        let child = try #require(Shell.spawn(words, output: output))
        var ready: WireJSON?
        for _ in 0..<100 {
            WireThread.pause(milliseconds: 50)
            ready = SimulatorFiles.read(output).flatMap { WireJSON($0) }
            if ready != nil { break }
        }
        let url = ready?["rest"]?["url"]?.text ?? ""
        #expect(Shell.curl("-u", "lango:open", url + "/system/identity").output == #"{"name":"Kilimani"}"#)
        #expect(Shell.curl("-u", "lango:open", url + "/system/clock").output.contains("/20"))
        #expect(ready?["control"]?["token"]?.text?.utf8.count == 32)
        #expect(ready?["ssh"]?["fingerprint"]?.text?.utf8.count == 64)
        kill(child, SIGTERM)
        var status: Int32 = -1
        unsafe waitpid(child, &status, 0)
        #expect(status == 0)
        #expect(SimulatorFiles.read(folder + "/router.json") != nil)
    }

    @Test("Many routers in one process say where each of them is", .enabled(if: isBuilt, "not built"))
    func fleet() throws {
        let output = "/tmp/lango-routersim-out-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-f", output) }
        let words = [
            Self.path, "--routers", "3", "--versions", "6.49.10,7.20", "--password", "open", "--exit-with-parent",
        ]
        let child = try #require(Shell.spawn(words, output: output))
        var ready: WireJSON?
        for _ in 0..<100 where ready == nil {
            WireThread.pause(milliseconds: 50)
            ready = SimulatorFiles.read(output).flatMap { WireJSON($0) }
        }
        let routers = ready?["routers"]?.elements ?? []
        #expect(routers.compactMap { $0["version"]?.text } == ["6.49.10", "7.20", "6.49.10"])
        #expect(routers[2]["identity"]?.text == "MikroTik-3")
        let url = routers[1]["rest"]?["url"]?.text ?? ""
        #expect(Shell.curl("-u", "lango:open", url + "/system/identity").output == #"{"name":"MikroTik-2"}"#)
        let port = UInt16(routers[0]["api"]?["port"]?.integer ?? 0)
        let descriptor = WireSocket.connect(IPv4Address(bits: 0x7F00_0001), port: port, seconds: 5)
        let stream = WireStream(plain: try #require(descriptor))
        stream.write(APISentence(["/login", "=name=lango", "=password=open"]).bytes)
        #expect(stream.read() == APISentence(["!done"]).bytes)
        kill(child, SIGTERM)
        var status: Int32 = -1
        unsafe waitpid(child, &status, 0)
        #expect(status == 0)
    }

    @Test("It ends with the program that started it", .enabled(if: isBuilt, "not built"))
    func orphan() throws {
        let output = "/tmp/lango-routersim-out-\(UInt64.random(in: 0 ... .max))"
        defer { _ = Shell.run("rm", "-f", output) }
        let start =
            "\(Self.path) --exit-with-parent > \(output) 2> /dev/null & while [ ! -s \(output) ]; do sleep 0.1; done"
        #expect(Shell.run("sh", "-c", start).code == 0)
        let ready = SimulatorFiles.read(output).flatMap { WireJSON($0) }
        let url = try #require(ready?["rest"]?["url"]?.text)
        var code: Int32 = 0
        for _ in 0..<50 where code != 7 {
            WireThread.pause(milliseconds: 100)
            code = Shell.curl(url).code
        }
        #expect(code == 7)
    }

    @Test("A wrong option is named, with exit code 64", .enabled(if: isBuilt, "not built"))
    func misuse() {
        #expect(Shell.run(Self.path, "--bogus", "1").code == 64)
        #expect(Shell.run(Self.path, "--help").output.contains("--walled-garden"))
    }
}
