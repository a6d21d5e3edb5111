import Testing
import Values
import Wires

@Suite struct WireJSONTests {
    @Test(
        "Numbers are read as routers or as everybody writes them",
        arguments: [
            ("[0123]", "[83]", nil), ("[0x10]", "[16]", nil), ("[1.50]", "[1.50]", "[1.50]"), ("[-2]", "[-2]", "[-2]"),
            (#"{"a":"0712"}"#, #"{"a":"0712"}"#, #"{"a":"0712"}"#),
        ] as [(String, String?, String?)])
    func numbers(text: String, router: String?, strict: String?) {
        let bytes = Array(text.utf8)
        #expect(WireJSON(bytes).map { String(decoding: $0.bytes, as: UTF8.self) } == router)
        let read = WireJSON(bytes, strict: true).map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(read == strict)
    }

    @Test(
        "Base64 has one text for some bytes",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ])
    func base64(plain: String, text: String) {
        #expect(WireBase64.encode(Array(plain.utf8)) == text)
        #expect(WireBase64.decode(text).map { String(decoding: $0, as: UTF8.self) } == plain)
        #expect(WireBase64.decode(text + "!") == nil)
    }
}
