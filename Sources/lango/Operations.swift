import Captive
import HTTPServer
import SQL
import Synchronization
import Telemetry
import Tenancy
import Values

/// What operators' programs ask, and the door for those who typed only the host.
struct Operations: Surface {
    enum Audience: Hashable, Sendable { case anyone }

    // swift-format-ignore
    static let routes: [Route<Operations>] = [
        .get("/",        .anyone, Operations.entrance),
        .get("/favicon.ico", .anyone, Operations.icon),
        .get("/healthz", .anyone, Operations.isAlive),
        .get("/readyz",  .anyone, Operations.isReady),
        .get("/metrics", .anyone, Operations.metricsPage),
    ]

    let store: Store
    let places: PlaceDirectory
    let metrics: GatewayMetrics

    func admit(_ audience: Audience, _ request: Request) throws {}

    /// Where there is one hotspot, its page; else the staff's sign-in.
    func entrance(_ request: Request) throws -> Response {
        let all = places.all
        return .seeOther(all.count == 1 ? all[0].path : "/office")
    }

    /// The mark of every page that brings none of its own.
    func icon(_ request: Request) throws -> Response {
        .bytes(Array(places.iconSVG.utf8), type: "image/svg+xml").cached(.shared(seconds: 86_400))
    }

    /// The process runs.
    func isAlive(_ request: Request) throws -> Response { .text("ok\n") }

    /// The process can answer: its store reads, and kept what was written last.
    func isReady(_ request: Request) throws -> Response {
        if let trouble = store.writeTrouble {
            // The next question hears whether this one was kept.
            store.tryWriting()
            return .text(trouble.kind == .full ? "the disk is full\n" : "the store keeps nothing\n", status: 503)
        }
        do {
            _ = try store.read(.platform) { try $0.directoryVersion() }
            return .text("ready\n")
        } catch {
            return .text("the store does not answer\n", status: 503)
        }
    }

    /// Prometheus text format 0.0.4.
    func metricsPage(_ request: Request) throws -> Response {
        .bytes(metrics.render().array, type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
