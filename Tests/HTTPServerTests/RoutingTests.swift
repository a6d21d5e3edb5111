import HTTPServer
import Testing

@Suite struct RoutingTests {
    static let paths: [(path: String, status: Int, text: String)] = [
        ("/", 200, "home"),
        ("/hello/Asha", 200, "hello Asha"),
        ("/hello/all", 200, "everybody"),
        ("/hello/a%20b%2Fc", 200, "hello a b/c"),
        ("/hello/Zo%C3%AB", 200, "hello Zoë"),
        ("/hello/all/things", 200, "all and things"),
        ("/hello/%ff", 200, "hello "),
        ("/query?q=1+2%2B3", 200, "1 2+3"),
        ("/query", 200, "none"),
    ]

    @Test("A path leads to its handler, literals before captures", arguments: paths)
    func routes(path: String, status: Int, text: String) throws {
        let harness = try Harness()
        let answer = try harness.client().ask("GET", path)
        #expect(answer.status == status)
        #expect(answer.text == text)
    }
}
