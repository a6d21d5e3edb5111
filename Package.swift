// swift-tools-version: 6.3
import PackageDescription

// The house: one target per room. Arrows point down only; the dependency lists below are the arrows.
// docs/ARCHITECTURE.md shows the same as a picture.

let strict: [SwiftSetting] =
    [
        "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "NonisolatedNonsendingByDefault",
        "InferIsolatedConformances", "ImmutableWeakCaptures",
    ].map { .enableUpcomingFeature($0) } + [.strictMemorySafety(), .treatAllWarnings(as: .error)]

/// A Debian C library, seen through its module map and a header of shims.
func cLibrary(_ name: String, _ pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A room and its tests.
func room(_ name: String, sees rooms: Target.Dependency...) -> [Target] {
    [
        .target(name: name, dependencies: rooms, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests", dependencies: rooms + [.byName(name: name), "TestKit"] + (more[name] ?? []),
            swiftSettings: strict),
    ]
}

/// What tests of a room see beyond what the room itself sees.
let more: [String: [Target.Dependency]] = [
    "SQL": ["TestWorld", "Ledger", "Payments"], "Entitlements": ["TestWorld"], "Vouchers": ["TestWorld"],
    "Guests": ["TestWorld"], "Subscribers": ["TestWorld"], "Ledger": ["TestWorld"], "Payments": ["TestWorld"],
    "PaymentRoads": [
        "TestWorld", "SQL", "Crypto", "Telemetry", "Tenancy", "HTTPClient", "DarajaSimulator", "Ledger",
    ],
    "Messages": ["TestWorld", "DarajaSimulator", "Wires", "HTTPServer", "MessageRoads"],
    "MessageRoads": ["TestWorld", "Messaging", "SQL", "Crypto", "Locales", "Telemetry", "Tenancy"],
    "Captive": ["TestWorld", "Telemetry"],
    "MobileMoney": ["DarajaSimulator", "Wires"],
    "Messaging": ["DarajaSimulator", "Wires"],
    "Provisioning": ["TestWorld", "RouterSimulator", "Wires"], "RouterOS": ["RouterSimulator", "Wires"],
    "Inventory": ["TestWorld", "RouterSimulator", "Wires", "Crypto", "Sockets"],
    "BackOffice": [
        "RouterSimulator", "Wires", "HTTPClient", "Guests", "Messages",
    ],
    "Adoption": [
        "TestWorld", "RouterSimulator", "Wires", "HTTPClient", "HTTPServer", "CallHome", "Telemetry", "Sockets",
    ],
    "CallHome": [
        "TestWorld", "RouterSimulator", "Wires", "HTTPClient", "Templates", "Vouchers", "Entitlements", "Catalog",
        "Sockets",
    ],
    "RouterChanges": ["TestWorld", "RouterSimulator", "Wires", "HTTPClient", "Sockets"],
    "Monitoring": ["TestWorld", "RouterSimulator", "Wires", "HTTPClient", "Sockets"],
    "Backups": ["TestWorld", "RouterSimulator", "Wires", "HTTPClient", "Sockets"],
    "Support": ["TestWorld", "Catalog", "Locales", "Ledger"],
]

/// How programs are linked: what the loader must adjust is told in a few kilobytes instead of eight hundred, and functions
/// with the same code are kept once.
let linking: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--icf=safe"])
]

/// A program: wiring only, tested through its process.
func program(_ name: String, sees rooms: Target.Dependency...) -> [Target] {
    [.executableTarget(name: name, dependencies: rooms, swiftSettings: strict, linkerSettings: linking)]
}

let cLibraries: [Target] = [
    cLibrary("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
    cLibrary("CPostgres", "libpq", apt: "libpq-dev"),
    cLibrary("CMicrohttpd", "libmicrohttpd", apt: "libmicrohttpd-dev"),
    cLibrary("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
    cLibrary("CCrypto", "libcrypto", apt: "libssl-dev"),
    cLibrary("CWire", "openssl", apt: "libssl-dev"),
    cLibrary("CSSHClient", "libssh2", apt: "libssh2-1-dev"),
    cLibrary("CSSHServer", "libssh", apt: "libssh-dev"),
    cLibrary("CArgon2", "libargon2", apt: "libargon2-dev"),
    cLibrary("CZlib", "zlib", apt: "zlib1g-dev"),
    cLibrary("CQRencode", "libqrencode", apt: "libqrencode-dev"),
    cLibrary("CXML2", "libxml-2.0", apt: "libxml2-dev"),
    cLibrary("CCairo", "cairo-pdf pangocairo", apt: "libpango1.0-dev"),
    cLibrary("CTLS", "libssl", apt: "libssl-dev"),
    .systemLibrary(name: "CThreads", path: "Sources/C/CThreads"),
    .systemLibrary(name: "CEpoll", path: "Sources/C/CEpoll"),
    .target(name: "CGatherVFS", dependencies: ["CSQLite"], path: "Sources/C/CGatherVFS"),
    // ICU's headers clash with Foundation's own copy, so they stay behind a C++ file.
    .target(
        name: "CICU", path: "Sources/C/CICU",
        linkerSettings: [.linkedLibrary("icui18n"), .linkedLibrary("icuuc"), .linkedLibrary("icudata")]),
    // libphonenumber's headers crash Swift's importer.
    .target(
        name: "CPhoneNumber", path: "Sources/C/CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber")]),
]

/// What the tests' small install is made of.
let domain: [Target.Dependency] = [
    "SQL", "Crypto", "Tenancy", "Catalog", "Vouchers", "Entitlements", "Guests", "Subscribers", "Provisioning",
    "Inventory", "RouterChanges", "Adoption", "Monitoring", "Backups", "Ledger", "Messages", "Payments", "Values",
]

let package = Package(
    name: "lango",
    targets: [
        cLibraries,
        [
            .target(
                name: "TestKit", dependencies: ["Values", "SQL", "CTLS"], path: "Tests/TestKit", swiftSettings: strict)
        ],
        [
            .target(
                name: "TestWorld", dependencies: domain + ["TestKit"], path: "Tests/TestWorld", swiftSettings: strict)
        ],

        // Values
        room("Values"),

        // Platform
        room("Threads", sees: "CThreads", "Values"),
        room("Files"),
        room("JSON", sees: "Values"),
        room("Crypto", sees: "CCrypto", "CArgon2", "Values"),
        room("Telemetry", sees: "JSON", "Threads", "Values"),
        room("SQL", sees: "CSQLite", "CGatherVFS", "CPostgres", "Threads", "Values"),
        room("HTTPServer", sees: "CMicrohttpd", "CZlib", "Crypto", "JSON", "Telemetry", "Threads", "Values"),
        room("HTTPClient", sees: "CCurl", "Threads", "Values"),
        room("Compression", sees: "CZlib"),
        room("Sockets", sees: "CTLS", "CEpoll", "Threads", "Values"),
        room("Locales", sees: "CICU", "Files", "JSON", "Values"),
        room("Phones", sees: "CPhoneNumber", "Values"),
        room("Templates", sees: "Files", "Values"),
        [.testTarget(name: "PortalTests", dependencies: ["Templates", "Locales", "Values"], swiftSettings: strict)],
        room("Documents", sees: "CCairo", "CQRencode", "CXML2", "Values"),

        // Integrations
        room("RouterOS", sees: "CSSHClient", "HTTPClient", "Sockets", "Crypto", "JSON", "Threads", "Values"),
        room("Statements", sees: "CXML2", "Files", "Values"),
        room("MobileMoney", sees: "HTTPClient", "Crypto", "JSON", "Threads", "Values"),
        room("Messaging", sees: "HTTPClient", "Crypto", "JSON", "Values"),

        // Domain
        room("Tenancy", sees: "SQL", "Crypto", "Values"),
        room("Catalog", sees: "SQL", "Tenancy", "Values"),
        room("Entitlements", sees: "SQL", "Tenancy", "Catalog", "Crypto", "Values"),
        room("Ledger", sees: "SQL", "Tenancy", "Values"),
        room(
            "Vouchers", sees: "SQL", "Tenancy", "Catalog", "Entitlements", "Crypto", "Locales", "Documents", "Threads",
            "Values"),
        room(
            "Guests", sees: "SQL", "Tenancy", "Catalog", "Entitlements", "Vouchers", "Messages", "Messaging", "Crypto",
            "Values"),
        room("Subscribers", sees: "SQL", "Tenancy", "Catalog", "Entitlements", "Crypto", "Values"),
        room(
            "Provisioning", sees: "SQL", "Tenancy", "Catalog", "Entitlements", "Subscribers", "RouterOS",
            "HTTPClient", "Sockets",
            "Crypto", "Locales",
            "Telemetry",
            "Values"),
        room(
            "Messages", sees: "SQL", "Tenancy", "Messaging", "HTTPClient", "Locales", "JSON", "Crypto", "Telemetry",
            "Threads",
            "Values"),
        room(
            "Payments", sees: "SQL", "Tenancy", "Catalog", "Entitlements", "Vouchers", "Provisioning", "Ledger",
            "Messages", "Messaging", "MobileMoney", "Statements", "Locales",
            "HTTPClient", "JSON", "Crypto", "Telemetry", "Threads", "Values"),
        room(
            "Inventory", sees: "SQL", "Tenancy", "RouterOS", "HTTPClient", "Compression", "JSON", "Telemetry",
            "Threads",
            "Values"),
        room(
            "Adoption", sees: "SQL", "Tenancy", "Provisioning", "RouterOS", "Templates", "Crypto", "JSON", "Values"),
        room("RouterChanges", sees: "SQL", "Tenancy", "RouterOS", "Crypto", "JSON", "Telemetry", "Values"),
        room("Monitoring", sees: "SQL", "Tenancy", "Entitlements", "RouterOS", "Telemetry", "Threads", "Values"),
        room(
            "Backups", sees: "SQL", "Tenancy", "Inventory", "RouterOS", "Compression", "Crypto", "Telemetry", "Threads",
            "Values"),

        room(
            "Support", sees: "SQL", "Tenancy", "Entitlements", "Vouchers", "Subscribers", "Provisioning", "Monitoring",
            "Payments", "MobileMoney", "Phones", "Crypto", "Values"),

        // Surfaces
        room(
            "Captive", sees: "HTTPServer", "Templates", "Locales", "Tenancy", "Catalog", "Vouchers", "Entitlements",
            "Guests", "Messages", "Subscribers",
            "Provisioning", "Ledger", "Payments", "MobileMoney", "Phones", "RouterOS", "SQL", "Crypto", "JSON",
            "Values"),
        room(
            "BackOffice", sees: "HTTPServer", "Templates", "Locales", "Tenancy", "Catalog", "Vouchers", "Entitlements",
            "Subscribers",
            "Provisioning", "Inventory", "RouterChanges", "Monitoring", "Backups", "Adoption", "RouterOS", "Documents",
            "Ledger", "Payments", "MobileMoney", "Phones", "Support", "SQL", "Crypto", "JSON", "Telemetry", "Threads",
            "Values"),

        room("PaymentRoads", sees: "HTTPServer", "Payments", "MobileMoney", "JSON", "Values"),
        room("MessageRoads", sees: "HTTPServer", "Messages", "Values"),
        room(
            "CallHome", sees: "HTTPServer", "Adoption", "Tenancy", "Provisioning", "RouterOS", "SQL", "Telemetry",
            "Values"),

        // Simulators: separate programs, never linked into `lango`
        room("Wires", sees: "CWire", "Values"),
        room("RouterSimulator", sees: "Wires", "CSSHServer", "CWire", "Values"),
        program("lango-routersim", sees: "RouterSimulator"),
        room("DarajaSimulator", sees: "Wires", "CWire", "Values"),
        program("lango-darajasim", sees: "DarajaSimulator"),

        // For `scripts/bench` alone; not installed
        program(
            "lango-bench", sees: "RouterOS", "HTTPClient", "Sockets", "Files", "SQL", "Ledger", "Tenancy", "Values"),

        // The executable
        room("Arguments"),
        program(
            "lango", sees: "Adoption", "Arguments", "CallHome", "BackOffice", "Backups", "Captive", "Inventory",
            "Monitoring", "Provisioning", "RouterChanges", "Guests", "Subscribers", "Support",
            "Vouchers", "Ledger", "Payments", "PaymentRoads", "MobileMoney", "Statements", "Messages", "MessageRoads",
            "Messaging",
            "Entitlements", "Catalog", "Tenancy", "RouterOS", "Documents", "Templates", "Locales", "HTTPServer",
            "HTTPClient", "SQL", "Telemetry",
            "Threads", "Files", "Crypto", "JSON", "Values"),
        [
            .testTarget(
                name: "LangoTests", dependencies: ["lango", "lango-routersim", "lango-darajasim", "TestKit"] + domain,
                swiftSettings: strict)
        ],
    ].flatMap(\.self),
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
