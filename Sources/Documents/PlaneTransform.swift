import Glibc

/// An affine map of the plane: x′ = a·x + c·y + e, y′ = b·x + d·y + f, as SVG writes it.
struct PlaneTransform: Hashable, Sendable {
    var a = 1.0
    var b = 0.0
    var c = 0.0
    var d = 1.0
    var e = 0.0
    var f = 0.0

    static let identity = PlaneTransform()

    static func translation(_ x: Double, _ y: Double) -> Self { Self(e: x, f: y) }
    static func rotation(degrees: Double) -> Self {
        let angle = degrees * .pi / 180
        return Self(a: cos(angle), b: sin(angle), c: -sin(angle), d: cos(angle))
    }
    static func scale(_ x: Double, _ y: Double) -> Self { Self(a: x, d: y) }

    /// The map that does `inner` first, then this.
    func after(_ inner: Self) -> Self {
        Self(
            a: a * inner.a + c * inner.b, b: b * inner.a + d * inner.b,
            c: a * inner.c + c * inner.d, d: b * inner.c + d * inner.d,
            e: a * inner.e + c * inner.f + e, f: b * inner.e + d * inner.f + f)
    }

    func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// How much lengths grow, averaged over directions.
    var magnification: Double { (a * d - b * c).magnitude.squareRoot() }

    /// The same map without its magnification: lengths are already in the target's units.
    var rigid: Self {
        let scale = magnification
        return Self(a: a / scale, b: b / scale, c: c / scale, d: d / scale, e: e, f: f)
    }

    /// Reads an SVG `transform` of translate, scale, rotate and matrix; nil for anything else.
    ///
    /// Source: SVG 1.1 second edition, section 7.6.
    init?(svg text: String) {
        self.init()
        for call in text.split(separator: ")") {
            let parts = call.split(separator: "(", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                guard call.allSatisfy({ $0.isWhitespace || $0 == "," }) else { return nil }
                continue
            }
            let name = parts[0].filter { !$0.isWhitespace && $0 != "," }
            let numbers = parts[1].split { $0 == "," || $0.isWhitespace }.map { Double($0) }
            let known = numbers.compactMap { $0 }.filter(\.isFinite)
            guard known.count == numbers.count, let step = Self(name, known) else { return nil }
            self = after(step)
        }
        guard magnification > 1e-6, magnification < 1e6 else { return nil }
    }

    private init?(_ name: String, _ numbers: [Double]) {
        switch (name, numbers.count) {
        case ("translate", 1...2): self = .translation(numbers[0], numbers.count == 2 ? numbers[1] : 0)
        case ("scale", 1...2): self = .scale(numbers[0], numbers.count == 2 ? numbers[1] : numbers[0])
        case ("rotate", 1): self = .rotation(degrees: numbers[0])
        case ("rotate", 3):
            self = Self.translation(numbers[1], numbers[2]).after(.rotation(degrees: numbers[0]))
                .after(.translation(-numbers[1], -numbers[2]))
        case ("matrix", 6):
            self.init(a: numbers[0], b: numbers[1], c: numbers[2], d: numbers[3], e: numbers[4], f: numbers[5])
        default: return nil
        }
    }

    init(a: Double = 1, b: Double = 0, c: Double = 0, d: Double = 1, e: Double = 0, f: Double = 0) {
        (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }
}
