package import Crypto
import Tenancy
import Values

/// The keys by which this room remembers devices and telephone numbers without keeping them, and makes codes.
package struct GuestKeys: Sendable {
    private let lookup: SecretKey
    private let screen: SecretKey

    /// Derives both from the install's key.
    package init(_ master: SecretKey) {
        lookup = master.derived(for: "guest-lookup")
        screen = master.derived(for: "guest-screen")
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

    /// The first 16 bytes of HMAC-SHA256 over tenant and text.
    private func hash(_ text: String, of tenant: ID<Tenant>) -> [UInt8] {
        Array(hmacSHA256("\(tenant) \(text)", key: lookup).prefix(16))
    }
}
