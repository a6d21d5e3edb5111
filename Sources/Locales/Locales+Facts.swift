import CICU
package import Values

extension Locales {
    /// One value as a person reads it: `Ksh 50`, `2 hours 5 minutes`, `1.5 GB`, `Sat, 21 Nov, 18:05`.
    package func words(_ fact: Fact, _ language: Language, zone: TimeZoneID = .utc) -> String {
        catalogue(language).words(fact, zone)
    }

    /// An instant in the words of an ICU date skeleton (UTS 35, "Date Field Symbol Table"), such as `Hmm` or `yMMMd`.
    package func date(_ instant: Instant, _ language: Language, skeleton: String, zone: TimeZoneID) -> String {
        catalogue(language).date(instant, skeleton, zone)
    }
}

extension Catalogue {
    func words(_ fact: Fact, _ zone: TimeZoneID) -> String {
        switch fact {
        case .text(let text): text
        case .number(let number): formatters.number(number)
        case .instant(let instant): date(instant, "EEEdMMMHmm", zone)
        case .span(let span): words(span)
        case .money(let money): formatters.money(money)
        case .volume(let volume): words(volume)
        }
    }

    func date(_ instant: Instant, _ skeleton: String, _ zone: TimeZoneID) -> String {
        formatters.date(zone.wallTime(of: instant), skeleton: skeleton) ?? instant.iso8601
    }

    /// The two largest units; seconds only below a minute, the rest cut off.
    private func words(_ span: Span) -> String {
        let seconds = max(0, span.milliseconds / 1_000)
        let units: [(unit: icu_unit, seconds: Int64)] = [(ICU_DAY, 86_400), (ICU_HOUR, 3_600), (ICU_MINUTE, 60)]
        guard let first = units.firstIndex(where: { seconds >= $0.seconds }) else { return unit(ICU_SECOND, seconds) }
        let large = unit(units[first].unit, seconds / units[first].seconds)
        guard first + 1 < units.count else { return large }
        let rest = seconds % units[first].seconds / units[first + 1].seconds
        guard rest > 0 else { return large }
        let pair: [(name: String, value: Message.Argument)] = [
            ("large", .text(large)), ("small", .text(unit(units[first + 1].unit, rest))),
        ]
        return messages["span.pair"]?.format(pair) ?? large
    }

    private func words(_ volume: DataVolume) -> String {
        let (tenths, name) = volume.readable
        let unit: icu_unit =
            switch name {
            case "TB": ICU_TERABYTE
            case "GB": ICU_GIGABYTE
            case "MB": ICU_MEGABYTE
            case "KB": ICU_KILOBYTE
            default: ICU_BYTE
            }
        return formatters.unit(unit, tenths: tenths) ?? volume.text
    }

    private func unit(_ unit: icu_unit, _ count: Int64) -> String {
        formatters.unit(unit, tenths: count * 10) ?? String(count)
    }
}
