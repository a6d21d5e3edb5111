/// A part of a script that has a value.
indirect enum ConsoleNode: Sendable {
    case constant(ConsoleValue)
    /// A text in quotes with something to fill in.
    case joined([ConsoleNode])
    case variable(String)
    /// In a condition: the property of the row that is looked at.
    case property(String)
    /// `[ … ]`: the value of the last command.
    case substitution(ConsoleBlock)
    case array([ConsolePlace])
    case prefix(ConsoleOperator, ConsoleNode)
    case infix(ConsoleOperator, ConsoleNode, ConsoleNode)
}

/// A place of an array in the making.
struct ConsolePlace: Sendable {
    let key: ConsoleNode?
    let value: ConsoleNode
}

/// What stands between two values, or before one.
enum ConsoleOperator: String, Sendable {
    case or, and, not
    case equal = "="
    case unequal = "!="
    case less = "<"
    case greater = ">"
    case atMost = "<="
    case atLeast = ">="
    case matches = "~"
    case isIn = "in"
    case concatenate = "."
    case append = ","
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divide = "/"
    case remainder = "%"
    case element = "->"
}

/// Commands one after another.
struct ConsoleBlock: Sendable {
    var statements: [ConsoleStatement] = []
}

/// One command with what it was given; a class, since scripts pass it about at every step.
final class ConsoleStatement: Sendable {
    /// What is commanded.
    enum Head: Sendable {
        /// `/ip/hotspot/user` `add`.
        case menu(String, String)
        /// `:put` and its like, without the colon.
        case global(String)
        /// A value that stands alone.
        case value(ConsoleNode)
        /// `{ … }` that stands alone.
        case block(ConsoleBlock)
    }

    let head: Head
    /// `name=value`, in order.
    let arguments: [(name: String, value: ConsoleNode)]
    /// Values without a name.
    let positional: [ConsoleNode]
    /// Words such as `detail`.
    let words: Set<String>
    /// After `where`: all must hold.
    let conditions: [ConsoleNode]
    /// `do={…}` and its like.
    let blocks: [(name: String, block: ConsoleBlock)]

    init(
        _ head: Head, _ arguments: [(name: String, value: ConsoleNode)] = [], positional: [ConsoleNode] = [],
        words: Set<String> = [], conditions: [ConsoleNode] = [], blocks: [(name: String, block: ConsoleBlock)] = []
    ) {
        self.head = head
        self.arguments = arguments
        self.positional = positional
        self.words = words
        self.conditions = conditions
        self.blocks = blocks
    }

    func argument(_ name: String) -> ConsoleNode? { arguments.last { $0.name == name }?.value }
    func block(_ name: String) -> ConsoleBlock? { blocks.last { $0.name == name }?.block }
}

/// A script that cannot be read; nothing of it is carried out.
struct ConsoleFlaw: Error, Hashable {
    let words: String

    init(_ words: String, line: Int, column: Int) {
        self.words = "\(words) (line \(line) column \(column))"
    }
}
