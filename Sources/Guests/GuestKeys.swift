package import Crypto
import Tenancy
import Values

/// The key by which this room remembers devices and telephone numbers without keeping them.
package struct GuestKeys: Sendable {
    private let lookup: SecretKey

    /// Derives it from the install's key.
    package init(_ master: SecretKey) { lookup = master.derived(for: "guest-lookup") }

    /// What the store knows a device by.
    func hash(_ mac: MACAddress, of tenant: ID<Tenant>) -> [UInt8] { hash("device \(mac)", of: tenant) }

    /// What the store knows a telephone number by.
    func hash(_ phone: PhoneNumber, of tenant: ID<Tenant>) -> [UInt8] {
        hash("phone \(phone.international)", of: tenant)
    }

    /// The first 16 bytes of HMAC-SHA256 over tenant and text.
    private func hash(_ text: String, of tenant: ID<Tenant>) -> [UInt8] {
        Array(hmacSHA256("\(tenant) \(text)", key: lookup).prefix(16))
    }
}
