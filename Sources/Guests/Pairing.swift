package import Entitlements
package import SQL
package import Tenancy
package import Values
import Vouchers

/// A device without a keyboard that waits for somebody to bring it along, behind a short code on its screen.
package struct Pairing: Hashable, Sendable {
    /// How long a code is good.
    package static let span = Span.minutes(10)

    package let place: GrantPlace
    package let address: IPv4Address
    package let expiresAt: Instant
    /// Whose guest it became; nil while nobody entered its code.
    package let host: ID<Entitlement>?

    package init(at place: GrantPlace, address: IPv4Address, expiresAt: Instant, host: ID<Entitlement>? = nil) {
        self.place = place
        self.address = address
        self.expiresAt = expiresAt
        self.host = host
    }

    /// What stands on its screen; no two mistaken characters, and never stored.
    package func code(_ keys: GuestKeys, of tenant: ID<Tenant>) -> PairingCode {
        PairingCode(symbols: keys.code(of: place.mac, until: expiresAt, of: tenant))
    }
}

/// The six characters on the screen of a device that waits.
package struct PairingCode: Hashable, Sendable {
    package static let length = 6
    private static let alphabet = Alphabet.standard
    package let text: String

    fileprivate init(symbols numbers: [UInt8]) {
        let symbols = Self.alphabet.symbols
        text = String(decoding: numbers.prefix(Self.length).map { symbols[Int($0) % symbols.count] }, as: UTF8.self)
    }

    /// Takes capital and small letters, and what looks like a character that is meant.
    fileprivate init?(typed bytes: [UInt8]) {
        let values = bytes.compactMap { Self.alphabet.value($0) }
        guard bytes.count == Self.length, values.count == Self.length else { return nil }
        text = String(decoding: values.map { Self.alphabet.symbols[$0] }, as: UTF8.self)
    }
}

/// What somebody types to bring a device along: the code on its screen, or its hardware address.
package enum TypedGuest: Hashable, Sendable {
    case code(PairingCode)
    case device(MACAddress)

    package enum Flaw: String, Refusal, CaseIterable {
        case malformed = "pairing.malformed"
        package var kind: RefusalKind { .invalid }
    }

    /// A hardware address is read in any spelling: signs between its digits, and an O for a zero, do no harm.
    package init(_ text: some StringProtocol) throws(Flaw) {
        guard text.utf8.count <= 64 else { throw .malformed }
        let bytes = text.utf8.filter { (48...57).contains($0) || (65...90).contains($0 & 0xDF) }
        if let code = PairingCode(typed: bytes) {
            self = .code(code)
            return
        }
        let digits = bytes.map { $0 & 0xDF == UInt8(ascii: "O") ? UInt8(ascii: "0") : $0 }
        guard let mac = MACAddress(String(decoding: digits, as: UTF8.self)), mac.isOfOneDevice else { throw .malformed }
        self = .device(mac)
    }
}

extension Transaction {
    /// Lets a device wait for somebody who brings it along; one that waits already keeps its code.
    package borrowing func show(
        _ pairing: Pairing, at site: ID<Site>, of tenant: ID<Tenant>, _ keys: GuestKeys, now: Instant
    ) throws(SQLError) -> Pairing {
        if let known = try self.pairing(of: pairing.place.mac, of: tenant), known.host == nil, known.expiresAt > now {
            return known
        }
        try run("DELETE FROM main.pairing WHERE tenant = $1 AND expires_at < $2", tenant, now - .days(1))
        try run(
            """
            INSERT INTO main.pairing (tenant, mac, code_hash, site, router, address, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (tenant, mac) DO UPDATE SET code_hash = excluded.code_hash, site = excluded.site,
                router = excluded.router, address = excluded.address, expires_at = excluded.expires_at,
                entitlement = NULL
            """, tenant, pairing.place.mac, keys.hash(pairing.code(keys, of: tenant), of: tenant), site,
            pairing.place.router, pairing.address, pairing.expiresAt)
        return pairing
    }

    /// How a device waits, or whose guest it became.
    package borrowing func pairing(of mac: MACAddress, of tenant: ID<Tenant>) throws(SQLError) -> Pairing? {
        try first(
            "SELECT mac, router, address, expires_at, entitlement FROM pairing WHERE tenant = $1 AND mac = $2", tenant,
            mac, read: Pairing.init(row:))
    }

    /// The device on whose screen a code stands that is good for a host: nobody's yet, or this one's already.
    borrowing func pairing(
        showing code: [UInt8], at site: ID<Site>, for host: ID<Entitlement>, of tenant: ID<Tenant>, now: Instant
    ) throws(SQLError) -> Pairing? {
        try first(
            """
            SELECT mac, router, address, expires_at, entitlement FROM pairing
            WHERE tenant = $1 AND code_hash = $2 AND site = $3 AND expires_at > $4
                AND (entitlement IS NULL OR entitlement = $5)
            """, tenant, code, site, now, host, read: Pairing.init(row:))
    }

    /// Notes whose guest a device is.
    ///
    /// - Returns: false where somebody else was faster.
    borrowing func take(
        _ pairing: Pairing, to host: ID<Entitlement>, of tenant: ID<Tenant>
    ) throws(SQLError) -> Bool {
        try run(
            """
            UPDATE main.pairing SET entitlement = $1
            WHERE tenant = $2 AND mac = $3 AND (entitlement IS NULL OR entitlement = $1)
            """, host, tenant, pairing.place.mac) == 1
    }
}

extension Pairing {
    fileprivate init(row: borrowing Row) throws(SQLError) {
        self.init(
            at: GrantPlace(router: try row[1], mac: try row[0]), address: try row[2], expiresAt: try row[3],
            host: try row[4])
    }
}
