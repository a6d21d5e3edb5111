import HTTPServer
import SQL
import Templates
import Tenancy
import Values
import Vouchers

extension BackOffice {
    /// How far a large batch is; goes on to the batch by itself when it is made.
    func making(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Batch>(request.parameter("making")) else { throw RequestRefusal.notFound }
        let tenant = visit.tenant.id
        let batch = try store.read(.tenant(tenant)) { try $0.batch(id, of: tenant) }
        if let batch, batch.isComplete {
            return done(.made, batch.size, at: "\(Addresses.batches)/\(batch.number)")
        }
        guard let making = makings.making(id, of: tenant) else {
            // Another gateway makes it, or one did that is gone.
            guard let batch else { throw RequestRefusal.notFound }
            return makingPage(desk, id, Making.Progress(), size: batch.size, isOurs: false)
        }
        let progress = making.progress
        switch progress.end {
        case .done(let number)?: return done(.made, making.size, at: "\(Addresses.batches)/\(number)")
        case .cancelled?: return done(.cancelled, at: Addresses.vouchers)
        case .failed?, nil: return makingPage(desk, id, progress, size: making.size, isOurs: true)
        }
    }

    private func makingPage(
        _ desk: Desk, _ id: ID<Batch>, _ progress: Making.Progress, size: Int, isOurs: Bool
    ) -> Response {
        let page = "\(Addresses.makings)/\(id)"
        let isRunning = progress.end == nil
        return desk.page(
            desk.pages.making,
            [
                "onVouchers": true, "isRunning": .flag(isRunning), "hasFailed": .flag(!isRunning),
                "percent": .text(Self.percent(progress.made, of: size)),
                "progress": .text(desk.progress(progress.made, of: size)),
                "eventsHref": TemplateValue(isOurs && isRunning ? page + "/events" : nil),
                "cancelAction": TemplateValue(isOurs && isRunning ? page + "/cancellations" : nil),
                "refreshHref": .text(page),
            ])
    }

    private static func percent(_ made: Int, of size: Int) -> String { String(made * 100 / max(1, size)) }

    /// The same as server-sent events: `{"percent":12,"text":"12,000 of 100,000","href":""}`.
    func makingEvents(_ request: Request) throws -> Response {
        let desk = desk(request)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Batch>(request.parameter("making")), let making = makings.making(id, of: visit.tenant.id)
        else {
            throw RequestRefusal.notFound
        }
        return .events { stream in
            let ticket = making.listen { progress in
                let buffer = ByteBuffer(capacity: 128)
                buffer.append("{\"percent\":")
                buffer.append(Self.percent(progress.made, of: making.size))
                buffer.append(",\"text\":\"")
                buffer.append(escapingJSON: desk.progress(progress.made, of: making.size))
                buffer.append("\",\"href\":\"")
                buffer.append(escapingJSON: progress.end == nil ? "" : "\(Addresses.makings)/\(id)")
                buffer.append("\"}")
                stream.send(data: String(decoding: buffer.array, as: UTF8.self))
                if progress.end != nil { stream.close() }
            }
            stream.onClose { making.leave(ticket) }
        }
    }

    /// Gives a batch up; what was made of it goes.
    func cancelMaking(_ request: Request) throws -> Response {
        guard let visit = request.principal as? Visit else { throw OfficeRefusal.signedOut }
        guard let id = ID<Batch>(request.parameter("making")), let making = makings.making(id, of: visit.tenant.id)
        else {
            throw RequestRefusal.notFound
        }
        making.cancel()
        return .seeOther("\(Addresses.makings)/\(id)")
    }
}

extension Desk {
    /// `12,000 of 100,000`.
    fileprivate func progress(_ made: Int, of size: Int) -> String {
        words("batch.making.progress", ["made": .number(Int64(made)), "size": .number(Int64(size))])
    }
}
