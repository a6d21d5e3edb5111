import HTTPServer
import Provisioning
import RouterOS
import SQL
import Tenancy
import Values

/// Why a router that comes by is not served; told in plain text, for its log.
enum PullRefusal: Error {
    case unknownRouter
    case unreadable
}

extension CallHome {
    /// A router that cannot be called comes by: it brings an answer, and goes with work.
    ///
    /// Its connection is held for some seconds where there is none.
    func pull(_ request: Request) throws -> Response {
        let (router, secret) = try caller(request)
        guard let call = PullCall(request.body) else { throw PullRefusal.unreadable }
        let line = doors.line(to: router)
        return .later(within: 30) { [self] resumption in
            line.take(call) { reply in resumption.finish { .text(reply.text(secret)) } }
            // It was away, and what waits for it need not wait any longer.
            if router.state == .new || router.state == .unreachable { provisioner.retry(router.id) }
        }
    }

    /// The router that shows its token; one that is not ours any more, or is called, is nobody.
    private func caller(_ request: Request) throws -> (Router, PullSecret) {
        guard let id = ID<Router>(request.parameter("router")),
            let router = try store.read(.platform, { try $0.router(id) }), router.state.isServed,
            RouterAddresses(router.address)?.ways.contains(where: { $0.service == .pull }) == true
        else { throw PullRefusal.unknownRouter }
        let secret = PullSecret(try doors.password(of: router))
        guard secret.admits(authorization: request.header("Authorization")) else { throw PullRefusal.unknownRouter }
        return (router, secret)
    }
}
