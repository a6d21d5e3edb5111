import Adoption
import Locales
import Templates
import Tenancy
import Values

/// The form of a new router and the page of a line, as the values of their templates.
struct AdoptionSheet {
    let desk: Desk
    let adoptions: AdoptionDesk

    // MARK: The form

    func form(_ form: AdoptionForm, sites: [Site], mistakes: AdoptionForm.Mistakes) -> TemplateValues {
        [
            "onRouters": true, "hasMistakes": .flag(!mistakes.isEmpty), "name": .text(form.name),
            "nameError": TemplateValue(
                mistakes.nameIsTaken
                    ? desk.words("adopt.name.taken") : mistakes.name ? desk.words("adopt.name.wrong") : nil),
            "siteError": TemplateValue(mistakes.site ? desk.words("adopt.site.wrong") : nil),
            "secretError": TemplateValue(mistakes.secret ? desk.words("adopt.radius-secret.wrong") : nil),
            "sites": .list(
                sites.map {
                    [
                        "value": .text($0.id.description), "label": .text($0.name),
                        "selected": .flag(form.site == $0.id.description),
                    ]
                }),
            "usual": .list(
                [AdoptionField.address, .ours, .service, .pages, .server].map { field($0, form, mistakes) }),
            "radius": .list([AdoptionField.radius, .radiusServices].map { field($0, form, mistakes) }),
            "tunnel": .list([AdoptionField.tunnel, .tunnelKey, .tunnelAddresses].map { field($0, form, mistakes) }),
            "radiusOpen": .flag(!form[.radius].isEmpty), "tunnelOpen": .flag(!form[.tunnel].isEmpty),
            "checksCertificate": .flag(form.checksCertificate), "opensSSH": .flag(form.opensSSH),
        ]
    }

    private func field(
        _ field: AdoptionField, _ form: AdoptionForm, _ mistakes: AdoptionForm.Mistakes
    ) -> TemplateValues {
        let choices = Self.choices[field] ?? []
        return [
            "id": .text("f-\(field.rawValue)"), "name": .text(field.rawValue), "value": .text(form[field]),
            "label": .text(desk.words("adopt.\(field.rawValue)")),
            "hint": .text(desk.words("adopt.\(field.rawValue).hint")),
            "problem": TemplateValue(
                mistakes.fields.contains(field) ? desk.words("adopt.\(field.rawValue).wrong") : nil),
            "isChoice": .flag(!choices.isEmpty),
            "options": .list(
                choices.map { choice in
                    [
                        "value": .text(choice), "label": .text(desk.words("adopt.\(field.rawValue).\(choice)")),
                        "selected": .flag(form[field] == choice),
                    ]
                }),
        ]
    }

    private static let choices: [AdoptionField: [String]] = [
        .service: ["api-ssl", "www-ssl", "pull"], .pages: AdoptionOptions.Pages.allCases.map(\.rawValue),
        .radiusServices: ["hotspot,ppp", "hotspot", "ppp"],
    ]

    // MARK: The line

    func line(_ adoption: Adoption, for router: Router) -> TemplateValues {
        let isGood = adoption.isGood(at: desk.now), isDone = adoption.state == .done
        let state = isDone ? "done" : isGood ? adoption.state.rawValue : "over"
        // A script that was fetched and never reported has possibly done its work.
        let isSilent = state == "over" && adoption.fetchedAt != nil
        let mayForget = !isDone && router.state != .released
        let kind = adoption.kind.rawValue
        let advice = adoption.kind == .adopt ? AdoptionAdvice.on(adoption.options, at: adoptions.publicURL) : []
        return [
            "onRouters": true, "routerName": .text(router.name), "isRelease": .flag(adoption.kind == .release),
            "title": .text(desk.words("adopt.\(kind).title", ["router": .text(router.name)])),
            "text": .text(desk.words("adopt.\(kind).text")),
            "routerHref": .text(Addresses.router(router.id)), "isWaiting": .flag(isGood && !isDone),
            "isDone": .flag(isDone), "isOver": .flag(!isGood && !isDone),
            "stateClass": .text(isDone ? "done" : isGood ? "pending" : "expired"),
            "stateLabel": .text(desk.words("adopt.state.\(state)")),
            "stateText": .text(desk.words("adopt.\(kind).\(isSilent ? "silent" : state)", facts(adoption))),
            "line": TemplateValue(isGood ? adoptions.line(of: adoption) : nil),
            "until": .text(desk.words("adopt.until", ["at": .text(desk.moment(adoption.expiresAt))])),
            "scriptHref": .text(Addresses.adoption(router.id) + "/script"),
            "renewAction": .text(Addresses.router(router.id, "adoptions")),
            "wayHref": TemplateValue(
                adoption.kind == .adopt && mayForget ? Addresses.router(router.id, "way") : nil),
            "forgetAction": TemplateValue(mayForget ? Addresses.router(router.id, "dismissals") : nil),
            "voidConfirm": .text(desk.words("adopt.forget.confirm", ["router": .text(router.name)])),
            "advice": .list(advice.map { ["text": .text(desk.words("adopt.advice.\($0.rawValue)"))] }),
            "peer": TemplateValue(adoptions.tunnelPeer(of: adoption)),
        ]
    }

    private func facts(_ adoption: Adoption) -> [String: Fact] {
        [
            "at": .text((adoption.settledAt ?? adoption.fetchedAt).map { desk.moment($0) } ?? ""),
            "from": .text(adoption.fetchedFrom ?? ""), "end": .text(desk.moment(adoption.expiresAt)),
        ]
    }
}
