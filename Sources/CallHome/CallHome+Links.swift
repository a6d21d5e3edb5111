import Adoption
import HTTPServer
import Provisioning
import SQL
import Telemetry
import Tenancy
import Values

extension CallHome {
    /// The script of a link; asking again within its time gives the same one.
    func script(_ request: Request) throws -> Response {
        let adoption = try desk.openForScript(request.parameter("token"))
        let client = request.clientAddress
        return .later { [self] resumption in
            store.write(.tenant(adoption.tenant), desk.fetch(adoption, from: client)) { [self] outcome in
                if case .success = outcome { note("adoption.fetched", adoption, client) }
                resumption.finish { .text(try outcome.get()) }
            }
        }
    }

    /// A file of the hotspot.
    func page(_ request: Request) throws -> Response {
        let adoption = try desk.open(request.parameter("token"))
        guard adoption.kind == .adopt, let text = try desk.page(request.parameter("file"), for: adoption) else {
            throw RequestRefusal.notFound
        }
        return .text(text)
    }

    /// A router's word that its script came to its end.
    func report(_ request: Request) throws -> Response {
        let adoption = try desk.open(request.parameter("token"))
        guard let report = AdoptionReport(request.body) else { throw AdoptionRefusal.unreadableReport }
        let client = request.clientAddress
        return .later { [self] resumption in
            store.write(.tenant(adoption.tenant), desk.take(report, for: adoption, from: client)) { [self] outcome in
                if case .success = outcome {
                    note(adoption.kind == .adopt ? "adoption.done" : "adoption.released", adoption, client)
                    if adoption.kind == .adopt { provisioner.retry(adoption.router) }
                }
                resumption.finish {
                    try outcome.get()
                    return .noContent
                }
            }
        }
    }

    private func note(_ message: StaticString, _ adoption: Adoption, _ client: String) {
        log.notice(
            message,
            [
                "router.id": .id(adoption.router), "adoption.id": .id(adoption.id), "client": .text(client),
            ])
    }
}
