/// Which properties of a router hold secrets.
package enum SecretNames {
    private static let names: Set<String> = [
        "password", "passphrase", "secret", "shared-secret", "private-key", "preshared-key", "pre-shared-key",
        "otp-secret", "totp-secret", "mac-auth-password", "challenge-password", "radius-password", "reconfigure-key",
        "authentication-password", "encryption-password", "paypal-password", "web-private-password", "trap-community",
    ]
    private static let endings = ["-password", "-passphrase", "-secret", "-psk", "-private-key", "-shared-key"]

    /// Whether a property of that name holds a secret; of a newer version's property its name tells.
    package static func contains(_ name: String) -> Bool {
        names.contains(name) || endings.contains { name.hasSuffix($0) }
    }
}
