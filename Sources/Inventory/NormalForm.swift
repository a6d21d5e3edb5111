import RouterOS
import Values

/// One written form for what routers of different versions write differently.
enum NormalForm {
    /// A value as it is kept; what its kind does not explain stays as it came.
    static func text(_ text: String, of property: RouterProperty?, _ name: String) -> String {
        // A certificate that is not set reads as the id that no row has.
        if name == "certificate", text == "*0" { return "none" }
        switch property?.type {
        case .duration: return RouterDuration(text)?.text ?? text
        case .bool: return RouterValue.truth(text).map(RouterValue.text) ?? text
        case .number: return number(text)
        case .pair: return pair(text)
        case .mac: return MACAddress(text)?.description ?? text
        case .date: return date(text)
        default: return text
        }
    }

    /// `10M` and `10000000` are the same rate.
    private static func number(_ text: String) -> String {
        guard let last = text.last, "kKMG".contains(last), !text.contains("/") else { return text }
        return RouterPair(text).map { String($0.upload) } ?? text
    }

    /// `6M/4M` and `6000000/4000000` are the same pair; times keep their unit.
    private static func pair(_ text: String) -> String {
        guard text.contains("/"), !text.contains("s") else { return text }
        return RouterPair(text)?.description ?? text
    }

    /// `jul/14/2023 19:13:29`, as versions before 7.10 write it, becomes `2023-07-14 19:13:29`.
    private static func date(_ text: String) -> String {
        guard text.contains("/"), let date = RouterDate(text) else { return text }
        let (days, rest) = floorDivide(date.localSeconds, by: 86_400)
        guard text.contains(" ") else { return "\(CivilDate(daysSinceEpoch: days))" }
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(CivilDate(daysSinceEpoch: days)) \(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    }
}
