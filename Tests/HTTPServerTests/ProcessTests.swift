import Glibc
import HTTPServer
import Synchronization
import Testing
import Values

/// What concerns the whole process happens in one of its own.
@Suite(.serialized) struct ProcessTests {
    @Test("Clients that close half their connection, or all of it, cost no processor time")
    func halfClose() async {
        await #expect(processExitsWith: .success) {
            let harness = try Harness()
            var clients: [Client] = []
            for text in [
                "", "GET", "GET / HTTP/1.1\r\nHost: x\r\n", "GET /later HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
                "GET /events HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            ] {
                for closes in [true, false] {
                    let client = try harness.client()
                    try client.send(text)
                    if closes { client.finishSending() }
                    clients.append(client)
                }
            }
            usleep(200_000)
            let before = processorTime()
            usleep(1_000_000)
            let spent = processorTime() - before
            try #require(spent < 100_000, "\(spent) microseconds")
            try #require(try harness.client().ask("GET", "/").status == 200)
            exit(0)
        }
    }

    @Test("Without descriptors the server waits without working, and goes on when there are some")
    func outOfDescriptors() async {
        await #expect(processExitsWith: .success) {
            try starve(besides: 0)
            exit(0)
        }
    }

    @Test("The same with a connection that is open already: it makes way")
    func outOfDescriptorsLater() async {
        await #expect(processExitsWith: .success) {
            try starve(besides: 1)
            exit(0)
        }
    }

    @Test("Writing to clients that are gone ends nothing but their connections")
    func brokenPipes() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let harness = try Harness()
            for _ in 0..<50 {
                let client = try harness.client()
                try client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\nHost: x\r\n\r\n")
                var linger = linger(l_onoff: 1, l_linger: 0)
                unsafe setsockopt(
                    client.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            }
            try #require(eventually { harness.open == 0 })
            try #require(try harness.client().ask("GET", "/").status == 200)
            exit(0)
        }
    }

    @Test("An idle connection costs at most nine kilobytes")
    func memory() async {
        await #expect(processExitsWith: .success) {
            let harness = try Harness { $0.accessLog = false }
            var clients: [Client] = []
            func add(_ count: Int) throws {
                for _ in 0..<count {
                    let client = try harness.client()
                    _ = try client.ask("GET", "/big")
                    clients.append(client)
                }
            }
            try add(200)
            let before = residentBytes()
            try add(1_500)
            let each = (residentBytes() - before) / 1_500
            // The client's own object is in it: some two hundred bytes.
            try #require(each < 9_000 + 1_000, "\(each) bytes")
            exit(0)
        }
    }

    @Test("A stop in the middle of everything is no abort")
    func stops() async {
        await #expect(processExitsWith: .success) {
            for _ in 0..<3 {
                let harness = try Harness { $0.answerTimeout = 30 }
                var clients: [Client] = []
                for text in ["/later", "/events", "/stream", "/never", "/"] {
                    for _ in 0..<10 {
                        let client = try harness.client()
                        try client.send("GET \(text) HTTP/1.1\r\nHost: x\r\n\r\n")
                        clients.append(client)
                    }
                }
                usleep(50_000)
                harness.server.stop(grace: .seconds(1))
            }
            exit(0)
        }
    }
}

/// Leaves a server without descriptors when a client knocks.
private func starve(besides open: Int) throws {
    let harness = try Harness {
        $0.idleTimeout = 60
        $0.threads = 1
    }
    let others = try (0..<open).map { _ in try harness.client() }
    for client in others { _ = try client.ask("GET", "/") }
    var limit = rlimit(rlim_cur: 120, rlim_max: 120)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var hoard: [Int32] = []
    while case let copy = dup(0), copy >= 0 { hoard.append(copy) }
    // One for the client's end; the server's end finds none.
    close(hoard.removeLast())
    let late = try harness.client()
    try late.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let before = processorTime()
    usleep(1_000_000)
    let spent = processorTime() - before
    try #require(spent < 250_000, "\(spent) microseconds")
    if open == 0 { try #require(harness.log.text.contains("http.out-of-descriptors")) }
    for copy in hoard { close(copy) }
    try #require(try late.answer().status == 200)
}

/// Microseconds that this process has worked.
private func processorTime() -> Int {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + $1.tv_sec * 1_000_000 + Int($1.tv_usec) }
}

/// Bytes of memory that this process holds.
private func residentBytes() -> Int {
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY)
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 100)
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, 100) }
    let words = String(decoding: text.prefix(max(count, 0)), as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4_096 : 0
}
