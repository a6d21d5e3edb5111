package import Crypto
import Tenancy
import Values

/// The keys by which this room remembers devices and telephone numbers without keeping them, and makes codes.
package struct GuestKeys: Sendable {
    private let lookup: SecretKey
    private let screen: SecretKey
    private let number: SecretKey

    /// Derives all from the install's key.
    package init(_ master: SecretKey) {
        lookup = master.derived(for: "guest-lookup")
        screen = master.derived(for: "guest-screen")
        number = master.derived(for: "guest-number")
    }

    /// What the store knows a device by.
    func hash(_ mac: MACAddress, of tenant: ID<Tenant>) -> [UInt8] { hash("device \(mac)", of: tenant) }

    /// What the store knows a telephone number by.
    func hash(_ phone: PhoneNumber, of tenant: ID<Tenant>) -> [UInt8] {
        hash("phone \(phone.international)", of: tenant)
    }

    /// What the store knows the code on a screen by.
    func hash(_ code: PairingCode, of tenant: ID<Tenant>) -> [UInt8] { hash("code \(code.text)", of: tenant) }

    /// What the code of a device that waits until an instant is made of.
    func code(of mac: MACAddress, until end: Instant, of tenant: ID<Tenant>) -> [UInt8] {
        hmacSHA256("\(tenant) \(mac) \(end.milliseconds)", key: screen)
    }

    /// The digits that prove a number, by what the store knows it and the device by.
    func proof(of phone: [UInt8], on device: [UInt8], until end: Instant) -> String {
        let digest = hmacSHA256("\(Hex.encode(phone)) \(Hex.encode(device)) \(end.milliseconds)", key: number)
        let number = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) } % 1_000_000
        return String(String(1_000_000 + number).dropFirst())
    }

    /// The first 16 bytes of HMAC-SHA256 over tenant and text.
    private func hash(_ text: String, of tenant: ID<Tenant>) -> [UInt8] {
        Array(hmacSHA256("\(tenant) \(text)", key: lookup).prefix(16))
    }
}
