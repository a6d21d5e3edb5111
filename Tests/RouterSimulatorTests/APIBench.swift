import Values
import Wires

@testable import RouterSimulator

/// A client of the binary API for tests: whole sentences as lists of words.
struct APIBench: ~Copyable {
    let host: RouterHost
    private let stream: WireStream
    private var reader = APIReader()

    /// Connects to a host, logged in where a password is given.
    init(_ host: RouterHost, password: String? = "open") throws {
        self.host = host
        guard let descriptor = WireSocket.connect(host.settings.address, port: host.apiPort, seconds: 5) else {
            throw WireError("connect")
        }
        stream = WireStream(plain: descriptor)
        if let password { _ = ask("/login", "=name=lango", "=password=\(password)") }
    }

    /// Says a sentence and takes what comes up to the first `!done` or `!fatal`.
    mutating func ask(_ words: String...) -> [[String]] {
        stream.write(APISentence(words).bytes)
        return hear()
    }

    /// Says something and does not wait.
    func say(_ words: String...) { stream.write(APISentence(words).bytes) }

    func say(bytes: [UInt8]) { stream.write(bytes) }

    /// The sentences that come up to the `count`-th `!done`, a `!fatal` or the end of the connection.
    mutating func hear(done count: Int = 1) -> [[String]] {
        var sentences: [[String]] = []
        var left = count
        while left > 0, let sentence = next() {
            sentences.append(sentence)
            if sentence.first == "!done" { left -= 1 }
            if sentence.first == "!fatal" { return sentences }
        }
        return sentences
    }

    /// The next sentence; nil at the end of the connection.
    mutating func next() -> [String]? {
        while true {
            do throws(APIReader.Broken) {
                if let sentence = try reader.next() { return sentence.words }
            } catch {
                return nil
            }
            let bytes = stream.read()
            guard !bytes.isEmpty else { return nil }
            reader.append(bytes)
        }
    }
}

extension RouterHost {
    /// A host for tests; most of them change the release.
    static func bench(_ version: String = "7.20", _ change: (inout Settings) -> Void = { _ in }) throws -> RouterHost {
        var settings = Settings()
        settings.router.password = Secret("open")
        settings.router.seed = 11
        settings.router.version = RouterRelease(version) ?? settings.router.version
        settings.phones = 0
        settings.controlToken = "token"
        change(&settings)
        return try RouterHost(settings)
    }
}
