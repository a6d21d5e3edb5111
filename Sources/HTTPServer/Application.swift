/// A surface at its place in the site.
package struct Mount: Sendable {
    let prefix: String
    let routes: [Bound]
    let security: SecurityHeaders
    let problem: @Sendable (any Error, Request) -> Response

    struct Bound: Sendable {
        let method: Method
        let pattern: String
        let bodyLimit: Int
        let handle: @Sendable (Request) throws -> Response
    }

    /// Puts a surface under a prefix such as `/office`; the empty prefix is the root.
    package init<S: Surface>(prefix: String, _ surface: S) {
        self.prefix = prefix
        security = surface.security
        problem = { surface.problem($0, $1) }
        routes = S.routes.map { route in
            let handler = route.handler(surface)
            let audience = route.audience
            return Bound(method: route.method, pattern: "\(route.pattern)", bodyLimit: route.bodyLimit) { request in
                try surface.admit(audience, request)
                try Self.checkForgery(surface, request)
                return try handler(request)
            }
        }
    }
}

extension Mount {
    private static func checkForgery(_ surface: some Surface, _ request: Request) throws {
        guard !request.method.isSafe, let csrf = surface.csrf else { return }
        guard let session = surface.session(of: request) else { return try CSRF.checkOrigin(request) }
        try csrf.check(request, session: session)
    }
}

/// The whole site: surfaces and files, checked when it is put together.
package final class Application: Sendable {
    let endpoints: [Endpoint]
    /// The route patterns, each once: the rows of the metrics.
    let patterns: [String]
    private let tree: RouteTree
    /// What answers where no route matches: the longest prefix first.
    private let fallbacks: [(prefix: [UInt8], endpoint: Endpoint)]

    /// Puts the site together.
    ///
    /// - Throws: `ServerError` of kind `settings` where two routes have the same form, a pattern does not begin with
    ///   `/`, a capture has no name or a name is there twice.
    package init(mounts: [Mount], statics: [StaticFiles] = []) throws(ServerError) {
        var endpoints: [Endpoint] = []
        var entries: [RouteTree.Entry] = []
        var fallbacks: [(prefix: [UInt8], endpoint: Endpoint)] = []
        var rows = Rows()
        for mount in mounts {
            for route in mount.routes {
                let full = mount.prefix + (route.pattern == "/" && !mount.prefix.isEmpty ? "" : route.pattern)
                let (segments, captures) = try Self.parse(full)
                entries.append(.init(method: route.method, segments: segments, endpoint: endpoints.count))
                endpoints.append(
                    Endpoint(
                        row: rows.number(of: full), pattern: full, captures: captures, bodyLimit: route.bodyLimit,
                        security: mount.security, handle: route.handle, problem: mount.problem))
            }
        }
        for files in statics {
            for (path, file) in try files.load() {
                let segments = path.dropFirst().split(separator: "/").map { Array($0.utf8) as [UInt8]? }
                entries.append(.init(method: .get, segments: segments, endpoint: endpoints.count))
                endpoints.append(
                    Endpoint(
                        row: rows.number(of: files.prefix + "/{file}"), pattern: files.prefix + "/{file}", captures: [],
                        bodyLimit: 0,
                        security: .strict, handle: { file.response(to: $0) },
                        problem: { Problem($0, $1).json() }))
            }
        }
        for mount in mounts + [Mount(prefix: "", Nowhere())] {
            let fallback = Endpoint(
                row: rows.number(of: mount.prefix + "/*"), pattern: mount.prefix + "/*", captures: [],
                bodyLimit: Route<Nowhere>.ordinaryBody,
                security: mount.security, handle: { _ in throw RequestRefusal.notFound }, problem: mount.problem)
            endpoints.append(fallback)
            fallbacks.append((Array(mount.prefix.utf8), fallback))
        }
        do {
            tree = try RouteTree(entries)
        } catch {
            throw ServerError(.settings, "The route \(endpoints[error.endpoint].pattern) is there twice.")
        }
        self.endpoints = endpoints
        patterns = rows.patterns
        // A stable order: the first of equal length stays first.
        self.fallbacks = fallbacks.enumerated().sorted {
            ($1.element.prefix.count, $0.offset) < ($0.element.prefix.count, $1.offset)
        }.map(\.element)
    }

    /// The same site with endpoints of its own, for one event loop: loops that count the same references wait for each
    /// other.
    init(twin other: Application) {
        (patterns, tree) = (other.patterns, other.tree)
        endpoints = other.endpoints.map(Endpoint.init(twin:))
        fallbacks = other.fallbacks.map { ($0.prefix, Endpoint(twin: $0.endpoint)) }
    }

    /// What a request is for.
    struct Target {
        let endpoint: Endpoint
        var captures = Captures()
        var refusal: RequestRefusal?
        /// The methods that would do, where this one does not; bit by `Method.rawValue`.
        var allowed: UInt8 = 0
    }

    func target(_ method: Method?, _ path: UnsafeBufferPointer<UInt8>) -> Target {
        guard let method else { return Target(endpoint: unsafe fallback(path), refusal: .methodUnknown) }
        var captures = Captures()
        guard let node = unsafe tree.match(path, &captures) else {
            return Target(endpoint: unsafe fallback(path), refusal: .notFound)
        }
        let own = tree.endpoint(at: node, for: method)
        if let number = own ?? (method == .head ? tree.endpoint(at: node, for: .get) : nil) {
            return Target(endpoint: endpoints[number], captures: captures)
        }
        var target = Target(endpoint: unsafe fallback(path), refusal: .methodNotAllowed)
        for method in Method.allCases where tree.endpoint(at: node, for: method) != nil {
            target.allowed |= 1 << UInt8(method.rawValue)
            if method == .get { target.allowed |= 1 << UInt8(Method.head.rawValue) }
        }
        return target
    }

    private func fallback(_ path: UnsafeBufferPointer<UInt8>) -> Endpoint {
        for (prefix, endpoint) in fallbacks where unsafe path.starts(with: prefix) {
            let rest = unsafe path.dropFirst(prefix.count).first
            if rest == nil || rest == UInt8(ascii: "/") { return endpoint }
        }
        return endpoints[endpoints.count - 1]
    }

    /// Cuts a pattern into literals and captures.
    private static func parse(_ pattern: String) throws(ServerError) -> (segments: [[UInt8]?], captures: [[UInt8]]) {
        guard pattern.hasPrefix("/") else {
            throw ServerError(.settings, "The route \(pattern) does not begin with a slash.")
        }
        var segments: [[UInt8]?] = []
        var captures: [[UInt8]] = []
        for segment in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard segment.contains(where: { $0 == "{" || $0 == "}" }) else {
                segments.append(Array(segment.utf8))
                continue
            }
            let name = Array(segment.utf8.dropFirst().dropLast())
            guard segment.hasPrefix("{"), segment.hasSuffix("}"), !name.isEmpty, !captures.contains(name),
                captures.count < 8, name.allSatisfy(HeadCheck.isTokenByte)
            else { throw ServerError(.settings, "The route \(pattern) has a capture without a name of its own.") }
            segments.append(nil)
            captures.append(name)
        }
        return (segments, captures)
    }
}

/// Numbers for patterns.
private struct Rows {
    private(set) var patterns: [String] = []

    mutating func number(of pattern: String) -> Int {
        if let row = patterns.firstIndex(of: pattern) { return row }
        patterns.append(pattern)
        return patterns.count - 1
    }
}

/// What answers for a site without a surface at its root.
private struct Nowhere: Surface {
    static var routes: [Route<Nowhere>] { [] }
    func admit(_: Bool, _: Request) {}
}
