package import HTTPServer
package import Messages
import Values

/// Where those who send messages report: kept as it came, answered at once, read later.
///
/// The addresses hold no personal data: what is secret in them is a token.
package struct MessageRoads: Surface {
    package enum Audience: Hashable, Sendable {
        /// A provider that was told the address; whether it leads anywhere is looked up as the report is kept.
        case provider
    }

    /// Where the surface is mounted.
    package static let path = "/in/m"

    /// The longest report that is kept.
    private static let limit = 16_384

    // swift-format-ignore
    package static let routes: [Route<MessageRoads>] = [
        .post("/{token}", .provider, bodyLimit: limit, MessageRoads.takeForm),
        .get ("/{token}", .provider, MessageRoads.takeQuery),
    ]

    let keeper: MessageKeeper

    package init(keeper: MessageKeeper) { self.keeper = keeper }

    /// An address is its own permission.
    package func admit(_: Audience, _: Request) throws {}

    package func problem(_ error: any Error, _ request: Request) -> Response { Problem(error, request).json() }

    /// A form, as Africa's Talking posts it.
    func takeForm(_ request: Request) throws -> Response { take(Array(request.body), request.parameter("token")) }

    /// A query, as Kannel asks with it; kept with its escapes.
    func takeQuery(_ request: Request) throws -> Response {
        var query: [UInt8] = []
        request.forEachArgument { name, value in
            if !query.isEmpty { query.append(UInt8(ascii: "&")) }
            for index in name.indices { query.append(name[index]) }
            query.append(UInt8(ascii: "="))
            for index in value.indices { query.append(value[index]) }
        }
        return take(query, request.parameter("token"))
    }

    /// Says yes once the report is on the disk, and not before.
    private func take(_ body: [UInt8], _ token: String) -> Response {
        .later { [keeper] resumption in
            keeper.receive(body, at: token) { outcome in
                resumption.finish {
                    guard try outcome.get() else { throw RequestRefusal.notFound }
                    return .text("OK")
                }
            }
        }
    }
}
