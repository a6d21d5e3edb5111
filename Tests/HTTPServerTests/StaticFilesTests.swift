import Glibc
import HTTPServer
import Testing

@Suite struct StaticFilesTests {
    /// A directory for one test.
    final class Folder {
        let path: String

        init(_ files: [String: String]) throws {
            var template = Array("/tmp/lango-test-XXXXXX".utf8CString)
            path = unsafe String(cString: mkdtemp(&template))
            for (name, text) in files {
                var folder = path
                for part in name.split(separator: "/").dropLast() {
                    folder += "/\(part)"
                    unsafe mkdir(folder, 0o700)
                }
                try Self.write(text, to: "\(path)/\(name)")
            }
        }

        static func write(_ text: String, to path: String) throws {
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            try #require(count == bytes.count)
        }

        deinit { unsafe _ = system("rm -rf \(path)") }
    }

    let style = String(repeating: "body { color: black }\n", count: 100)

    func harness(_ folder: Folder) throws -> Harness {
        try Harness(statics: [StaticFiles(prefix: "/assets", directory: folder.path)])
    }

    @Test("A file comes with its type, tag and date, and is not sent again to whom has it")
    func conditional() throws {
        let folder = try Folder(["site.css": style, "icons/a.png": "png", ".secret": "x"])
        let harness = try harness(folder)
        let client = try harness.client()
        let answer = try client.ask("GET", "/assets/site.css")
        #expect(answer.text == style)
        #expect(answer["Content-Type"] == "text/css; charset=utf-8")
        #expect(answer["Cache-Control"] == "public, max-age=3600")
        #expect(answer["Vary"] == "Accept-Encoding")
        #expect(answer["X-Content-Type-Options"] == "nosniff")
        let tag = try #require(answer["ETag"])
        let date = try #require(answer["Last-Modified"])
        for (header, status) in [
            ("If-None-Match: \(tag)", 304), ("If-None-Match: \"x\", W/\(tag)", 304), ("If-None-Match: *", 304),
            ("If-None-Match: \"x\"", 200), ("If-Modified-Since: \(date)", 304),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200), ("If-Modified-Since: nonsense", 200),
            ("If-None-Match: \"x\"\r\nIf-Modified-Since: \(date)", 200),
        ] {
            let again = try client.ask("GET", "/assets/site.css", headers: [header])
            #expect(again.status == status, "\(header)")
            #expect(again["ETag"] == tag)
        }
        #expect(try client.ask("HEAD", "/assets/site.css")["Content-Length"] == "\(style.utf8.count)")
        #expect(try client.ask("GET", "/assets/icons/a.png")["Content-Type"] == "image/png")
        #expect(try client.ask("POST", "/assets/site.css", body: "").status == 405)
    }

    @Test("A text is compressed for whom takes it, under a tag of its own")
    func compressed() throws {
        let folder = try Folder(["site.css": style, "small.css": "a{}"])
        let harness = try harness(folder)
        let client = try harness.client()
        let plain = try client.ask("GET", "/assets/site.css")
        let short = try client.ask("GET", "/assets/site.css", headers: ["Accept-Encoding: br, gzip;q=0.8"])
        #expect(short["Content-Encoding"] == "gzip")
        #expect(short.body.count < 200)
        #expect(short.body.starts(with: [0x1F, 0x8B]))
        #expect(short["ETag"] != plain["ETag"])
        for refused in ["identity", "gzip;q=0", "xgzip", "br"] {
            let answer = try client.ask("GET", "/assets/site.css", headers: ["Accept-Encoding: \(refused)"])
            #expect(answer["Content-Encoding"] == nil, "\(refused)")
        }
        #expect(
            try client.ask("GET", "/assets/small.css", headers: ["Accept-Encoding: gzip"])["Content-Encoding"] == nil)
        let page = try client.ask("GET", "/big", headers: ["Accept-Encoding: gzip"])
        #expect(page["Content-Encoding"] == "gzip" && page["Vary"] == "Accept-Encoding")
        #expect(try client.ask("GET", "/hello/all", headers: ["Accept-Encoding: gzip"])["Content-Encoding"] == nil)
    }

    @Test("No path leads out of the directory, and hidden files stay hidden")
    func traversal() throws {
        let folder = try Folder(["site.css": style, ".secret": "x", "a/.git": "x"])
        unsafe symlink("/etc/passwd", "\(folder.path)/passwd")
        let harness = try harness(folder)
        let client = try harness.client()
        for path in [
            "/assets/../etc/passwd", "/assets/..%2f..%2fetc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd",
            "/assets//site.css",
            "/assets/./site.css", "/assets/.secret", "/assets/passwd", "/assets/a/.git", "/assets/a/../site.css",
            "/assets/",
            "/assets", "/assets/site.css%00", "/assets/a",
        ] {
            #expect(try client.ask("GET", path).status == 404, "\(path)")
        }
    }

    @Test("A directory that cannot be read stops the start")
    func missing() {
        let error = #expect(throws: ServerError.self) {
            try Application(mounts: [], statics: [StaticFiles(prefix: "/x", directory: "/nonexistent")])
        }
        #expect(error?.kind == .settings)
    }
}
