import Glibc

/// The site map in the form in which requests are matched: a tree of path segments without any object in it.
///
/// Built once and then only read. A literal segment goes before a capture; where it leads nowhere the capture is tried.
@safe final class RouteTree: Sendable {
    private struct Node {
        var literalStart: Int32 = 0
        var literalCount: Int32 = 0
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        var capture: Int32 = -1
        /// For each method the endpoint's number, or -1.
        var endpoints: InlineArray<7, Int32> = .init(repeating: -1)
        var hasEndpoints = false
    }

    // Written by `init` only.
    nonisolated(unsafe) private let nodes: UnsafeMutableBufferPointer<Node>
    nonisolated(unsafe) private let text: UnsafeMutableBufferPointer<UInt8>

    /// One route on its way in.
    struct Entry {
        let method: Method
        /// Nil stands for a capture.
        let segments: [[UInt8]?]
        let endpoint: Int
    }

    /// Builds the tree; nil and the number of the entry that is there twice where two have the same form.
    init(_ entries: [Entry]) throws(Twice) {
        var nodes = [Node()]
        var text: [UInt8] = []
        for entry in entries {
            var place = 0
            for segment in entry.segments { place = Self.child(of: place, segment, &nodes, &text) }
            guard nodes[place].endpoints[entry.method.rawValue] < 0 else { throw Twice(endpoint: entry.endpoint) }
            nodes[place].endpoints[entry.method.rawValue] = Int32(entry.endpoint)
            nodes[place].hasEndpoints = true
        }
        unsafe self.nodes = .allocate(capacity: nodes.count)
        unsafe self.text = .allocate(capacity: max(text.count, 1))
        _ = unsafe self.nodes.initialize(from: nodes)
        _ = unsafe self.text.initialize(from: text)
    }

    deinit {
        unsafe nodes.deallocate()
        unsafe text.deallocate()
    }

    /// Two routes that no request can tell apart.
    struct Twice: Error { let endpoint: Int }

    private static func child(of place: Int, _ segment: [UInt8]?, _ nodes: inout [Node], _ text: inout [UInt8]) -> Int {
        guard let segment else {
            if nodes[place].capture < 0 {
                nodes[place].capture = Int32(nodes.count)
                nodes.append(Node())
            }
            return Int(nodes[place].capture)
        }
        var child = nodes[place].firstChild
        while child >= 0 {
            let node = nodes[Int(child)]
            let literal = text[Int(node.literalStart)..<Int(node.literalStart + node.literalCount)]
            if literal.elementsEqual(segment) { return Int(child) }
            child = node.nextSibling
        }
        var node = Node()
        node.literalStart = Int32(text.count)
        node.literalCount = Int32(segment.count)
        node.nextSibling = nodes[place].firstChild
        text += segment
        nodes[place].firstChild = Int32(nodes.count)
        nodes.append(node)
        return nodes.count - 1
    }

    /// The node that a raw path leads to; nil where it leads nowhere.
    func match(_ path: UnsafeBufferPointer<UInt8>, _ captures: inout Captures) -> Int? {
        guard unsafe path.first == UInt8(ascii: "/") else { return nil }
        // A slash at the end, as people type it, means the same page.
        let slash = UInt8(ascii: "/")
        let isSlashed = unsafe path.count > 2 && path.last == slash && path[path.count - 2] != slash
        let path = unsafe isSlashed ? UnsafeBufferPointer(rebasing: path.dropLast()) : path
        return unsafe match(path, from: 1, at: 0, &captures)
    }

    private func match(
        _ path: UnsafeBufferPointer<UInt8>, from start: Int, at place: Int, _ captures: inout Captures
    ) -> Int? {
        var end = start
        while end < path.count, unsafe path[end] != UInt8(ascii: "/") { end += 1 }
        let isLast = end == path.count
        var child = unsafe nodes[place].firstChild
        while child >= 0 {
            let index = Int(child)
            child = unsafe nodes[index].nextSibling
            guard unsafe nodes[index].literalCount == end - start,
                unsafe holds(path, from: start, literalOf: index)
            else { continue }
            let found = unsafe isLast ? leaf(index) : match(path, from: end + 1, at: index, &captures)
            if let found { return found }
        }
        let capture = unsafe Int(nodes[place].capture)
        guard capture >= 0, end > start else { return nil }
        let before = captures.count
        captures.append(start..<end)
        let found = unsafe isLast ? leaf(capture) : match(path, from: end + 1, at: capture, &captures)
        if found == nil { captures.count = before }
        return found
    }

    private func leaf(_ place: Int) -> Int? { unsafe nodes[place].hasEndpoints ? place : nil }

    /// The endpoint's number for a method at a node; nil where there is none.
    func endpoint(at node: Int, for method: Method) -> Int? {
        let number = unsafe nodes[node].endpoints[method.rawValue]
        return number < 0 ? nil : Int(number)
    }

    private func holds(_ path: UnsafeBufferPointer<UInt8>, from start: Int, literalOf index: Int) -> Bool {
        guard unsafe nodes[index].literalCount > 0 else { return true }
        guard let here = path.baseAddress, let there = unsafe text.baseAddress else { return false }
        return unsafe memcmp(here + start, there + Int(nodes[index].literalStart), Int(nodes[index].literalCount)) == 0
    }
}
