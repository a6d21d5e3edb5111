import Entitlements
import Locales
import Monitoring
import RouterOS
import SQL
import Templates
import Tenancy
import Values
import Vouchers

/// Who is online on a router, or was, as the values of its template.
struct RouterSessionsSheet {
    /// The most rows that are shown.
    static let most = 200
    /// A list that is older is told to be old.
    private static let fresh = Span.minutes(16)

    let router: Router
    let kept: KeptWatch?
    let live: [LiveSession]
    /// One more than is shown, where there are more.
    let past: [LiveSession]
    let search: String
    let isPast: Bool
    let isOff: Bool
    let desk: Desk

    private var address: String { Addresses.router(router.id, RouterTab.sessions.word) }

    /// All of it; `vouchers` finds the vouchers behind sessions of ours.
    func values(
        vouchers: ([ID<Entitlement>]) throws -> [ID<Entitlement>: ID<Voucher>]
    ) throws -> TemplateValues {
        let found = (isPast ? past : live).filter(isWanted)
        let rows = found.prefix(Self.most)
        let known = try vouchers(rows.compactMap(\.entitlement))
        let query = search.isEmpty ? "" : "q=\(Addresses.encoded(search))"
        let readAt = kept?.watch.readAt
        return [
            "isOff": .flag(isOff), "isLive": .flag(!isPast), "searchAction": .text(address), "search": .text(search),
            "stateWord": TemplateValue(isPast ? "past" : nil),
            "eventsHref": TemplateValue(isPast || isOff ? nil : address + "/events"),
            "refreshHref": .text(desk.here.hasSuffix("?") ? String(desk.here.dropLast()) : desk.here),
            "filters": .list([
                filter("sessions.live", query, isCurrent: !isPast, count: live.count),
                filter(
                    "sessions.past", query.isEmpty ? "state=past" : "state=past&\(query)", isCurrent: isPast,
                    count: nil),
            ]),
            "asOf": .text(readAt.map { asOf($0) } ?? ""), "stale": TemplateValue(stale),
            "nothing": TemplateValue(rows.isEmpty ? nothing : nil), "hasRows": .flag(!rows.isEmpty),
            "rows": .list(rows.map { row($0, known) }),
            "more": TemplateValue(found.count > rows.count && !isPast ? more(found.count) : nil),
            "disconnectAction": .text(Addresses.configuration(router.id, "previews")),
            "nextHref": TemplateValue(isPast && past.count > Self.most ? nextHref : nil),
        ]
    }

    private func filter(_ key: String, _ query: String, isCurrent: Bool, count: Int?) -> TemplateValues {
        [
            "href": .text(query.isEmpty ? address : "\(address)?\(query)"), "label": .text(desk.words(key)),
            "current": .flag(isCurrent), "count": TemplateValue(count.map { desk.count($0) }),
        ]
    }

    private func isWanted(_ session: LiveSession) -> Bool {
        guard !search.isEmpty else { return true }
        let wanted = search.lowercased()
        let texts = [
            WireText.readable(session.name), session.mac?.description, session.address?.description, session.service,
        ]
        return texts.contains { $0?.lowercased().contains(wanted) == true }
    }

    /// When the router was read, to the second, and how the list is kept.
    private func asOf(_ instant: Instant) -> String {
        let time = desk.locales.date(
            instant, desk.language,
            skeleton: desk.zone.localDate(of: instant) == desk.zone.localDate(of: desk.now)
                ? "Hmmss" : "dMMMHmm", zone: desk.zone)
        return desk.words(kept?.watch.isTold == true ? "sessions.as-of.told" : "sessions.as-of", ["at": .text(time)])
    }

    private var stale: String? {
        guard let readAt = kept?.watch.readAt, !isPast, !isOff, desk.now - readAt > Self.fresh else { return nil }
        return desk.words("sessions.stale", ["at": .text(desk.moment(readAt))])
    }

    private var nothing: String {
        if kept?.watch.readAt == nil { return desk.words("sessions.never") }
        if !search.isEmpty { return desk.words("router.no-match", ["text": .text(search)]) }
        return desk.words(isPast ? "sessions.past.none" : "sessions.none")
    }

    private func more(_ count: Int) -> String {
        desk.words("sessions.more", ["count": .number(Int64(Self.most)), "total": .number(Int64(count))])
    }

    private var nextHref: String? {
        past.dropLast().last.map {
            "\(address)?state=past&below=\($0.id)" + (search.isEmpty ? "" : "&q=\(Addresses.encoded(search))")
        }
    }

    private func row(_ session: LiveSession, _ vouchers: [ID<Entitlement>: ID<Voucher>]) -> TemplateValues {
        let name = WireText.readable(session.name)
        let voucher = session.entitlement.flatMap { vouchers[$0] }
        let span = max(.zero, (session.endedAt ?? session.seenAt) - session.startedAt)
        return [
            "name": .text(name.isEmpty ? "—" : name),
            "href": TemplateValue(voucher.map { "\(Addresses.vouchers)/\($0)" }),
            "service": .text(session.service), "address": .text(session.address?.description ?? ""),
            "mac": .text(session.mac?.description ?? ""), "since": .text(desk.moment(session.startedAt)),
            "time": .text(desk.locales.words(.span(span), desk.language)),
            "download": .text(volume(session.flow.down)), "upload": .text(volume(session.flow.up)),
            // A name that is no plain text cannot be typed, and so not be sent by a form.
            "customer": TemplateValue(name == session.name && !name.isEmpty ? name : nil), "isLive": .flag(!isPast),
        ]
    }

    private func volume(_ bytes: Int64) -> String {
        desk.locales.words(.volume(DataVolume(bytes: bytes)), desk.language)
    }
}

extension Transaction {
    /// The vouchers that accesses came from.
    borrowing func vouchers(
        behind entitlements: [ID<Entitlement>], of tenant: ID<Tenant>
    ) throws(SQLError) -> [ID<Entitlement>: ID<Voucher>] {
        var found: [ID<Entitlement>: ID<Voucher>] = [:]
        for id in entitlements where found[id] == nil {
            guard let entitlement = try entitlement(id, of: tenant) else { continue }
            found[id] = entitlement.sourceID.rebound(to: Voucher.self)
        }
        return found
    }
}
