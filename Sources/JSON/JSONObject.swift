/// The members of a JSON object in the order they came, each key once.
///
/// Two objects are equal when they hold the same members in any order.
package struct JSONObject: Sendable {
    /// One key with its value.
    package struct Member: Hashable, Sendable {
        package let key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    private var members: [Member] = []
    /// Where each key stands; kept only from `indexedFrom` members on, below that a scan is faster.
    private var positions: [String: Int] = [:]
    private static let indexedFrom = 12

    package init() {}

    /// Takes members whose keys differ; a repeated key is a programmer error and traps.
    package init(_ members: [Member]) {
        for member in members {
            let isNew = insert(member)
            precondition(isNew, "The key \(member.key) stands twice")
        }
    }

    /// The value of a key; setting nil removes the member, setting a new key appends it.
    package subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): insert(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Appends a member; false and no change where the key is there already.
    @discardableResult mutating func insert(_ member: Member) -> Bool {
        guard position(of: member.key) == nil else { return false }
        members.append(member)
        if members.count == Self.indexedFrom {
            reindex()
        } else if members.count > Self.indexedFrom {
            positions[member.key] = members.count - 1
        }
        return true
    }

    private func position(of key: String) -> Int? {
        members.count < Self.indexedFrom ? members.firstIndex { $0.key == key } : positions[key]
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        reindex()
    }

    private mutating func reindex() {
        positions.removeAll()
        guard members.count >= Self.indexedFrom else { return }
        for (position, member) in members.enumerated() { positions[member.key] = position }
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { members.startIndex }
    package var endIndex: Int { members.endIndex }
    package subscript(position: Int) -> Member { members[position] }

    /// The keys in their order.
    package var keys: [String] { members.map(\.key) }
}

extension JSONObject: Hashable, ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSON)...) {
        self.init(members.map { Member(key: $0.0, value: $0.1) })
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(members.reduce(0) { $0 ^ $1.hashValue })
    }
}
