import Glibc
import Values
import Wires

/// What the walled garden lets through: the real server behind an address.
enum WireRelay {
    /// Sends the request on and hands the answer back as it comes; the connection ends with it.
    static func relay(_ request: WireRequest, to address: WebAddress, _ stream: WireStream) {
        guard let server = open(address) else { return refuse(address, stream) }
        var head = "\(request.method) \(address.target) HTTP/1.1\r\n"
        for header in request.headers where !hopHeaders.contains(header.name.lowercased()) {
            head += "\(header.name): \(header.value)\r\n"
        }
        if !request.body.isEmpty || request.method == "POST" { head += "Content-Length: \(request.body.count)\r\n" }
        head += "Connection: close\r\n\r\n"
        server.write(Array(head.utf8) + request.body)
        while true {
            let bytes = server.read()
            guard !bytes.isEmpty, stream.write(bytes) else { break }
        }
        stream.finish()
    }

    /// RFC 9110 section 7.6.1, and what a phone says to the simulator alone.
    private static let hopHeaders: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "te", "transfer-encoding", "upgrade", "content-length",
        "expect",
        "proxy-authorization", "x-simulated-phone",
    ]

    /// Joins both sides until one of them ends; RFC 9110 section 9.3.6.
    static func tunnel(to address: WebAddress, _ stream: WireStream) {
        guard let server = open(address) else { return refuse(address, stream) }
        stream.write(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
        var states = [stream, server].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while unsafe poll(&states, 2, 60_000) > 0 {
            for (index, (from, to)) in [(stream, server), (server, stream)].enumerated()
            where states[index].revents != 0 {
                let bytes = from.read()
                guard !bytes.isEmpty, to.write(bytes) else { return }
            }
        }
    }

    private static func open(_ address: WebAddress) -> WireStream? {
        guard let target = WireSocket.resolve(address.host),
            let descriptor = WireSocket.connect(target, port: address.port, seconds: 60)
        else { return nil }
        return WireStream(plain: descriptor)
    }

    private static func refuse(_ address: WebAddress, _ stream: WireStream) {
        let page = ServletPages.plain(
            "Not reachable", "\(address.authority) lies in the walled garden, but does not answer.")
        stream.write(
            WireAnswer(502, headers: [("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
                .bytes(from: "lango-routersim", keepingAlive: false, withoutBody: false))
        stream.finish()
    }
}
