import RouterOS
import Synchronization
import Values

/// A router whose answers are written down by menu; what is not written is absent.
final class ScriptedRouter: RouterTransport {
    enum Answer: Sendable {
        case rows([[String: String]])
        case refusal(RouterError.Kind)
    }

    private struct State {
        /// Taken one after another; the last one stays.
        var answers: [String: [Answer]] = [:]
        var asked: [(menu: String, properties: [String])] = []
    }

    private let state = Mutex(State())

    init(version: String = "7.16.2 (stable)", _ answers: [String: [Answer]]) {
        state.withLock {
            $0.answers = answers
            $0.answers["/system/resource"] =
                answers["/system/resource"] ?? [
                    .rows([["version": version, "board-name": "hAP"]])
                ]
        }
    }

    /// What was asked, in its order.
    var asked: [(menu: String, properties: [String])] { state.withLock { $0.asked } }

    private func answer(_ menu: Menu, _ properties: [String]) throws(RouterError) -> [RouterRecord] {
        let answer = state.withLock { state in
            state.asked.append((menu.path, properties))
            guard let answers = state.answers[menu.path], let first = answers.first else { return nil as Answer? }
            if answers.count > 1 { state.answers[menu.path]?.removeFirst() }
            return first
        }
        switch answer {
        case .rows(let rows):
            return rows.map { row in
                RouterRecord(id: row[".id"].flatMap { RouterID($0) }, row.filter { $0.key != ".id" })
            }
        case .refusal(let kind): throw RouterError(kind, in: menu)
        case nil: throw RouterError(.menuAbsent, in: menu)
        }
    }

    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] { try answer(menu, properties) }

    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] { try answer(menu, arguments.map(\.name)) }

    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID {
        throw RouterError(.forbidden(policy: "write"), in: menu)
    }

    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        throw RouterError(.forbidden(policy: "write"), in: menu)
    }

    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) {
        throw RouterError(.forbidden(policy: "write"), in: menu)
    }
}

/// A router that takes every question and never answers one.
struct SilentRouter: RouterTransport {
    private func wait<Answer>(_ menu: Menu) async throws(RouterError) -> Answer {
        // Until whoever waits gives up.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
        throw RouterError(.interrupted(maybeDone: false), in: menu)
    }

    func read(
        _ menu: Menu, where conditions: [RouterField], properties: [String]
    ) async throws(RouterError) -> [RouterRecord] { try await wait(menu) }

    func run(
        _ command: String, in menu: Menu, _ arguments: [RouterField]
    ) async throws(RouterError) -> [RouterRecord] { try await wait(menu) }

    func add(_ menu: Menu, _ values: [RouterField]) async throws(RouterError) -> RouterID { try await wait(menu) }
    func set(_ menu: Menu, _ id: RouterID?, _ values: [RouterField]) async throws(RouterError) {
        try await wait(menu) as Void
    }
    func remove(_ menu: Menu, _ id: RouterID) async throws(RouterError) { try await wait(menu) as Void }
}
