import Arguments
import Glibc
import JSON
import RouterOS
import SQL
import Telemetry
import Threads
import Values

/// `lango demo`: a whole ISP on this machine, with a simulated router and simulated phones that pay, on loopback.
enum DemoCommand {
    /// Releases that the simulated router imitates and the demo can talk to, by REST.
    private static let releases = RouterVersion(7, 9)...RouterVersion(7, 24)

    static let all: [Command] = [
        Command(
            "demo", "Starts a demo ISP with a simulated MikroTik router, all on this machine; ctrl-C stops it.",
            options: [
                .value("port", "N", "first of nine ports in a row: gateway, phones, router, payments [8080]"),
                .value("data", "DIR", "where the demo keeps its data; a second start goes on with it [demo]"),
                .value(
                    "router-version", "V",
                    "RouterOS release of the simulated router, \(releases.lowerBound) to \(releases.upperBound) [7.16.2]"
                ),
            ]
        ) { try await run($0) }
    ]

    private static func run(_ invocation: Invocation) async throws {
        OwnThread.workInBatches()
        let signals = Signals()
        let port = try invocation.number("port", in: 1_024...65_527) ?? 8_080
        let version = invocation["router-version"] ?? "7.16.2"
        guard let release = RouterVersion(version), releases.contains(RouterVersion(release.major, release.minor))
        else {
            throw Misuse(
                "--router-version takes a release from \(releases.lowerBound) to \(releases.upperBound), such as 7.16.2"
            )
        }
        let data = invocation["data"] ?? "demo"
        var settings = try Settings(
            file: nil,
            overrides: ["data": data, "port": String(port), "public-url": "http://127.0.0.1:\(port)"])
        settings.addresses = ["127.0.0.1"]
        settings.readings = 3
        settings.accessLog = false
        let install = try Install(settings, makes: true)
        let own = "# Written by the demo.\nport = \(port)\npublic-url = http://127.0.0.1:\(port)\n"
        try TextFile.write(own, to: data + "/lango.conf")
        let log = Log(to: LogWriter(descriptor: try logFile(data)), threshold: .info, now: SystemClock.now)

        let seed = try DemoSeed(install, ports: DemoPorts(first: port))
        let isp = try seed.plant()
        let router = try SimulatedRouterProcess(
            data: data, ports: seed.ports, version: version,
            portalFiles: try seed.writeRouterFiles(to: data + "/router-files"))
        defer { router.stop() }
        try seed.connect(isp, to: router)
        let phones = try SimulatedPhonesProcess(ports: seed.ports)
        defer { phones.stop() }
        try seed.connect(isp, to: phones)

        let gateway = try Gateway(install, log: log)
        let facts = try seed.facts(isp, router, phones)
        try TextFile.write(
            String(decoding: facts.json.serialized(), as: UTF8.self) + "\n", to: data + "/demo.json", mode: 0o600)
        try await gateway.run(until: signals) { Console.show(facts.greeting(data: data)) }
    }

    /// The demo's log; the terminal stays readable.
    private static func logFile(_ data: String) throws -> Int32 {
        let path = data + "/lango.log"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw TextFile.Unwritable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        return descriptor
    }
}

/// Nine ports in a row.
struct DemoPorts: Sendable {
    let gateway: Int
    let phones: Int
    let restTLS: Int
    let rest: Int
    let control: Int
    let api: Int
    let apiTLS: Int
    let ssh: Int
    let payments: Int

    init(first: Int) {
        gateway = first
        phones = first + 1
        restTLS = first + 2
        rest = first + 3
        control = first + 4
        api = first + 5
        apiTLS = first + 6
        ssh = first + 7
        payments = first + 8
    }
}
