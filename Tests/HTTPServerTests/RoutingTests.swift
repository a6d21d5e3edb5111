import HTTPServer
import Testing

@Suite struct RoutingTests {
    static let paths: [(path: String, text: String)] = [
        ("/", "home"),
        ("/?a=b", "home"),
        ("/hello/Asha", "hello Asha"),
        ("/hello/all", "everybody"),
        ("/hello/a%20b%2Fc", "hello a b/c"),
        ("/hello/Zo%C3%AB", "hello Zoë"),
        ("/hello/all/things", "all and things"),
        ("/hello/%ff", "hello "),
        ("/hello/a%00b", "hello "),
        ("/hello/100%", "hello "),
        ("/query?q=1+2%2B3", "1 2+3"),
        ("/query?q=", ""),
        ("/query", "none"),
        ("http://lango.test/hello/all?x=1", "everybody"),
    ]

    @Test("A path leads to its handler, literals before captures")
    func routes() throws {
        let harness = try Harness()
        let client = try harness.client()
        for (path, text) in Self.paths {
            let answer = try client.ask("GET", path)
            #expect(answer.status == 200, "\(path)")
            #expect(answer.text == text, "\(path)")
        }
    }

    static let refused: [(method: String, path: String, status: Int, code: String)] = [
        ("GET", "/nowhere", 404, "request.not-found"),
        ("GET", "/hello", 404, "request.not-found"),
        ("GET", "/hello/", 404, "request.not-found"),
        ("GET", "//", 404, "request.not-found"),
        ("GET", "/hello/a/b/c", 404, "request.not-found"),
        ("GET", "/..%2f..%2fetc/passwd", 404, "request.not-found"),
        ("POST", "/", 405, "request.method-not-allowed"),
        ("DELETE", "/echo", 405, "request.method-not-allowed"),
        ("BREW", "/", 501, "request.method-unknown"),
        ("get", "/", 501, "request.method-unknown"),
        ("GET", "/query?q=%ff", 400, "request.malformed-text"),
        ("GET", "/query?q=%00", 400, "request.malformed-text"),
        ("GET", "/query?q=%4", 400, "request.malformed-text"),
        ("GET", "/staff", 401, "test.unauthenticated"),
        ("GET", "/refuses", 410, "test.gone"),
        ("GET", "/fails", 500, "internal"),
    ]

    @Test("What cannot be served is explained as a problem with a reference")
    func refuses() throws {
        let harness = try Harness()
        let client = try harness.client()
        for (method, path, status, code) in Self.refused {
            let answer = try client.ask(method, path)
            #expect(answer.status == status, "\(method) \(path)")
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(answer.text.contains("\"code\":\"\(code)\""), "\(method) \(path): \(answer.text)")
            let reference = try #require(answer["X-Request-Id"])
            #expect(answer.text.contains("\"reference\":\"\(reference)\""))
        }
        #expect(harness.log.text.components("request.failed") == 1)
        #expect(harness.log.text.contains("Trouble"))
    }

    @Test("A refusal's facts are told, escaped")
    func facts() throws {
        let harness = try Harness()
        let answer = try harness.client().ask("GET", "/refuses")
        #expect(answer.text.contains("\"count\":3,\"since\":\"\\u003cnoon>\""))
    }

    @Test("A wrong method is told the right ones; HEAD goes with GET and has no body")
    func methods() throws {
        let harness = try Harness()
        let client = try harness.client()
        #expect(try client.ask("POST", "/")["Allow"] == "GET, HEAD")
        #expect(try client.ask("DELETE", "/echo")["Allow"] == "POST, PUT")
        let head = try client.ask("HEAD", "/hello/all")
        #expect(head.status == 200)
        #expect(head["Content-Length"] == "9")
        #expect(try client.ask("GET", "/hello/all").text == "everybody")
    }

    struct Office: Surface {
        static let routes: [Route<Office>] = [
            .get("/", true, Office.desk), .get("/{page}", true, Office.desk),
        ]
        func admit(_: Bool, _: Request) {}
        func desk(_ request: Request) -> Response { .text(request.pattern) }
        func problem(_ error: any Error, _ request: Request) -> Response {
            .text("office: \(Problem(error, request).code)", status: Problem(error, request).status)
        }
    }

    @Test("A surface lives under its prefix and explains what goes wrong there")
    func mounts() throws {
        let harness = try Harness(mounts: [Mount(prefix: "/office", Office())])
        let client = try harness.client()
        #expect(try client.ask("GET", "/office").text == "/office")
        #expect(try client.ask("GET", "/office/room").text == "/office/{page}")
        #expect(try client.ask("GET", "/office/a/b").text == "office: request.not-found")
        #expect(try client.ask("PUT", "/office").text == "office: request.method-not-allowed")
        #expect(try client.ask("GET", "/officer").text.contains("request.not-found"))
        #expect(try !client.ask("GET", "/officer").text.contains("office:"))
    }

    struct Twice: Surface {
        static let routes: [Route<Twice>] = [
            .get("/a/{x}", true, Twice.page), .get("/a/{y}", true, Twice.page),
        ]
        func admit(_: Bool, _: Request) {}
        func page(_: Request) -> Response { .noContent }
    }

    struct Nameless: Surface {
        static let routes: [Route<Nameless>] = [.get("/a/{}", true, Nameless.page)]
        func admit(_: Bool, _: Request) {}
        func page(_: Request) -> Response { .noContent }
    }

    struct Relative: Surface {
        static let routes: [Route<Relative>] = [.get("a", true, Relative.page)]
        func admit(_: Bool, _: Request) {}
        func page(_: Request) -> Response { .noContent }
    }

    @Test("A site map with a mistake is not accepted")
    func checks() {
        for mount in [
            [Mount(prefix: "", Twice())], [Mount(prefix: "", Nameless())], [Mount(prefix: "", Relative())],
            [Mount(prefix: "/x", Pages()), Mount(prefix: "/x", Pages())],
        ] {
            let error = #expect(throws: ServerError.self) { try Application(mounts: mount) }
            #expect(error?.kind == .settings)
        }
    }
}

extension String {
    /// How often a text stands in it.
    func components(_ text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let place = rest.firstRange(of: text) {
            count += 1
            rest = rest[place.upperBound...]
        }
        return count
    }
}
