package import HTTPServer
import JSON
import MobileMoney
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
        // MTN posts; others were told of its putting.
        .put ("/s/{token}",          .provider, bodyLimit: limit, PaymentRoads.take),
        .post("/c/{token}/confirm",  .provider, bodyLimit: limit, PaymentRoads.takeConfirmation),
        .post("/c/{token}/validate", .provider, bodyLimit: limit, PaymentRoads.answerValidation),
        .post("/b/{token}",          .provider, bodyLimit: limit, PaymentRoads.takeFromBank),
        .post("/r/{token}/end",        .provider, bodyLimit: limit, PaymentRoads.takeEnd),
        .post("/r/{token}/late",       .provider, bodyLimit: limit, PaymentRoads.takeLate),
        .post("/r/{token}/state",      .provider, bodyLimit: limit, PaymentRoads.takeState),
        .post("/r/{token}/state/late", .provider, bodyLimit: limit, PaymentRoads.takeStateLate),
        .post("/r/{token}/answer",     .provider, bodyLimit: limit, PaymentRoads.takeAnswer),
        .post("/r/{token}/answer/late", .provider, bodyLimit: limit, PaymentRoads.takeAnswerLate),
        .post("/q/{token}",            .provider, bodyLimit: limit, PaymentRoads.takeProof),
        .post("/q/{token}/late",       .provider, bodyLimit: limit, PaymentRoads.takeProofLate),
    ]

    let keeper: PaymentKeeper

    package init(keeper: PaymentKeeper) { self.keeper = keeper }

    /// An address is its own permission.
    package func admit(_: Audience, _: Request) throws {}

    package func problem(_ error: any Error, _ request: Request) -> Response { Problem(error, request).json() }

    /// Says "received" once the news is on the disk, and not before: a provider tells it once.
    func take(_ request: Request) throws -> Response { take(request, .payment) }
    func takeConfirmation(_ request: Request) throws -> Response { take(request, .account) }

    // What becomes of money that goes back.
    func takeEnd(_ request: Request) throws -> Response { take(request, .refund(.end)) }
    func takeLate(_ request: Request) throws -> Response { take(request, .refund(.late)) }
    func takeState(_ request: Request) throws -> Response { take(request, .refund(.state)) }
    func takeStateLate(_ request: Request) throws -> Response { take(request, .refund(.stateLate)) }

    // What the provider says of a receipt that it was asked about.
    func takeProof(_ request: Request) throws -> Response { take(request, .question(.none)) }
    func takeProofLate(_ request: Request) throws -> Response { take(request, .question(.late)) }

    private func take(_ request: Request, _ door: RoadDoor) -> Response {
        let (body, token) = (request.body, request.parameter("token"))
        return .later { [keeper] resumption in
            keeper.receive(body, at: token, by: door) { outcome in
                resumption.finish {
                    _ = try Self.kept(outcome)
                    return Self.received()
                }
            }
        }
    }

    /// The same for a bank, which shows that it is the bank; in the form in which KCB wants to be answered.
    func takeFromBank(_ request: Request) throws -> Response {
        let (body, token) = (request.body, request.parameter("token"))
        let proof = NoticeProof(
            signature: request.header("Signature"), authorization: request.header("Authorization"))
        return .later { [keeper] resumption in
            keeper.receive(body, at: token, by: .bank(proof)) { outcome in
                resumption.finish { Self.received(body, as: try Self.kept(outcome)) }
            }
        }
    }

    private static func kept(_ outcome: Result<PaymentKeeper.Reception, any Error>) throws -> ID<StoredNotice> {
        switch try outcome.get() {
        case .kept(let id): return id
        case .nowhere: throw RequestRefusal.notFound
        case .unproven: throw RoadRefusal.unproven
        }
    }

    private static func received(_ body: [UInt8], as id: ID<StoredNotice>) -> Response {
        // What is no JSON has no name to repeat.
        let header = (try? JSON(parsing: body))?["header"]
        return .json(
            JSON.object([
                "header": .object([
                    "messageID": .string(header?["messageID"]?.text ?? ""),
                    "originatorConversationID": .string(header?["originatorConversationID"]?.text ?? ""),
                    "statusCode": .string("0"), "statusMessage": .string("Notification received"),
                ]),
                "responsePayload": .object(["transactionInfo": .object(["transactionId": .string(id.description)])]),
            ]))
    }

    // What came back to a question of staff's.
    func takeAnswer(_ request: Request) throws -> Response { takeAnswer(request, isLate: false) }
    func takeAnswerLate(_ request: Request) throws -> Response { takeAnswer(request, isLate: true) }

    private func takeAnswer(_ request: Request, isLate: Bool) -> Response {
        let (body, token) = (request.body, request.parameter("token"))
        return .later { [keeper] resumption in
            keeper.receiveAnswer(body, at: token, isLate: isLate) { outcome in
                resumption.finish {
                    guard try outcome.get() else { throw RequestRefusal.notFound }
                    return Self.received()
                }
            }
        }
    }

    /// Says whether money by hand is welcome; within a moment, since M-PESA waits for eight seconds.
    ///
    /// It is turned away only where staff want that: what cannot be matched is else sorted out by people.
    func answerValidation(_ request: Request) throws -> Response {
        // Where the store cannot tell, the money is welcome.
        let verdict = (try? keeper.verdict(on: request.body, at: request.parameter("token"))) ?? .welcome
        guard verdict != .welcome else { return Self.received() }
        let page = ByteBuffer(capacity: 64)
        page.append(String(decoding: verdict.body, as: UTF8.self))
        return .json(page)
    }

    private static func received() -> Response {
        let page = ByteBuffer(capacity: 64)
        page.append("{\"ResultCode\":0,\"ResultDesc\":\"Accepted\"}")
        return .json(page)
    }
}
