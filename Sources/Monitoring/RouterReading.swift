package import RouterOS
package import Values

/// What a router showed at one moment: who is online, what passed, how the board fares.
package struct RouterReading: Hashable, Sendable {
    /// A table that lists who is online.
    package enum Table: UInt8, Hashable, Sendable, CaseIterable {
        case hotspot = 1
        case ppp = 2

        package var menu: Menu {
            switch self {
            case .hotspot: .hotspotActive
            case .ppp: .pppActive
            }
        }
    }

    /// Somebody who is online.
    package struct Seen: Hashable, Sendable {
        package let id: RouterID
        /// `hotspot`, or the word of PPP: `pppoe`, `l2tp` and so on.
        package let service: String
        package let name: String
        package let mac: MACAddress?
        package let address: IPv4Address?
        /// Since the login; nil where the router does not tell.
        package let uptime: Span?
        /// What passed since the login; nil where it is counted by an interface of its own.
        package let flow: Flow?

        package init(
            id: RouterID, service: String, name: String, mac: MACAddress?, address: IPv4Address?, uptime: Span?,
            flow: Flow?
        ) {
            self.id = id
            self.service = service
            self.name = name
            self.mac = mac
            self.address = address
            self.uptime = uptime
            self.flow = flow
        }
    }

    /// An interface and what passed over it since the router started.
    package struct Device: Hashable, Sendable {
        package let id: RouterID
        package let name: String
        /// Whether it came with a session and goes with it.
        package let isDynamic: Bool
        package let flow: Flow

        package init(id: RouterID, name: String, isDynamic: Bool, flow: Flow) {
            self.id = id
            self.name = name
            self.isDynamic = isDynamic
            self.flow = flow
        }
    }

    /// How the board fares.
    package struct Board: Hashable, Sendable {
        /// Since the router started.
        package let uptime: Span
        /// 0 to 100.
        package let load: Int64?
        /// In bytes.
        package let freeMemory: Int64?
        package let totalMemory: Int64?
        /// The warmest sensor, in degrees Celsius; nil where it was not asked for or there is none.
        package let temperature: Int64?

        package init(
            uptime: Span, load: Int64? = nil, freeMemory: Int64? = nil, totalMemory: Int64? = nil,
            temperature: Int64? = nil
        ) {
            self.uptime = uptime
            self.load = load
            self.freeMemory = freeMemory
            self.totalMemory = totalMemory
            self.temperature = temperature
        }
    }

    /// When its last answer was there.
    package let at: Instant
    package let board: Board
    /// Who is online by each table; a table that could not be read is absent.
    package let sessions: [Table: [Seen]]
    /// Nil where they could not be read.
    package let devices: [Device]?

    package init(at: Instant, board: Board, sessions: [Table: [Seen]], devices: [Device]?) {
        self.at = at
        self.board = board
        self.sessions = sessions
        self.devices = devices
    }
}

extension Menu {
    static let interface = Menu("/interface")
    static let systemHealth = Menu("/system/health")
}
