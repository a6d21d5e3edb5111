import Locales
import Monitoring
import RouterOS
import Templates
import Tenancy
import Values

/// What passes over a router and how it fares, as the values of its template.
struct RouterTrafficSheet {
    let router: Router
    let kept: KeptWatch?
    let day: TrafficHistory
    let month: TrafficHistory
    /// The name of the series that is asked for.
    let wanted: String?
    let isOff: Bool
    let desk: Desk

    private var address: String { Addresses.router(router.id, RouterTab.traffic.word) }

    var values: TemplateValues {
        let all = month.series
        guard let shown = all.first(where: { Self.key($0) == wanted }) ?? busiest(all) else {
            return [
                "isOff": .flag(isOff), "hasTraffic": false,
                "nothing": TemplateValue(isOff ? nil : desk.words("traffic.none")),
            ]
        }
        let (down, up) = labels(of: shown)
        return [
            "isOff": .flag(isOff), "hasTraffic": true, "searchAction": .text(address), "shown": .text(name(shown)),
            "downLabel": .text(down), "upLabel": .text(up),
            "series": .list(
                all.map {
                    ["value": .text(Self.key($0)), "label": .text(name($0)), "selected": .flag($0 == shown)]
                }),
            "charts": .list([
                rates(of: shown, day, id: "chart-day", title: "traffic.last-day", ticks: hours),
                rates(of: shown, month, id: "chart-month", title: "traffic.last-month", ticks: weeks),
                load, people,
            ]),
            "numbers": .list(numbers), "all": .list(all.map(line)), "days": .list(days(of: shown)),
        ]
    }

    // MARK: Series

    /// The form in which a series travels in an address.
    private static func key(_ series: TrafficSeries) -> String {
        switch series {
        case .hotspot: "hotspot:"
        case .ppp: "ppp:"
        case .interface(let name): name
        }
    }

    private func name(_ series: TrafficSeries) -> String {
        switch series {
        case .hotspot: desk.words("traffic.hotspot")
        case .ppp: desk.words("traffic.ppp")
        case .interface(let name): WireText.readable(name)
        }
    }

    /// What is seen first: the interface over which most passed, or the first of all.
    private func busiest(_ all: [TrafficSeries]) -> TrafficSeries? {
        let interfaces = all.filter { if case .interface = $0 { true } else { false } }
        return interfaces.max { month.total(of: $0).total < month.total(of: $1).total } ?? all.first
    }

    /// Customers download what a router sends them; of an interface nobody knows which side it looks to.
    private func labels(of series: TrafficSeries) -> (down: String, up: String) {
        if case .interface = series { return (desk.words("traffic.sent"), desk.words("traffic.received")) }
        return (desk.words("sessions.download"), desk.words("sessions.upload"))
    }

    private func line(_ series: TrafficSeries) -> TemplateValues {
        let now = day.points.last { $0.slot.readings > 0 }?.rate(of: series)
        func pair(_ flow: Flow) -> String { "\(volume(flow.down)) / \(volume(flow.up))" }
        return [
            "href": .text("\(address)?series=\(Addresses.encoded(Self.key(series)))"), "label": .text(name(series)),
            "now": .text(now.map { "\(bits($0.down * 8)) / \(bits($0.up * 8))" } ?? ""),
            "day": .text(pair(day.total(of: series))), "month": .text(pair(month.total(of: series))),
        ]
    }

    // MARK: Charts

    private func rates(
        of series: TrafficSeries, _ history: TrafficHistory, id: String, title: String, ticks: [TrafficChart.Tick]
    ) -> TemplateValues {
        let rates = history.points.map { $0.rate(of: series) }
        // Bytes a second in the history, bits a second for people.
        let (downs, ups) = (rates.map { $0.map { $0.down * 8 } }, rates.map { $0.map { $0.up * 8 } })
        let limit = TrafficChart.roundLimit((downs + ups).compactMap(\.self).max() ?? 0)
        let chart = TrafficChart(
            lines: [
                .init(style: "a", values: downs, isFilled: true), .init(style: "b", values: ups, isFilled: true),
            ], isKnown: history.points.map { $0.slot.readings > 0 }, limit: limit, limitLabel: bits(limit),
            halfLabel: bits(limit / 2), ticks: ticks)
        let (down, up) = labels(of: series)
        let total = history.total(of: series)
        var sentences = [
            desk.words(
                "traffic.summary",
                [
                    "down": .text("\(down) \(volume(total.down))"), "up": .text("\(up) \(volume(total.up))"),
                ])
        ]
        for (values, what) in [(downs, down), (ups, up)] {
            guard let best = highest(values), best.value > 0 else { continue }
            let at = moment(history.points[best.index].at, history)
            sentences.append(
                desk.words(
                    "traffic.highest",
                    ["what": .text(what), "rate": .text(bits(best.value)), "at": .text(at)]))
        }
        return figure(id, desk.words(title), chart, keys: [("a", down), ("b", up)], sentences, history)
    }

    private var load: TemplateValues {
        let values = day.points.map { $0.slot.load }
        let chart = TrafficChart(
            lines: [.init(style: "a", values: values, isFilled: true)],
            isKnown: day.points.map { $0.slot.readings > 0 }, limit: 100, limitLabel: "100 %", halfLabel: "50 %",
            ticks: hours)
        var sentences: [String] = []
        if let best = highest(values) {
            let at = moment(day.points[best.index].at, day)
            sentences.append(
                desk.words(
                    "traffic.highest",
                    ["what": .text(desk.words("router.cpu")), "rate": .text("\(best.value) %"), "at": .text(at)]))
        }
        return figure(
            "chart-load", desk.words("router.cpu"), chart, keys: [("a", desk.words("traffic.load"))], sentences, day)
    }

    private var people: TemplateValues {
        func values(_ count: (TrafficSlot) -> Int64) -> [Int64?] {
            day.points.map { $0.slot.readings > 0 ? count($0.slot) : nil }
        }
        let (hotspot, ppp) = (values(\.hotspot), values(\.ppp))
        let limit = TrafficChart.roundLimit((hotspot + ppp).compactMap(\.self).max() ?? 0)
        let chart = TrafficChart(
            lines: [
                .init(style: "a", values: hotspot, isFilled: true), .init(style: "b", values: ppp, isFilled: false),
            ], isKnown: day.points.map { $0.slot.readings > 0 }, limit: limit, limitLabel: desk.count(Int(limit)),
            halfLabel: desk.count(Int(limit / 2)), ticks: hours)
        let keys = [("a", desk.words("traffic.hotspot")), ("b", desk.words("traffic.ppp"))]
        var sentences: [String] = []
        for (values, key) in zip([hotspot, ppp], keys) {
            guard let best = highest(values), best.value > 0 else { continue }
            let at = moment(day.points[best.index].at, day)
            sentences.append(
                desk.words(
                    "traffic.highest",
                    ["what": .text(key.1), "rate": .text(desk.count(Int(best.value))), "at": .text(at)]))
        }
        return figure("chart-people", desk.words("traffic.people"), chart, keys: keys, sentences, day)
    }

    private func figure(
        _ id: String, _ title: String, _ chart: TrafficChart, keys: [(String, String)], _ sentences: [String],
        _ history: TrafficHistory
    ) -> TemplateValues {
        let gaps = history.points.count { $0.slot.readings == 0 }
        var sentences = sentences
        if gaps > 0 {
            let span = Span(milliseconds: history.slot.milliseconds * Int64(gaps))
            sentences.append(desk.words("traffic.gaps", ["span": .span(span)]))
        }
        return [
            "id": .text(id), "title": .text(title), "hasGaps": .flag(gaps > 0), "drawing": .text(chart.svg),
            "keys": .list(keys.map { ["keyClass": .text($0.0), "label": .text($0.1)] }),
            "summary": .text(sentences.joined(separator: " ")),
        ]
    }

    private func highest(_ values: [Int64?]) -> (index: Int, value: Int64)? {
        let known = values.indices.compactMap { index in values[index].map { (index: index, value: $0) } }
        return known.max { $0.value < $1.value }
    }

    private func moment(_ instant: Instant, _ history: TrafficHistory) -> String {
        let skeleton = history.slot < .hours(1) ? "Hmm" : "EEEdMMMHmm"
        return desk.locales.date(instant, desk.language, skeleton: skeleton, zone: desk.zone)
    }

    // MARK: Time

    private func place(_ instant: Instant, _ history: TrafficHistory) -> Int? {
        guard let first = history.points.first?.at else { return nil }
        let whole = history.slot.milliseconds * Int64(history.points.count)
        let place = Int((instant - first).milliseconds * 10_000 / whole)
        // A word at the very edge would be cut.
        return (300...9_700).contains(place) ? place : nil
    }

    /// Every fourth hour on the wall.
    private var hours: [TrafficChart.Tick] {
        day.points.compactMap { point in
            let wall = point.at + desk.zone.offset(at: point.at)
            guard floorDivide(wall.milliseconds, by: Span.hours(4).milliseconds).remainder == 0,
                let place = place(point.at, day)
            else { return nil }
            let label = desk.locales.date(point.at, desk.language, skeleton: "Hmm", zone: desk.zone)
            return .init(place: place, label: label)
        }
    }

    /// The beginnings of the ISP's days, oldest first; the first lies before the history.
    private var midnights: [Instant] {
        guard let first = month.points.first?.at, let last = month.points.last?.at else { return [] }
        var days = [desk.zone.startOfDay(containing: first)]
        while let day = days.last, case let next = desk.zone.startOfNextDay(after: day), next <= last {
            days.append(next)
        }
        return days
    }

    /// Every fifth midnight.
    private var weeks: [TrafficChart.Tick] {
        midnights.enumerated().compactMap { index, day in
            guard index % 5 == 2, let place = place(day, month) else { return nil }
            return .init(
                place: place, label: desk.locales.date(day, desk.language, skeleton: "dMMM", zone: desk.zone))
        }
    }

    /// What passed on each of the ISP's days, newest first.
    private func days(of series: TrafficSeries) -> [TemplateValues] {
        let starts = midnights
        return starts.indices.reversed().compactMap { index in
            let end = index + 1 < starts.count ? starts[index + 1] : nil
            let points = month.points.filter { point in point.at >= starts[index] && end.map { point.at < $0 } ?? true }
            guard points.contains(where: { $0.slot.readings > 0 }) else { return nil }
            let total = points.reduce(Flow()) { $0 + ($1.flows[series] ?? Flow()) }
            let day = desk.locales.date(starts[index], desk.language, skeleton: "EEEdMMM", zone: desk.zone)
            return ["day": .text(day), "down": .text(volume(total.down)), "up": .text(volume(total.up))]
        }
    }

    // MARK: Words

    /// How the board fares.
    private var numbers: [TemplateValues] {
        guard let watch = kept?.watch, let board = watch.board, let readAt = watch.readAt else { return [] }
        func fact(_ key: String, _ text: String?) -> TemplateValues? {
            text.map { ["label": .text(desk.words(key)), "text": .text($0)] }
        }
        let memory = board.freeMemory.map { free in
            guard let total = board.totalMemory else { return volume(free) }
            return desk.words(
                "router.of", ["part": .volume(DataVolume(bytes: free)), "whole": .volume(DataVolume(bytes: total))])
        }
        let restarts = month.points.reduce(0) { $0 + $1.slot.restarts }
        return [
            fact("router.uptime", desk.locales.words(.span(board.uptime), desk.language)),
            fact("router.cpu", board.load.map { "\($0) %" }), fact("router.memory", memory),
            fact("traffic.temperature", board.temperature.map { "\($0) °C" }),
            fact("traffic.restarts", desk.count(Int(restarts))), fact("routers.read", desk.moment(readAt)),
        ].compactMap(\.self)
    }

    private func volume(_ bytes: Int64) -> String {
        desk.locales.words(.volume(DataVolume(bytes: bytes)), desk.language)
    }

    /// `2.5 Mbit/s`.
    private func bits(_ rate: Int64) -> String {
        for (unit, size) in [("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)] as [(String, Int64)]
        where rate >= size {
            let tenths = rate * 10 / size
            let number = tenths >= 100 || tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
            return "\(number) \(unit)bit/s"
        }
        return "\(rate) bit/s"
    }
}
