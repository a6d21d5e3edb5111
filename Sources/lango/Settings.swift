import Glibc
import HTTPServer
import Telemetry
import Values

/// Everything that an operator may choose, read once from a file and the environment.
///
/// The file holds `key = value` lines, `#` begins a remark. The environment wins: `public-url` is `LANGO_PUBLIC_URL`.
/// No other file of the program reads the environment.
struct Settings: Sendable {
    /// Where the database, the key and the demo's facts lie.
    var data = "data"
    /// A file, or the URL of a PostgreSQL database; the file `lango.db` in `data` where nothing is said.
    var database: String?
    /// The key that seals passwords and codes; `lango.key` in `data` where nothing is said.
    var keyFile: String?
    /// Whether writes share a trip to the disk, on SQLite.
    var groupCommit = true
    /// The folder with `portal/`, `locales/` and `vouchers/`.
    var assets = "."
    var addresses = ["127.0.0.1"]
    var port: UInt16 = 8080
    /// Where phones and staff find the gateway; `http://<address>:<port>` where nothing is said.
    var publicURL: String?
    /// Where routers lead lines that are suspended or over; 0 for nowhere.
    var suspendedPort: UInt16 = 0
    var tlsCertificate: String?
    var tlsKey: String?
    var trustedProxies: [AddressBlock] = []
    var connectionLimit = 12_000
    var perAddressLimit: Int?
    var idleTimeout = 15
    var requestTimeout = 20
    var logLevel = LogLevel.info
    var accessLog = true
    /// Seconds between two readings of a router's counters.
    var readings: Int64 = 15
    /// Requests a second to each app of a payment provider.
    var providerRate: Int64 = 5
    /// Seconds between two readings of who is online on a router and what passes; 0 is never.
    var traffic: Int64 = 60
    /// Minutes between two readings of a whole router.
    var surveys: Int64 = 60
    /// Days that the history of routers is kept.
    var surveyDays: Int64 = 90
    /// Days that what payment providers posted is kept as it came.
    var noticeDays: Int64 = 400
    /// Hours between two backups of a router; 0 for none by themselves.
    var backups: Int64 = 24
    /// How many of a router's newest backups are kept, of each kind.
    var backupsKept = 30
    /// Months for which the last backup of each is kept.
    var backupMonths = 24

    /// What was found that is no mistake, but hardly meant.
    private(set) var advice: [String] = []

    var databaseLocation: String { database ?? "\(data)/lango.db" }
    var keyLocation: String { keyFile ?? "\(data)/lango.key" }

    /// The keys with their meaning, in the order in which help and the example show them.
    static let keys: [(name: String, help: String)] = [
        ("data", "folder of the database, the key and the demo's facts [data]"),
        ("database", "file, or postgresql:// URL [<data>/lango.db]"),
        ("key-file", "the key that seals passwords and codes [<data>/lango.key]"),
        ("group-commit", "on or off: writes to SQLite share a trip to the disk; off only to measure [on]"),
        ("assets", "folder with portal/, locales/ and vouchers/ [.]"),
        ("listen", "addresses to listen on, by commas [127.0.0.1]"),
        ("port", "port to listen on [8080]"),
        ("public-url", "where phones and staff find the gateway [http://<listen>:<port>]"),
        ("suspended-port", "port to which routers lead suspended lines, by the address of public-url; 0 for none [0]"),
        ("tls-certificate", "PEM file with the certificate chain; read again on SIGHUP"),
        ("tls-key", "PEM file with its private key"),
        ("trusted-proxies", "address blocks whose X-Forwarded-For is believed, by commas"),
        ("connection-limit", "connections at a time [12000]"),
        ("per-address-limit", "connections at a time from one address [unlimited]"),
        ("idle-timeout", "seconds an idle connection is kept [15]"),
        ("request-timeout", "seconds a request may take to arrive [20]"),
        ("log-level", "debug, info, notice, warning or error [info]"),
        ("access-log", "on or off: a JSON line a request on standard output [on]"),
        ("readings", "seconds between two readings of a router's counters [15]"),
        ("provider-rate", "requests a second to each app of a payment provider, as much as it grants [5]"),
        ("traffic", "seconds between two readings of a router's sessions and traffic; 0 for none [60]"),
        ("surveys", "minutes between two readings of all that a router has [60]"),
        ("notice-days", "days that what payment providers posted is kept as it came [400]"),
        ("survey-days", "days that the history of what routers had is kept [90]"),
        ("backups", "hours between two backups of a router; 0 for none by themselves [24]"),
        ("backups-kept", "how many of a router's newest backups are kept, of each kind [30]"),
        ("backup-months", "months for which the last backup of each month is kept beside them [24]"),
    ]

    /// Every mistake at once.
    struct Mistakes: Error, CustomStringConvertible {
        let lines: [String]
        var description: String { "the settings have mistakes:\n  " + lines.joined(separator: "\n  ") }
    }

    /// Reads the file, then the environment, then what the command line overrides.
    ///
    /// - Throws: `Mistakes` with every line that cannot be taken.
    init(file path: String?, overrides: [String: String] = [:]) throws(Mistakes) {
        var mistakes: [String] = []
        var values: [(key: String, value: String, origin: String)] = []
        if let path { values += Self.lines(of: path, &mistakes) }
        let variables = Self.variables()
        for (key, _) in Self.keys {
            let name = "LANGO_" + key.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
            if let value = variables[name] { values.append((key, value, name)) }
        }
        let known = Set(values.map(\.origin))
        // Told, not refused: where containers are linked, others put variables of this beginning there.
        advice = variables.keys.filter { !known.contains($0) }.sorted().map { "\($0) is no setting and is not read" }
        values += overrides.map { ($0.key, $0.value, "--\($0.key)") }
        for (key, value, origin) in values {
            if let advice = take(key, value) { mistakes.append("\(origin): \(advice)") }
        }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            mistakes.append("tls-certificate and tls-key belong together")
        }
        guard mistakes.isEmpty else { throw Mistakes(lines: mistakes) }
    }

    /// The variables of the environment that begin as ours do.
    static func variables() -> [String: String] {
        var found: [String: String] = [:]
        var entry = unsafe environ
        while let line = unsafe entry.pointee {
            let parts = unsafe String(cString: line).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].hasPrefix("LANGO_") { found[String(parts[0])] = String(parts[1]) }
            unsafe entry += 1
        }
        return found
    }

    private static func lines(
        of path: String, _ mistakes: inout [String]
    ) -> [(key: String, value: String, origin: String)] {
        guard let text = TextFile.read(path) else {
            mistakes.append("\(path) cannot be read")
            return []
        }
        var values: [(key: String, value: String, origin: String)] = []
        var places: [String: Int] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmed
            if content.isEmpty { continue }
            let parts = content.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                mistakes.append("\(path) line \(number + 1): write key = value")
                continue
            }
            let key = parts[0].trimmed
            if let first = places[key] {
                mistakes.append("\(path) line \(number + 1): \(key) stands in line \(first) already")
                continue
            }
            places[key] = number + 1
            values.append((key, parts[1].trimmed, "\(path) line \(number + 1)"))
        }
        return values
    }

    /// Takes one value; the answer is what would be right.
    private mutating func take(_ key: String, _ value: String) -> String? {
        switch key {
        case "data": data = value
        case "database":
            guard value.hasPrefix("postgresql://") || value.hasPrefix("postgres://") || !value.contains("://") else {
                return "database is a file or begins with postgresql://"
            }
            database = value
        case "key-file": keyFile = value
        case "assets": assets = value
        case "tls-certificate": tlsCertificate = value
        case "tls-key": tlsKey = value
        case "listen": addresses = value.split(separator: ",").map(\.trimmed)
        case "public-url":
            guard value.hasPrefix("http://") || value.hasPrefix("https://"), !value.hasSuffix("/") else {
                return "public-url begins with http:// or https:// and does not end in a slash"
            }
            publicURL = value
        case "trusted-proxies":
            let blocks = value.split(separator: ",").map { AddressBlock($0.trimmed) }
            guard !blocks.contains(where: { $0 == nil }) else {
                return "trusted-proxies takes blocks such as 10.0.0.0/8"
            }
            trustedProxies = blocks.compactMap(\.self)
        case "log-level":
            guard let level = LogLevel(rawValue: value) else {
                return "log-level is debug, info, notice, warning or error"
            }
            logLevel = level
        case "access-log":
            guard value == "on" || value == "off" else { return "access-log is on or off" }
            accessLog = value == "on"
        case "group-commit":
            guard value == "on" || value == "off" else { return "group-commit is on or off" }
            groupCommit = value == "on"
        default: return takeNumber(key, value)
        }
        return nil
    }

    private mutating func takeNumber(_ key: String, _ value: String) -> String? {
        func number(_ range: ClosedRange<Int>) -> Int? { Int(value).flatMap { range.contains($0) ? $0 : nil } }
        switch key {
        case "port":
            guard let number = number(0...65_535) else { return "port is a number from 0 to 65535" }
            port = UInt16(number)
        case "suspended-port":
            guard let number = number(0...65_535) else { return "suspended-port is a number from 0 to 65535" }
            suspendedPort = UInt16(number)
        case "connection-limit":
            guard let number = number(16...1_000_000) else { return "connection-limit is a number from 16 to 1000000" }
            connectionLimit = number
        case "per-address-limit":
            guard let number = number(1...1_000_000) else { return "per-address-limit is a number from 1" }
            perAddressLimit = number
        case "idle-timeout":
            guard let number = number(1...3_600) else { return "idle-timeout is seconds from 1 to 3600" }
            idleTimeout = number
        case "request-timeout":
            guard let number = number(1...3_600) else { return "request-timeout is seconds from 1 to 3600" }
            requestTimeout = number
        case "provider-rate":
            guard let number = number(1...1_000) else { return "provider-rate is requests a second, from 1 to 1000" }
            providerRate = Int64(number)
        case "readings":
            guard let number = number(1...3_600) else { return "readings is seconds from 1 to 3600" }
            readings = Int64(number)
        case "traffic":
            guard let number = number(0...900), number == 0 || number >= 10 else {
                return "traffic is 0 or seconds from 10 to 900"
            }
            traffic = Int64(number)
        case "surveys":
            guard let number = number(1...10_080) else { return "surveys is minutes from 1 to 10080" }
            surveys = Int64(number)
        case "survey-days":
            guard let number = number(1...3_660) else { return "survey-days is days from 1 to 3660" }
            surveyDays = Int64(number)
        case "notice-days":
            guard let number = number(2...3_660) else { return "notice-days is days from 2 to 3660" }
            noticeDays = Int64(number)
        case "backups":
            guard let number = number(0...8_760) else { return "backups is hours from 1 to 8760, or 0 for none" }
            backups = Int64(number)
        case "backups-kept":
            guard let number = number(1...10_000) else { return "backups-kept is a number from 1 to 10000" }
            backupsKept = number
        case "backup-months":
            guard let number = number(0...1_200) else { return "backup-months is a number from 0 to 1200" }
            backupMonths = number
        default:
            return "\(key) is no setting; there are: \(Self.keys.map(\.name).joined(separator: ", "))"
        }
        return nil
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var text = drop(while: \.isWhitespace)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
