package import Adoption
package import HTTPServer
package import Provisioning
package import SQL
package import Telemetry
import Values

/// What routers fetch and post by themselves; their words go to a terminal, so that answers are plain text.
package struct CallHome: Surface {
    package enum Audience: Hashable, Sendable {
        /// A router with the secret of a link in its path; the handler looks it up.
        case link
        /// A router with its token in `Authorization`; the handler checks it.
        case router
    }

    // swift-format-ignore
    package static let routes: [Route<CallHome>] = [
        .get ("/links/{token}/script",       .link, CallHome.script),
        .get ("/links/{token}/pages/{file}", .link, CallHome.page),
        .post("/links/{token}/reports",      .link, bodyLimit: 4_096, CallHome.report),
        .post("/pull/{router}",              .router, bodyLimit: 65_536, CallHome.pull),
    ]

    /// Where the surface is mounted; what is written into scripts begins with it.
    package static let path = "/router"

    let store: Store
    let desk: AdoptionDesk
    let doors: RouterDoors
    let provisioner: Provisioner
    let log: Log

    package init(store: Store, desk: AdoptionDesk, doors: RouterDoors, provisioner: Provisioner, log: Log) {
        self.store = store
        self.desk = desk
        self.doors = doors
        self.provisioner = provisioner
        self.log = log
    }

    /// Each handler looks its link or router up; there is nothing to admit before.
    package func admit(_: Audience, _: Request) throws {}

    package func problem(_ error: any Error, _ request: Request) -> Response {
        switch error {
        case AdoptionRefusal.unknownLink: .text("Lango knows no such link.\n", status: 404)
        case AdoptionRefusal.expiredLink:
            .text("This link is over. Make a new line with `lango router add`, or in the back office.\n", status: 410)
        case AdoptionRefusal.unreadableReport: .text("The report cannot be read.\n", status: 422)
        case PullRefusal.unknownRouter: .text("Lango knows no such router, or its token is another.\n", status: 401)
        case PullRefusal.unreadable: .text("The call cannot be read.\n", status: 422)
        default: Problem(error, request).json()
        }
    }
}
