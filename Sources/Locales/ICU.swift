import CICU
import Synchronization
import Values

/// The formatters of one ICU locale; they live as long as the process.
///
/// `icu_language` guards what changes inside it with a lock of its own (icu.cpp), so it may be shared.
@safe struct Formatters: Sendable {
    private nonisolated(unsafe) let handle: OpaquePointer

    init?(locale: String) {
        guard let handle = unsafe icu_language_open(locale) else { return nil }
        unsafe self.handle = handle
    }

    /// - Throws: ICU's name of the error and the text before which it stands.
    fileprivate func compile(_ pattern: String) throws(PatternError) -> CompiledMessage {
        var error = [CChar](repeating: 0, count: 160)
        let message = unsafe icu_message_open(handle, pattern, pattern.utf8.count, &error, error.count)
        guard let message = unsafe message else {
            throw PatternError(
                reason: String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return unsafe CompiledMessage(handle: message)
    }

    func money(_ amount: Money) -> String {
        let (code, exponent) = (amount.currency.code, Int32(amount.currency.exponent))
        return unsafe text { unsafe icu_format_money(handle, code, amount.minorUnits, exponent, $0, $1) }
            ?? amount.plain
    }

    /// `tenths` of a unit of `icu_unit`.
    func unit(_ unit: icu_unit, tenths: Int64) -> String? {
        unsafe text { unsafe icu_format_unit(handle, Int32(unit.rawValue), tenths, $0, $1) }
    }

    func number(_ number: Int64) -> String {
        unsafe text { unsafe icu_format_number(handle, number, $0, $1) } ?? String(number)
    }

    /// A local wall time, in milliseconds as if it were UTC, in the words of a skeleton.
    func date(_ localMilliseconds: Int64, skeleton: String) -> String? {
        unsafe text { unsafe icu_format_date(handle, skeleton, localMilliseconds, $0, $1) }
    }
}

/// Why ICU refused a pattern.
struct PatternError: Error {
    let reason: String
}

/// One message of a catalogue: checked when it is read, compiled when it is first used with values.
///
/// Most messages stand on pages that nobody has opened yet, and a compiled one holds some ten kilobytes.
final class Message: Sendable {
    /// What the pattern makes of each argument, nested ones too: `plain`, `plural`, `date` and so on.
    let arguments: [String: String]
    /// The text of a message without arguments.
    let plain: String?
    private let pattern: String
    private let formatters: Formatters
    private let compiled = Mutex<CompiledMessage?>(nil)

    /// - Throws: ICU's name of the error and the text before which it stands.
    init(_ pattern: String, _ formatters: Formatters) throws(PatternError) {
        let message = try formatters.compile(pattern)
        arguments = message.arguments
        plain = arguments.isEmpty ? message.format([]) : nil
        self.pattern = plain == nil ? pattern : ""
        self.formatters = formatters
    }

    /// A value ready for ICU.
    enum Argument {
        case text(String)
        case number(Int64)
        case wallTime(Int64)
    }

    /// The message with its values; nil where ICU refuses.
    func format(_ values: [(name: String, value: Argument)]) -> String? {
        if let plain { return plain }
        let message = compiled.withLock { kept in
            if kept == nil { kept = try? formatters.compile(pattern) }
            return kept
        }
        return message?.format(values)
    }
}

/// One compiled message, closed with its last reference.
///
/// `icu_message` takes a lock of its own while it formats (icu.cpp), so it may be shared.
@safe private final class CompiledMessage: Sendable {
    private nonisolated(unsafe) let handle: OpaquePointer
    let arguments: [String: String]

    init(handle: OpaquePointer) {
        unsafe self.handle = handle
        let lines = unsafe text { unsafe icu_message_arguments(handle, $0, $1) } ?? ""
        var arguments: [String: String] = [:]
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ")
            // A name that is shown plain in one place and counted in another is a number.
            if words[1] != "plain" || arguments[String(words[0])] == nil {
                arguments[String(words[0])] = String(words[1])
            }
        }
        self.arguments = arguments
    }

    deinit { unsafe icu_message_close(handle) }

    func format(_ values: [(name: String, value: Message.Argument)]) -> String? {
        // All texts stand in one buffer, so that one pointer serves them all.
        var bytes: [UInt8] = []
        for (name, value) in values {
            bytes += name.utf8
            if case .text(let text) = value { bytes += text.utf8 }
        }
        return unsafe bytes.withUnsafeBytes { bytes in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let arguments = unsafe values.map { name, value in
                var argument = unsafe icu_argument()
                unsafe argument.name = UnsafePointer(next)
                unsafe argument.name_length = name.utf8.count
                unsafe next = next.map { unsafe $0 + name.utf8.count }
                switch value {
                case .number(let number):
                    unsafe argument.kind = Int32(ICU_NUMBER.rawValue)
                    unsafe argument.number = number
                case .wallTime(let milliseconds):
                    unsafe argument.kind = Int32(ICU_DATE.rawValue)
                    unsafe argument.number = milliseconds
                case .text(let text):
                    unsafe argument.text = UnsafePointer(next)
                    unsafe argument.text_length = text.utf8.count
                    unsafe next = next.map { unsafe $0 + text.utf8.count }
                }
                return unsafe argument
            }
            return unsafe text { unsafe icu_message_format(handle, arguments, arguments.count, $0, $1) }
        }
    }
}

/// The text that a function of CICU.h writes; called again with more room where the first did not suffice.
private func text(_ write: (UnsafeMutablePointer<CChar>, Int) -> Int64) -> String? {
    var needed = 256
    for _ in 0..<2 {
        let capacity = needed
        let result = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> String? in
            guard let start = buffer.baseAddress else { return nil }
            needed = Int(unsafe write(start, capacity))
            guard (0...capacity).contains(needed) else { return nil }
            return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: needed), as: UTF8.self)
        }
        if let result { return result }
        guard needed > capacity else { return nil }
    }
    return nil
}
