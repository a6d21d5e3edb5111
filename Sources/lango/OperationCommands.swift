import Arguments
import SQL
import Telemetry
import Templates
import Threads
import Values

/// Commands that run the gateway and look after its store.
enum OperationCommands {
    /// What every command takes.
    static let common: [Command.Option] = [
        .value("config", "FILE", "file with key = value lines [<data>/lango.conf]; the environment (LANGO_…) wins"),
        .value("data", "DIR", "folder of the database and the key [data]"),
    ]

    static let all: [Command] = [
        Command(
            "serve", "Runs the gateway until SIGINT or SIGTERM; SIGHUP reads the certificate again.",
            options: common + [.value("port", "N", "port to listen on [8080]")]
        ) { try await serve($0) },
        Command("migrate", "Brings the schema of the database up to date and ends.", options: common) {
            try migrate($0)
        },
        Command(
            "check", "Checks settings, key, database, certificate, pages, words and designs, and ends.", options: common
        ) { try check($0) },
        Command("settings", "Lists every setting with its meaning.") { _ in listSettings() },
        Command("version", "Tells the version.") { _ in Console.show("lango \(Lango.version)") },
    ]

    /// The settings of a command: its file, the environment, its own options.
    static func settings(_ invocation: Invocation) throws -> Settings {
        var overrides: [String: String] = [:]
        for key in ["data", "port"] { overrides[key] = invocation[key] }
        // A data folder may hold its own settings, so that commands beside a running gateway agree with it.
        let folder = overrides["data"] ?? Settings.variables()["LANGO_DATA"] ?? "data"
        let own = TextFile.exists(folder + "/lango.conf") ? folder + "/lango.conf" : nil
        let settings = try Settings(file: invocation["config"] ?? own, overrides: overrides)
        for line in settings.advice { Console.complain(line) }
        return settings
    }

    private static func serve(_ invocation: Invocation) async throws {
        OwnThread.workInBatches()
        let signals = Signals()
        let settings = try settings(invocation)
        let log = Log(to: LogWriter(), threshold: settings.logLevel, now: SystemClock.now)
        let gateway = try Gateway(Install(settings, makes: true), log: log)
        try await gateway.run(until: signals)
    }

    private static func migrate(_ invocation: Invocation) throws {
        let install = try Install(settings(invocation), makes: true)
        install.store.close()
        Console.show("The schema is up to date: step \(Install.newestStep).")
    }

    private static func check(_ invocation: Invocation) throws {
        let settings = try settings(invocation)
        let install = try Install(settings)
        defer { install.store.close() }
        try install.store.checkWhole()
        try Gateway(install, log: .silent).checkCertificate()
        let advice = [install.publicURLAdvice].compactMap(\.self)
        for line in advice { Console.complain(line) }
        let things =
            "settings, key, database, \(settings.tlsCertificate == nil ? "" : "certificate, ")pages, words and designs"
        Console.show("\(things): all well" + (advice.isEmpty ? "" : ", but for what is said above"))
    }

    private static func listSettings() {
        let width = Settings.keys.map(\.name.count).max() ?? 0
        for (name, help) in Settings.keys {
            Console.show(name + String(repeating: " ", count: width - name.count + 2) + help)
        }
    }
}
