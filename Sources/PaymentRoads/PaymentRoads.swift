package import HTTPServer
import JSON
package import Payments
import Values

/// Where payment providers post their news: kept as it came, answered at once, read later.
///
/// The addresses hold none of the words that providers refuse, and no personal data: what is secret in them is a token.
package struct PaymentRoads: Surface {
    package enum Audience: Hashable, Sendable {
        /// A provider that was told the address; whether it leads anywhere is looked up as the news is kept.
        case provider
    }

    /// Where the surface is mounted; addresses that providers are told begin with it.
    package static let path = "/in"

    /// The longest news that is kept: forty times what was ever seen.
    private static let limit = 65_536

    // swift-format-ignore
    package static let routes: [Route<PaymentRoads>] = [
        .post("/s/{token}",          .provider, bodyLimit: limit, PaymentRoads.take),
        .post("/c/{token}/confirm",  .provider, bodyLimit: limit, PaymentRoads.take),
        .post("/c/{token}/validate", .provider, bodyLimit: limit, PaymentRoads.accept),
    ]

    let keeper: PaymentKeeper

    package init(keeper: PaymentKeeper) { self.keeper = keeper }

    /// An address is its own permission.
    package func admit(_: Audience, _: Request) throws {}

    package func problem(_ error: any Error, _ request: Request) -> Response { Problem(error, request).json() }

    /// Says "received" once the news is on the disk, and not before: a provider tells it once.
    func take(_ request: Request) throws -> Response {
        let (body, token) = (Array(request.body), request.parameter("token"))
        return .later { [keeper] resumption in
            keeper.receive(body, at: token) { outcome in
                resumption.finish {
                    guard try outcome.get() else { throw RequestRefusal.notFound }
                    return Self.received()
                }
            }
        }
    }

    /// Money is never turned away before it is paid: what cannot be matched is sorted out by people.
    func accept(_ request: Request) throws -> Response { Self.received() }

    private static func received() -> Response {
        .json(JSON.object(["ResultCode": .number("0"), "ResultDesc": .string("Accepted")]))
    }
}
