package import HTTPClient
import JSON
package import Values

/// RouterOS over REST, from version 7.1 on; https://manual.mikrotik.com/docs/developer-guides/rest-api.
///
/// Operations run one after another: keep one transport for a router and share it.
package struct RESTTransport: RouterTransport {
    /// Sends one request; `HTTPClient.send` outside tests.
    package typealias Sender = @Sendable (OutgoingRequest) async throws(HTTPClientError) -> IncomingResponse

    /// The longest wait for an answer; the router itself gives up at 60 seconds.
    package static let patience = Span.seconds(55)
    /// The longest answer taken, in bytes: some 50,000 hotspot users.
    package static let maximumAnswer = 32 << 20

    private let access: ServiceAccess
    private let base: String
    private let send: Sender
    private let lane: Lane

    /// Over `www-ssl`, or `www`.
    package init(_ access: ServiceAccess, client: HTTPClient, rest: @escaping @Sendable () async -> Void) {
        self.init(access, rest: rest) { request throws(HTTPClientError) in
            try await client.send(request)
        }
    }

    /// A transport with its own way to send and to rest after an exchange that was given up.
    package init(_ access: ServiceAccess, rest: @escaping @Sendable () async -> Void, send: @escaping Sender) {
        self.access = access
        self.send = send
        let port = access.port.map { ":\($0)" } ?? ""
        base = "\(access.isSecure ? "https" : "http")://\(access.host)\(port)/rest"
        lane = Lane(rest: rest)
    }

    package func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        let wanted = menu.isRecord || properties.isEmpty ? properties : [".id"] + properties
        let exchange: Exchange
        if conditions.isEmpty {
            let query = wanted.isEmpty ? "" : "?.proplist=\(wanted.joined(separator: ","))"
            exchange = Exchange(.get, menu, "\(menu.path)\(query)", body: nil)
        } else {
            // As query words the values travel as they are; in an address they would need an escaping of their own.
            exchange = Exchange(.post, menu, "\(menu.path)/print", body: Self.query(conditions, wanted))
        }
        let records = try await rows(of: exchange)
        guard records.allSatisfy({ $0.fits(menu, properties) }), !menu.isRecord || records.count == 1 else {
            throw RouterError(.notReady, in: menu)
        }
        return records
    }

    package func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        let exchange = Exchange(.put, menu, menu.path, body: Self.object(values))
        let made = try await records(of: exchange).first
        guard let id = made?.id ?? made?["ret"].flatMap({ RouterID($0) }) else {
            throw RouterError(.notReady, in: menu)
        }
        return id
    }

    package func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        // A record takes no PATCH.
        let exchange =
            id.map { Exchange(.patch, menu, "\(menu.path)/\($0)", body: Self.object(values)) }
            ?? Exchange(.post, menu, "\(menu.path)/set", body: Self.object(values))
        _ = try await answer(to: exchange)
    }

    package func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        _ = try await answer(to: Exchange(.delete, menu, "\(menu.path)/\(id)", body: nil))
    }

    package func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        let exchange = Exchange(.post, menu, "\(menu.path)/\(command)", body: Self.object(arguments))
        return command == "print" ? try await rows(of: exchange) : try await records(of: exchange)
    }
}

extension RESTTransport {
    /// One request in the making.
    private struct Exchange {
        let method: OutgoingRequest.Method
        let menu: Menu
        let path: String
        let body: JSON?

        init(_ method: OutgoingRequest.Method, _ menu: Menu, _ path: String, body: JSON?) {
            self.method = method
            self.menu = menu
            self.path = path
            self.body = body
        }
    }

    private static func object(_ values: [RouterField]) -> JSON {
        .object(JSONObject(values.map { JSONObject.Member(key: $0.name, value: .string($0.value)) }))
    }

    private static func query(_ conditions: [RouterField], _ wanted: [String]) -> JSON {
        var body: JSONObject = [".query": .array(conditions.map { .string("\($0.name)=\($0.value)") })]
        if !wanted.isEmpty { body[".proplist"] = .array(wanted.map { .string($0) }) }
        return .object(body)
    }

    /// What was read, and not nothing at all: an answer that was cut off in its head has no body.
    private func rows(of exchange: Exchange) async throws(RouterError) -> [RouterRecord] {
        guard let json = try await answer(to: exchange) else {
            throw RouterError(.interrupted(maybeDone: true), in: exchange.menu)
        }
        return try Self.records(json, exchange)
    }

    private func records(of exchange: Exchange) async throws(RouterError) -> [RouterRecord] {
        try await answer(to: exchange).map { (json) throws(RouterError) in try Self.records(json, exchange) } ?? []
    }

    private static func records(_ json: JSON, _ exchange: Exchange) throws(RouterError) -> [RouterRecord] {
        let rows = json.array ?? [json]
        let records = rows.compactMap { RouterRecord($0) }
        guard records.count == rows.count else { throw RouterError(.notReady, in: exchange.menu) }
        return records
    }

    /// The JSON of a success, nil where it has no body.
    private func answer(to exchange: Exchange) async throws(RouterError) -> JSON? {
        let response = try await lane.run { () throws(RouterError) in
            do throws(HTTPClientError) {
                return try await send(request(for: exchange))
            } catch {
                throw RouterError(error, in: exchange.menu)
            }
        }
        return try Self.judge(response, exchange)
    }

    private func request(for exchange: Exchange) -> OutgoingRequest {
        var request = OutgoingRequest(exchange.method, base + exchange.path)
        request.authorization = .basic(user: access.user, password: access.password)
        request.trust = access.isSecure ? access.trust : .system
        request.totalLimit = Self.patience
        request.maximumResponse = Self.maximumAnswer
        if let body = exchange.body {
            request.body = WireText.bytes(of: body.serialized())
            // Before 7.2 anything after the type, such as a charset, is refused with status 415.
            request.headers = [("Content-Type", "application/json")]
        }
        return request
    }

    /// What a router says; nil where it is no JSON.
    ///
    /// Names and comments are bytes of any code page, which the router puts into its JSON as they are: they survive as
    /// over the other transports, and do not make a whole table unreadable.
    private static func json(_ body: [UInt8]) -> JSON? {
        // What fails is read with care; so is what may hold a character that stands for a byte.
        if !body.contains(0xEE), let json = try? JSON(parsing: body, lenientControls: true) { return json }
        return try? JSON(parsing: Array(WireText.decode(body.span).utf8), lenientControls: true)
    }

    private static func judge(_ response: IncomingResponse, _ exchange: Exchange) throws(RouterError) -> JSON? {
        let isSuccess = (200..<300).contains(response.status)
        let isJSON = response.header("content-type")?.hasPrefix("application/json") ?? false
        if response.status == 401 { throw RouterError(.unauthorized, in: exchange.menu) }
        if isSuccess, response.body.isEmpty { return nil }
        guard isJSON else { throw RouterError(.notRouterOS, in: exchange.menu) }
        guard let json = json(response.body) else { throw RouterError(.notReady, in: exchange.menu) }
        guard isSuccess else {
            let words = json["detail"]?.text
            throw RouterError(RouterError.Kind(status: response.status, words: words), in: exchange.menu)
        }
        return json
    }
}
