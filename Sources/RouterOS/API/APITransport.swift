package import Sockets
import Synchronization
package import Values

/// RouterOS over its binary API, versions 6 and 7; https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API.
///
/// One connection is kept open and made anew when it is needed and gone. Up to eight operations are under way at once;
/// keep one transport for a router and share it. Reading is tried once more where a kept connection turns out to be
/// dead; what may have changed something is not.
package final class APITransport: RouterTransport {
    /// The longest wait for an answer, the connection included.
    package let patience: Span
    private let endpoint: Endpoint
    private let login: APILogin
    private let sockets: Sockets
    private let link = Mutex<APILink?>(nil)

    /// Over `api-ssl`, port 8729 if none is said, or `api`, 8728.
    package init(_ access: ServiceAccess, on sockets: Sockets, patience: Span = .seconds(55)) {
        let port = access.port ?? (access.isSecure ? 8_729 : 8_728)
        endpoint = Endpoint(host: access.host, port: port, trust: access.isSecure ? access.trust : nil)
        login = APILogin(user: access.user, password: access.password)
        self.sockets = sockets
        self.patience = patience
    }

    deinit { close() }

    /// Gives up what is under way; the next operation connects anew.
    package func close() {
        let last = link.withLock { link in
            defer { link = nil }
            return link
        }
        last?.close()
    }
}

extension APITransport {
    package func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] {
        var command = APICommand("print", in: menu.path)
        command.append(properties: menu.isRecord || properties.isEmpty ? properties : [".id"] + properties)
        for condition in conditions { command.append(condition: condition) }
        let rows = try await answer(to: command, in: menu, changes: false).rows
        guard rows.allSatisfy({ $0.fits(menu, properties) }), !menu.isRecord || rows.count == 1 else {
            throw RouterError(.notReady, in: menu)
        }
        return rows
    }

    package func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        var command = APICommand("add", in: menu.path)
        command.append(values)
        let done = try await answer(to: command, in: menu, changes: true).done
        guard let id = done["ret"].flatMap({ RouterID($0) }) else { throw RouterError(.notReady, in: menu) }
        return id
    }

    package func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        var command = APICommand("set", in: menu.path)
        if let id { command.append(".id", id.description) }
        command.append(values)
        _ = try await answer(to: command, in: menu, changes: true)
    }

    package func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        var command = APICommand("remove", in: menu.path)
        command.append(".id", id.description)
        _ = try await answer(to: command, in: menu, changes: true)
    }

    package func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] {
        var words = APICommand(command, in: menu.path)
        words.append(arguments)
        let answer = try await answer(to: words, in: menu, changes: true)
        return answer.done.values.isEmpty ? answer.rows : answer.rows + [answer.done]
    }

    /// The rows of a menu as they change from now on, with these properties and their ids.
    ///
    /// What is there already is not told; read it after this has begun.
    package func changes(of menu: Menu, properties: [String]) -> RouterChanges {
        var command = APICommand("listen", in: menu.path)
        command.append(properties: properties.isEmpty ? [] : [".id", ".dead"] + properties)
        let feed = RouterFeed()
        connection().link.listen(command, feed)
        return RouterChanges(feed: feed, menu: menu)
    }

    package func follow(_ menu: Menu, properties: [String]) -> RouterChanges? {
        changes(of: menu, properties: properties)
    }
}

extension APITransport {
    /// The kept connection, or a new one; and whether it was let in before.
    private func connection() -> (link: APILink, wasReady: Bool) {
        link.withLock { kept in
            if let kept, kept.isUsable { return (kept, kept.isReady) }
            let fresh = APILink(endpoint, login, on: sockets)
            kept = fresh
            return (fresh, false)
        }
    }

    private func answer(
        to command: APICommand, in menu: Menu, changes: Bool
    ) async throws(RouterError) -> APIAnswer {
        let deadline = ContinuousClock.now + .milliseconds(patience.milliseconds)
        let (link, wasReady) = connection()
        var outcome = await link.perform(command, by: deadline)
        if case .failure(let error) = outcome, wasReady, !Task.isCancelled, !link.isUsable,
            Self.mayBeRepeated(after: error.kind, changes)
        {
            outcome = await connection().link.perform(command, by: deadline)
        }
        do throws(RouterError) {
            return try outcome.get()
        } catch {
            throw RouterError(error.kind, in: menu)
        }
    }

    /// Whether a dead connection is no reason to fail.
    private static func mayBeRepeated(after kind: RouterError.Kind, _ changes: Bool) -> Bool {
        guard case .interrupted(let maybeDone) = kind else { return false }
        return !maybeDone || !changes
    }
}
