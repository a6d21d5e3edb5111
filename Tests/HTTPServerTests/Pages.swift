import Glibc
import HTTPServer
import JSON
import Synchronization
import Values

/// The site under test.
struct Pages: Surface {
    enum Audience { case anyone, staff }

    let seen = Seen()

    // swift-format-ignore
    static let routes: [Route<Pages>] = [
        .get   ("/",                      .anyone, Pages.home),
        .get   ("/hello/{name}",          .anyone, Pages.hello),
        .get   ("/hello/{name}/{thing}",  .anyone, Pages.two),
        .get   ("/hello/all",             .anyone, Pages.all),
        .get   ("/query",                 .anyone, Pages.query),
        .get   ("/fails",                 .anyone, Pages.fails),
        .get   ("/refuses",               .anyone, Pages.refuses),
        .get   ("/staff",                 .staff,  Pages.home),
        .get   ("/facts",                 .anyone, Pages.facts),
        .get   ("/big",                   .anyone, Pages.big),
        .get   ("/later",                 .anyone, Pages.later),
        .get   ("/never",                 .anyone, Pages.never),
        .get   ("/events",                .anyone, Pages.events),
        .get   ("/stream",                .anyone, Pages.stream),
        .get   ("/broken-stream",         .anyone, Pages.brokenStream),
        .get   ("/cookie",                .anyone, Pages.cookie),
        .get   ("/moved",                 .anyone, Pages.moved),
        .get   ("/page",                  .anyone, Pages.page),
        .get   ("/arguments",             .anyone, Pages.arguments),
        .post  ("/echo",                  .anyone, Pages.echo),
        .put   ("/echo",                  .anyone, Pages.echo),
        .post  ("/form",                  .anyone, Pages.form),
        .post  ("/json",                  .anyone, Pages.json),
        .post  ("/upload",                .anyone, bodyLimit: 4 << 20, Pages.echo),
    ]

    func admit(_ audience: Audience, _ request: Request) throws {
        if audience == .staff { throw Refused.unauthenticated }
        request.principal = "somebody"
    }
}

/// What handlers noticed.
final class Seen: Sendable {
    let calls = Mutex<[String]>([])
    let streams = Mutex<[EventStream]>([])
    let closed = Atomic(0)
    let waits = Mutex<[Resumption]>([])
}

enum Refused: String, Refusal {
    case unauthenticated = "test.unauthenticated"
    case gone = "test.gone"
    var kind: RefusalKind { self == .gone ? .gone : .unauthenticated }
    var facts: [String: Fact] { ["since": .text("<noon>"), "count": .number(3)] }
}

struct Trouble: Error {}

extension Pages {
    func home(_ request: Request) throws -> Response { .text("home") }
    func all(_ request: Request) throws -> Response { .text("everybody") }
    func hello(_ request: Request) throws -> Response { .text("hello \(request.parameter("name"))") }
    func two(_ request: Request) throws -> Response {
        .text("\(request.parameter("name")) and \(request.parameter("thing"))")
    }
    func query(_ request: Request) throws -> Response { .text(try request.query("q") ?? "none") }
    func moved(_ request: Request) throws -> Response { .seeOther(try request.query("to") ?? "/") }
    func fails(_ request: Request) throws -> Response { throw Trouble() }
    func refuses(_ request: Request) throws -> Response { throw Refused.gone }
    func cookie(_ request: Request) throws -> Response {
        .text(request.cookie("session") ?? "none").setting(cookie: Cookie("session", "abc.DEF-_=", maxAge: 60))
    }

    /// A page of `size` times `letter`: on the server's own sheet, unless `own` asks for a buffer of its own.
    func page(_ request: Request) throws -> Response {
        let buffer = try request.query("own") == nil ? request.page() : ByteBuffer()
        let letter = try request.query("letter") ?? "a"
        buffer.append(String(repeating: letter, count: Int(try request.query("size") ?? "") ?? 0))
        switch try request.query("then") {
        case "refuse": throw Refused.gone
        case "missing": return .html(buffer, status: 404)
        case "cookie": return Response.html(buffer).setting(cookie: Cookie("a", "b"))
        case "other": return .text("other")
        case "keep": return Response.html(buffer).cached(.privately)
        default: return .html(buffer)
        }
    }

    func arguments(_ request: Request) throws -> Response {
        var found: [String] = []
        request.forEachArgument { name, value in
            let (name, value) = (name.indices.map { name[$0] }, value.indices.map { value[$0] })
            found.append(String(decoding: name + [UInt8(ascii: "=")] + value, as: UTF8.self))
        }
        return .text(found.joined(separator: " "))
    }

    func big(_ request: Request) throws -> Response {
        .bytes(Array(repeating: UInt8(ascii: "x"), count: 6_000), type: "text/plain").compressed()
    }

    func facts(_ request: Request) throws -> Response {
        .text(
            """
            \(request.clientAddress) \(request.isSecure) \(request.host ?? "-") \(request.id) \(request.path) \
            \(request.header("x-thing") ?? "-") \(request.principal ?? "-")
            """)
    }

    func echo(_ request: Request) throws -> Response {
        seen.calls.withLock { $0.append(String(decoding: request.body.prefix(100), as: UTF8.self)) }
        return .bytes(request.body, type: "application/octet-stream")
    }

    func form(_ request: Request) throws -> Response {
        let form = try request.form()
        let files = form.files.sorted { $0.key < $1.key }.map {
            "\($0.key)=\($0.value.filename),\($0.value.contentType),\($0.value.bytes.count)"
        }
        return .text("\(form["a"] ?? "-") \(form.all("b")) \(files)")
    }

    func json(_ request: Request) throws -> Response { .json(["got": try request.json()]) }

    func later(_ request: Request) throws -> Response {
        .later { resumption in
            seen.waits.withLock { $0.append(resumption) }
        }
    }

    func never(_ request: Request) throws -> Response { .later(within: 1) { _ in } }

    func events(_ request: Request) throws -> Response {
        .events { stream in
            stream.onClose { seen.closed.wrappingAdd(1, ordering: .relaxed) }
            seen.streams.withLock { $0.append(stream) }
        }
    }

    func stream(_ request: Request) throws -> Response {
        .stream(type: "application/pdf", filename: "a \"b\".pdf") { writer in
            for index in 0..<1_000 {
                try writer.write(Array("\(index) ".utf8) + Array(repeating: UInt8(ascii: "."), count: 2_000))
            }
        }
    }

    func brokenStream(_ request: Request) throws -> Response {
        .stream(type: "text/plain") { writer in
            try writer.write(Array("half".utf8))
            usleep(50_000)
            throw Trouble()
        }
    }
}
