import Values

/// The options of `lango-routersim`.
struct SimulatorOptions {
    /// A mistake on the command line.
    struct Flaw: Error {
        let words: String
    }

    private(set) var host = RouterHost.Settings()
    private(set) var exitsWithParent = false

    /// Reads `--name value`, `--name=value` and switches.
    init(_ arguments: [String]) throws(Flaw) {
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
        case "--version":
            guard let version = RouterRelease(value), RouterRelease.spoken.contains(version) else {
                throw Flaw(words: "\(name): 6.40 to 7.24")
            }
            host.router.version = version
        case "--user": host.router.userName = value
        case "--password": host.router.password = Secret(value)
        case "--portal-files": host.portalFolder = value
        case "--hotspot-name": host.router.hotspotName = value
        case "--login-by": host.router.loginBy = try loginBy(value)
        case "--walled-garden": host.router.walledGarden.append(value)
        case "--packages": host.router.packages = Set(value.split(separator: ",").map(String.init))
        case "--identity": host.router.identity = value
        default: throw Flaw(words: "\(name) is no option")
        }
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
}
