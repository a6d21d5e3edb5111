import TestKit
import Testing

/// An install of the program in a folder of its own, driven through its commands and its port only.
final class Install {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    let folder: String
    let port: UInt16
    var environment: [String: String]

    /// `database` is a file or the URL of a server; the file in the folder where nothing is said.
    ///
    /// - Throws: where no folder can be made.
    init(database: String? = nil) throws {
        folder = try Scratch.directory()
        port = try FreePort.first()
        environment = [
            "LANGO_ASSETS": Self.root, "LANGO_DATA": folder, "LANGO_PORT": String(port), "LANGO_LOG_LEVEL": "debug",
            "LANGO_PUBLIC_URL": "http://127.0.0.1:\(port)",
        ]
        if let database { environment["LANGO_DATABASE"] = database }
    }

    /// Runs a command to its end.
    func run(_ arguments: String..., input: String = "", limits: [String] = []) throws -> Program.End {
        try Program.run("lango", arguments, environment: environment, input: input, limits: limits)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func must(_ arguments: String..., input: String = "") throws -> String {
        let end = try Program.run("lango", arguments, environment: environment, input: input)
        try #require(end.code == 0, "\(arguments): \(end.errors)")
        return end.output
    }

    /// A provider with a site, a router that nobody answers for unless a port is named, and a package.
    func furnish(devices: Int = 1, routerAt port: UInt16 = 1) throws {
        try must("tenant", "create", "--slug", "acme", "--name", "Acme Wi-Fi")
        try must(
            "site", "create", "--tenant", "acme", "--slug", "market", "--name", "Market", "--wifi", "Acme",
            "--hotspot-url",
            "http://10.5.50.1")
        try must(
            "router", "create", "--tenant", "acme", "--site", "market", "--name", "gate", "--address",
            "http://127.0.0.1:\(port)",
            "--username", "lango", input: "routersecret\n")
        try must(
            "package", "create", "--tenant", "acme", "--name", "Hour", "--price", "50", "--time", "1h", "--devices",
            String(devices))
    }

    /// Makes vouchers and reads their codes from the table that was written.
    func vouchers(_ count: Int) throws -> [String] {
        let path = folder + "/vouchers-\(UInt32.random(in: 0 ... .max)).csv"
        try must(
            "vouchers", "generate", "--tenant", "acme", "--package", "Hour", "--count", String(count), "--out", path)
        let lines = Program.read(path).split(whereSeparator: \.isNewline)
        return lines.dropFirst().map { String($0.split(separator: ",", omittingEmptySubsequences: false)[2]) }
    }

    /// Starts the gateway and waits until it answers.
    func serve() throws -> Program {
        let program = try Program("lango", ["serve"], environment: environment)
        let isReady = eventually(within: 30) { (try? Wire.ask(port, "GET", "/readyz").status) == 200 }
        try #require(isReady, "\(program.errors)")
        return program
    }

    static func mac(_ phone: Int) -> String {
        let hex = String(0x100_0000 + phone, radix: 16).dropFirst()
        return "02:50:00:"
            + stride(from: 0, to: 6, by: 2).map { start in String(hex.dropFirst(start).prefix(2)) }.joined(
                separator: ":")
    }

    /// The request with which a phone sends its code.
    static func redemption(_ code: String, _ phone: Int) -> String {
        let body = "code=\(code)&mac=\(Wire.encode(mac(phone)))&ip=10.5.\(phone / 250).\(phone % 250 + 2)&identity=gate"
        return "POST /hotspot/acme/market/redemptions HTTP/1.1\r\nHost: lango.test\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Asks the database file something with Debian's own client.
    func query(_ sql: String) throws -> String {
        let end = try Program.run("/usr/bin/sqlite3", [folder + "/lango.db", sql])
        try #require(end.code == 0, "\(end.errors)")
        return end.output.filter { $0 != "\n" }
    }
}
