package import Values

/// What kind of router is simulated.
package struct RouterSettings: Sendable {
    /// The release to imitate.
    package var version = RouterRelease(7, 16, 2)
    /// What there is beside the system: the package `user-manager`, the hardware `routerboard`.
    package var packages: Set<String> = []
    /// `level` of `/system/license`.
    package var license = "free"
    /// `/system/identity`.
    package var identity = "MikroTik"
    /// The name of the hotspot server: `/ip/hotspot` `name`.
    package var hotspotName = "hotspot1"
    /// The `login-by` of the hotspot's profile; the words are RouterOS's own.
    package var loginBy = "cookie,http-chap"
    /// The first user of the API, in group `full`.
    package var userName = "lango"
    /// The password of that user.
    package var password = Secret("")
    /// What unauthorised phones may reach: `host` or `host:port`.
    package var walledGarden: [String] = []
    /// Where the hotspot stands in its own network; clients get the following addresses of the same /24.
    package var hotspotAddress = IPv4Address(bits: 0x0A05_3201)
    /// How often lifetime counters reach the flash; a power cut loses what came after the last time.
    package var savesEvery = Span.minutes(10)
    /// How many steps a script may take, so that one without an end holds nobody up; a real router knows no such number.
    package var longestScript = 200_000
    /// The start of chance: challenges and cookies follow from it.
    package var seed: UInt64 = .random(in: .min ... .max)

    package init() {}
}
