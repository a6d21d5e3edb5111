import Synchronization
import Values

/// A small console of RouterOS: one line or script at a time, for one user.
struct Console: Sendable {
    /// A script that was read, or why it was not.
    struct Script: Sendable {
        let content: Result<ConsoleBlock, ConsoleFlaw>
        /// The first menu and command that it names, for faults and counts.
        let menu: String
        let verb: String
    }

    let router: SimulatedRouter
    let user: RouterUser
    let isCancelled: @Sendable () -> Bool

    init(_ router: SimulatedRouter, _ user: RouterUser, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        self.router = router
        self.user = user
        self.isCancelled = isCancelled
    }

    /// Reads a script without carrying anything out; what was read before is known.
    func read(_ text: String) -> Script { router.script(of: text) { parse(text) } }

    private func parse(_ text: String) -> Script {
        let (tree, version) = router.with { machine, _ in (machine.tree, machine.version) }
        var parser = ConsoleParser(text, tree, version)
        do throws(ConsoleFlaw) {
            let block = try parser.script()
            let (menu, verb) = block.firstCommand ?? ("/", "")
            return Script(content: .success(block), menu: menu, verb: verb)
        } catch {
            return Script(content: .failure(error), menu: "/", verb: "")
        }
    }

    /// Carries a script out and returns what it prints; lines end as on a terminal.
    func run(_ script: Script) -> [UInt8] {
        switch script.content {
        case .failure(let flaw): return Array((flaw.words + "\r\n").utf8)
        case .success(let block):
            var run = ConsoleRun(self)
            if let error = run.carryOut(block) { run.print(error) }
            return run.output
        }
    }

    /// Reads and carries out.
    func run(_ text: String) -> String { String(decoding: run(read(text)), as: UTF8.self) }
}

extension ConsoleBlock {
    /// The menu and the verb that are named first, inside out.
    var firstCommand: (String, String)? { statements.lazy.compactMap(\.firstCommand).first }
}

extension ConsoleStatement {
    fileprivate var firstCommand: (String, String)? {
        let inner = (arguments.map(\.value) + positional).lazy.compactMap(\.firstCommand).first
        if let inner { return inner }
        switch head {
        case .menu(let menu, let verb): return (menu.isEmpty ? "/" : menu, verb)
        case .value(let node): return node.firstCommand
        case .block(let block): return block.firstCommand
        case .global: return blocks.sorted { $0.name < $1.name }.lazy.compactMap { $0.block.firstCommand }.first
        }
    }
}

extension ConsoleNode {
    fileprivate var firstCommand: (String, String)? {
        switch self {
        case .substitution(let block): block.firstCommand
        case .joined(let nodes): nodes.lazy.compactMap(\.firstCommand).first
        case .array(let places): places.lazy.compactMap(\.value.firstCommand).first
        case .prefix(_, let node): node.firstCommand
        case .infix(_, let left, let right): left.firstCommand ?? right.firstCommand
        case .constant, .variable, .property: nil
        }
    }
}
