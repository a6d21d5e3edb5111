import Arguments
import Catalog
import Entitlements
import Provisioning
import SQL
import Subscribers
import Tenancy
import Values

/// Commands for customers' lines; the running gateway carries each change to the routers.
enum LineCommands {
    private static let common: [Command.Option] =
        [.value("tenant", "SLUG", "the tenant", isRequired: true)] + OperationCommands.common
    private static let addressOption = Command.Option.value(
        "address", "IPV4", "its fixed address; for pppoe the router's pool gives one where it is left out")

    static let all: [Command] = [
        Command(
            "line add", "Makes a line: a PPPoE login, or a fixed address. Its first period begins now.",
            operands: ["NAME"],
            options: [
                .value("router", "NAME", "the router behind which it is", isRequired: true),
                .value("package", "NAME", "what was bought: its speed, and how long a period is", isRequired: true),
                .value("kind", "KIND", "pppoe or static [pppoe]"), addressOption,
                .value("mac", "MAC", "static: the device to which the router gives the address by DHCP"),
                .flag("password", "reads the password from standard input; else one is drawn"),
            ] + common
        ) { try add($0) },
        Command(
            "line list", "Lists the lines of a tenant.",
            options: [
                .value("search", "TEXT", "only those whose name begins so"), .flag("closed", "closed ones too"),
            ] + common
        ) { try list($0) },
        Command(
            "line show", "Shows one line and what the routers were told.", operands: ["NAME"],
            options: [.flag("reveal", "the password too")] + common
        ) { try show($0) },
        Command(
            "line suspend", "Keeps a line to the provider's page until it is restored.", operands: ["NAME"],
            options: common
        ) { invocation in try change(invocation) { try $0.suspend($1.id, of: $1.tenant, $2) } },
        Command(
            "line restore", "Puts a line into service again; where its time is over, a new period begins now.",
            operands: ["NAME"], options: common
        ) { invocation in try change(invocation) { try $0.restore($1.id, of: $1.tenant, $2) } },
        Command(
            "line move", "Puts a line behind another router.", operands: ["NAME"],
            options: [.value("router", "NAME", "the router", isRequired: true), addressOption] + common
        ) { try move($0) },
        Command(
            "line rename", "Gives a line another name, with which its modem must dial in from then on.",
            operands: ["NAME"], options: [.value("to", "NAME", "the new name", isRequired: true)] + common
        ) { invocation in
            let name = invocation.required("to")
            try change(invocation) { try $0.rename($1.id, to: name, of: $1.tenant, $2) }
        },
        Command(
            "line boost", "Gives a line another speed for a while, or more data.", operands: ["NAME"],
            options: VoucherCommands.boostOptions + common
        ) { try boost($0) },
        Command(
            "line set-package", "Sells a line another package; its time goes on until the end of the present period.",
            operands: ["NAME"], options: [.value("package", "NAME", "the package", isRequired: true)] + common
        ) { try sell($0) },
        Command(
            "line set-password", "Gives a line another password, from standard input; its session ends.",
            operands: ["NAME"], options: [.flag("drawn", "draws one instead, and shows it")] + common
        ) { try setPassword($0) },
        Command(
            "line set-device", "Gives a fixed address to another device by DHCP, or to none.", operands: ["NAME"],
            options: [.value("mac", "MAC", "the device; left out: none")] + common
        ) { invocation in
            let mac = try mac(invocation)
            try change(invocation) { try $0.setDevice(mac, of: $1.id, of: $1.tenant, $2) }
        },
        Command(
            "line close", "Ends a line for good; its name is free again.", operands: ["NAME"], options: common
        ) { invocation in try change(invocation) { try $0.close($1.id, of: $1.tenant, $2) } },
    ]

    // MARK: Changes

    private static func add(_ invocation: Invocation) throws {
        guard let kind = Line.Kind(rawValue: invocation["kind"] ?? "pppoe") else {
            throw Misuse("--kind takes pppoe or static")
        }
        let (address, mac) = (try address(invocation), try mac(invocation))
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let given = invocation.has("password") ? try RouterCommands.password() : nil
        let password = kind == .pppoe ? given ?? LineKeys.drawn() : given
        let order = LineOrder(
            kind: kind, name: invocation.operand("NAME"), password: password,
            offer: try desk.package(named: invocation.required("package")), router: try router(invocation, desk).id,
            address: address, mac: mac)
        let (lines, tenant) = (lineDesk(desk.install), desk.tenant.id)
        let line = try desk.install.store.writeNow(.tenant(tenant)) { try lines.open(order, of: tenant, $0) }.line
        let drawn = given == nil ? password.map { "\tpassword \($0.revealed)" } ?? "" : ""
        Console.show("made line \(line.name)\(drawn)")
    }

    private static func change(
        _ invocation: Invocation,
        _ change: @escaping @Sendable (LineDesk, Line, borrowing Transaction) throws -> LineChange
    ) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        try self.change(invocation, desk, change)
    }

    private static func change(
        _ invocation: Invocation, _ desk: VoucherDesk,
        _ change: @escaping @Sendable (LineDesk, Line, borrowing Transaction) throws -> LineChange
    ) throws {
        let (lines, line) = (lineDesk(desk.install), try line(invocation, desk))
        let changed = try desk.install.store.writeNow(.tenant(line.tenant)) { try change(lines, line, $0) }.line
        Console.show("\(changed.name) is \(changed.state.rawValue)")
    }

    private static func boost(_ invocation: Invocation) throws {
        let order = try VoucherCommands.boostOrder(invocation)
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (line, now) = (try line(invocation, desk), SystemClock.now())
        let work = try desk.install.store.writeNow(.tenant(line.tenant)) {
            try $0.boost(line.entitlement, order, of: line.tenant, at: now)
        }
        guard work != nil else { throw Declined("the line's time is over; restore it first") }
        Console.show("given; the line has it within a second")
    }

    private static func move(_ invocation: Invocation) throws {
        let address = try address(invocation)
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let router = try router(invocation, desk).id
        try change(invocation, desk) { try $0.move($1.id, to: router, address: address, of: $1.tenant, $2) }
    }

    private static func sell(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let offer = try desk.package(named: invocation.required("package"))
        try change(invocation, desk) { try $0.sell(offer, to: $1.id, of: $1.tenant, $2) }
    }

    private static func setPassword(_ invocation: Invocation) throws {
        let password = invocation.has("drawn") ? LineKeys.drawn() : try RouterCommands.password()
        try change(invocation) { try $0.setPassword(password, of: $1.id, of: $1.tenant, $2) }
        if invocation.has("drawn") { Console.show("password \(password.revealed)") }
    }

    // MARK: Looks

    private static func list(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (tenant, now) = (desk.tenant.id, SystemClock.now())
        let (prefix, andClosed) = (invocation["search"] ?? "", invocation.has("closed"))
        Console.show("name\tkind\tstate\tpackage\trouter\taddress\tuntil")
        try desk.install.store.read(.tenant(tenant)) { transaction in
            let routers = Dictionary(uniqueKeysWithValues: try transaction.routers(of: tenant).map { ($0.id, $0.name) })
            let packages = Dictionary(
                uniqueKeysWithValues: try transaction.packages(of: tenant).map { ($0.id, $0.name) })
            var last = ""
            while true {
                let page = try transaction.lines(
                    beginning: prefix, after: last, andClosed: andClosed, of: tenant, atMost: 500)
                for line in page {
                    let period = try transaction.entitlement(line.entitlement, of: tenant)
                    let words = [
                        line.name, line.kind.rawValue, LineStanding(line, period, at: now).rawValue,
                        packages[line.package] ?? "", routers[line.router] ?? "",
                        line.address?.description ?? "pool", period?.endsAt.map { desk.time($0) } ?? "no end",
                    ]
                    Console.show(words.joined(separator: "\t"))
                }
                guard let end = page.last?.name, page.count == 500 else { return }
                last = end
            }
        }
    }

    private static func show(_ invocation: Invocation) throws {
        let desk = try VoucherDesk(invocation)
        defer { desk.install.store.close() }
        let (line, tenant, now) = (try line(invocation, desk), desk.tenant.id, SystemClock.now())
        let (period, offer, router, effects) = try desk.install.store.read(.tenant(tenant)) { transaction in
            (
                try transaction.entitlement(line.entitlement, of: tenant),
                try transaction.package(line.package, of: tenant), try transaction.router(line.router, of: tenant),
                try transaction.effects(of: line.id, of: tenant, atMost: 5)
            )
        }
        var lines = [
            "line\t\(line.name)", "kind\t\(line.kind.rawValue)",
            "state\t\(LineStanding(line, period, at: now).rawValue)", "package\t\(offer?.name ?? "")",
            "router\t\(router?.name ?? "")", "address\t\(line.address?.description ?? "pool")",
            "until\t\(period?.endsAt.map { desk.time($0) } ?? "no end")",
        ]
        if let mac = line.mac { lines.append("device\t\(mac)") }
        if invocation.has("reveal"), let password = try LineKeys(desk.install.masterKey).password(of: line) {
            lines.append("password\t\(password.revealed)")
        }
        lines += effects.map { effect in
            "told\t\(desk.time(effect.settledAt ?? effect.dueAt))\t\(effect.state)\t\(effect.note.rawValue)"
        }
        Console.show(lines.joined(separator: "\n"))
    }

    // MARK: Finding

    private static func lineDesk(_ install: Install) -> LineDesk {
        LineDesk(keys: LineKeys(install.masterKey), now: SystemClock.now)
    }

    private static func line(_ invocation: Invocation, _ desk: VoucherDesk) throws -> Line {
        let name = invocation.operand("NAME")
        let found = try desk.install.store.read(.tenant(desk.tenant.id)) {
            try $0.line(named: name, of: desk.tenant.id)
        }
        guard let found else { throw LineRefusal.unknown }
        return found
    }

    private static func router(_ invocation: Invocation, _ desk: VoucherDesk) throws -> Router {
        let name = invocation.required("router")
        let routers = try desk.install.store.read(.tenant(desk.tenant.id)) { try $0.routers(of: desk.tenant.id) }
        if let found = routers.first(where: { $0.name == name }) { return found }
        throw Misuse("there is no router \(name); there are: \(routers.map(\.name).joined(separator: ", "))")
    }

    private static func address(_ invocation: Invocation) throws -> IPv4Address? {
        try invocation["address"].map { text in
            guard let address = IPv4Address(text), address.bits != 0 else {
                throw Misuse("--address takes an address such as 192.0.2.10")
            }
            return address
        }
    }

    private static func mac(_ invocation: Invocation) throws -> MACAddress? {
        try invocation["mac"].map { text in
            guard let mac = MACAddress(text) else { throw Misuse("--mac takes a hardware address: 02:00:00:00:00:01") }
            return mac
        }
    }
}
