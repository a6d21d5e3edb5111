package import Provisioning
import RouterOS
package import Values

/// Everything that a script needs to know.
package struct AdoptionBrief: Sendable {
    package let mark: RouterMark
    /// Of our user on the router.
    package let password: Secret
    package let options: AdoptionOptions
    package let radiusSecret: Secret?
    /// What phones must reach before they are online.
    package let portal: PortalPlace
    /// The address below which this router's own things lie: `https://portal.example/router/links/…`.
    package let link: String
    /// Where the router calls that comes by itself: `https://portal.example/router/pull/…`.
    package let callURL: String
    /// The names of the hotspot's files.
    package let pages: [String]

    package init(
        mark: RouterMark, password: Secret, options: AdoptionOptions, radiusSecret: Secret? = nil, portal: PortalPlace,
        link: String, callURL: String, pages: [String]
    ) {
        self.mark = mark
        self.password = password
        self.options = options
        self.radiusSecret = radiusSecret
        self.portal = portal
        self.link = link
        self.callURL = callURL
        self.pages = pages
    }

    /// The row of `/ip/service` that we come through.
    var service: String { options.service == .https ? "www-ssl" : "api-ssl" }

    /// The commands that let the router come by itself.
    var pulling: PullScript {
        PullScript(url: callURL, secret: PullSecret(password), checksCertificate: options.checksCertificate)
    }

    /// The end of every `/tool fetch`.
    var check: String { options.checksCertificate ? " check-certificate=yes-without-crl" : "" }
}
