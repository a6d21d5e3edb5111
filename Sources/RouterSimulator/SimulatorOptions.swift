import Values
import Wires

/// The options of `lango-routersim`.
struct SimulatorOptions {
    /// A mistake on the command line.
    struct Flaw: Error {
        let words: String
    }

    private(set) var host = RouterHost.Settings()
    private(set) var exitsWithParent = false
    /// How many routers; nil for one with a control side of its own.
    private(set) var routers: Int?
    /// What the routers of a fleet imitate, in turn.
    private(set) var versions: [RouterRelease] = []
    /// The first of five ports a router: REST plain and TLS, API plain and TLS, SSH; 0 lets the system choose.
    private(set) var firstPort: UInt16 = 0
    /// What a file says of single routers of a fleet.
    private var members: [WireJSON] = []

    /// Reads `--name value`, `--name=value` and switches; `password` is the router's where no option names one.
    init(_ arguments: [String], password: String? = nil) throws(Flaw) {
        if let password { host.router.password = Secret(password) }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--exit-with-parent" {
                exitsWithParent = true
                continue
            }
            let halves = argument.split(separator: "=", maxSplits: 1).map { String($0) }
            guard let name = halves.first, name.hasPrefix("--") else { throw Flaw(words: "\(argument) is no option") }
            guard let value = halves.count == 2 ? halves[1] : rest.popFirst() else {
                throw Flaw(words: "\(name) wants a value")
            }
            try set(name, value)
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(Flaw) {
        if try setFleet(name, value) { return }
        switch name {
        case "--data": host.dataFolder = value
        case "--rest-port": host.restPort = try port(name, value)
        case "--rest-tls-port": host.restTLSPort = try port(name, value)
        case "--api-port": host.apiPort = try port(name, value)
        case "--api-tls-port": host.apiTLSPort = try port(name, value)
        case "--ssh-port": host.sshPort = try port(name, value)
        case "--phone-port": host.phonePort = try port(name, value)
        case "--control-port": host.controlPort = try port(name, value)
        case "--control-token": host.controlToken = value
        case "--phones":
            guard let count = Int(value), (1...200).contains(count) else { throw Flaw(words: "\(name): 1 to 200") }
            host.phones = count
        case "--version": host.router.version = try release(name, value)
        case "--user": host.router.userName = value
        case "--password": host.router.password = Secret(value)
        case "--portal-files": host.portalFolder = value
        case "--script":
            guard let bytes = SimulatorFiles.read(value) else { throw Flaw(words: "\(name): \(value) cannot be read") }
            host.script = String(decoding: bytes, as: UTF8.self)
        case "--hotspot-name": host.router.hotspotName = value
        case "--login-by": host.router.loginBy = try loginBy(value)
        case "--walled-garden": host.router.walledGarden.append(value)
        case "--packages": host.router.packages = Set(value.split(separator: ",").map(String.init))
        case "--identity": host.router.identity = value
        default: throw Flaw(words: "\(name) is no option")
        }
    }

    private func release(_ name: String, _ value: String) throws(Flaw) -> RouterRelease {
        guard let version = RouterRelease(value), RouterRelease.spoken.contains(version) else {
            throw Flaw(words: "\(name): 6.40 to 7.24")
        }
        return version
    }

    private func port(_ name: String, _ value: String) throws(Flaw) -> UInt16 {
        guard let port = UInt16(value) else { throw Flaw(words: "\(name): 0 to 65535") }
        return port
    }

    private func loginBy(_ value: String) throws(Flaw) -> String {
        let property = MenuTree.of(host.router.version)["/ip/hotspot/profile"]?
            .property("login-by", in: host.router.version)
        do throws(RouterTrap) {
            return try property?.canonical(value) ?? value
        } catch {
            throw Flaw(words: "--login-by: \(error.message)")
        }
    }

    // MARK: A fleet

    /// Takes an option that is about many routers; false for any other.
    private mutating func setFleet(_ name: String, _ value: String) throws(Flaw) -> Bool {
        switch name {
        case "--routers":
            guard let count = Int(value), (1...5_000).contains(count) else { throw Flaw(words: "\(name): 1 to 5000") }
            routers = count
        case "--versions":
            versions = []
            for word in value.split(separator: ",") { versions.append(try release(name, String(word))) }
        case "--first-port": firstPort = try port(name, value)
        case "--fleet":
            guard let bytes = SimulatorFiles.read(value), let list = WireJSON(bytes)?.elements, !list.isEmpty else {
                throw Flaw(words: "\(name): a file with a JSON array of objects is wanted")
            }
            members = list
            routers = routers ?? list.count
        default: return false
        }
        return true
    }

    /// How each router of a fleet is started: the common options, its number, what the file says of it.
    func fleet() throws(Flaw) -> [RouterHost.Settings] {
        guard let routers else { return [host] }
        guard Int(firstPort) + 5 * routers <= 65_536 else { throw Flaw(words: "--first-port: too few ports follow") }
        var all: [RouterHost.Settings] = []
        for index in 0..<routers {
            var settings = host
            settings.phones = 0
            settings.dataFolder = host.dataFolder.map { "\($0)/\(index + 1)" }
            settings.router.identity = "\(host.router.identity)-\(index + 1)"
            if !versions.isEmpty { settings.router.version = versions[index % versions.count] }
            if firstPort > 0 {
                let first = firstPort + UInt16(5 * index)
                (settings.restPort, settings.restTLSPort) = (first, first + 1)
                (settings.apiPort, settings.apiTLSPort, settings.sshPort) = (first + 2, first + 3, first + 4)
            }
            if index < members.count { try change(&settings, members[index]) }
            all.append(settings)
        }
        return all
    }

    private func change(_ settings: inout RouterHost.Settings, _ member: WireJSON) throws(Flaw) {
        guard let words = member.members else { throw Flaw(words: "--fleet: an object a router is wanted") }
        var options = self
        options.host = settings
        for (name, value) in words.sorted(by: { $0.key < $1.key }) {
            try options.set("--" + name, value.text ?? value.integer.map { String($0) } ?? "")
        }
        settings = options.host
    }
}
