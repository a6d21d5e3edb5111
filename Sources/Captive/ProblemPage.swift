import HTTPServer
import JSON
import Locales
import Templates
import Tenancy
import Values

/// The page of an error that is no part of another page.
struct ProblemPage {
    private let problem: Problem
    private let request: Request
    private let places: PlaceDirectory

    init(_ error: any Error, _ request: Request, _ places: PlaceDirectory) {
        problem = Problem(error, request)
        self.request = request
        self.places = places
    }

    /// A page in the brand of the place where there is one, plain where there is none, JSON where that was asked for.
    func response() -> Response {
        if request.header("Accept")?.contains("json") == true { return problem.json() }
        guard let place = place() else { return plain() }
        let language = (try? place.language(request)) ?? .english
        var facts = problem.facts.map { ($0.key, $0.value) }
        facts.append(("reference", .text(problem.reference)))
        let retry =
            problem.code == CaptiveRefusal.unknownDevice.rawValue || problem.status == 403 || problem.status == 410
        // A page that was only read can be read again in another language; an answer to a form cannot.
        let query = request.method == .get ? try? Handover(query: request, at: place).query : nil
        let values: TemplateValues = [
            "pageHref": .text(query == nil ? place.path : ""), "query": .text(query ?? ""),
            "title": .text(place.locales.format("problem.\(problem.code)", language, facts, zone: place.zone)),
            "advice": .text(place.locales.format("problem.\(problem.code).advice", language, facts, zone: place.zone)),
            "retryHref": TemplateValue(retry ? place.site.hotspotURL + "/" : nil),
            "reference": TemplateValue(problem.status >= 500 ? problem.reference : nil),
        ]
        return place.html(place.pages(language).problem, values, status: isVisitFromElsewhere ? 200 : problem.status)
    }

    /// Whether somebody just looks in, by a bookmark or from another network: no mistake, and the page tells the way.
    private var isVisitFromElsewhere: Bool {
        guard problem.code == CaptiveRefusal.unknownDevice.rawValue, request.method == .get else { return false }
        return (try? request.query("mac")) == .some(nil)
    }

    private func place() -> Place? {
        let parts = request.path.split(separator: "/")
        guard parts.count >= 3 else { return nil }
        return places[String(parts[1]), String(parts[2])]
    }

    private func plain() -> Response {
        let locales = places.look.locales
        let language = request.header("Accept-Language").map { locales.negotiate(acceptLanguage: $0) } ?? .english
        let facts: [(String, Fact)] = [("reference", .text(problem.reference))]
        let title = locales.format("problem.\(problem.code)", language, facts)
        let advice = locales.format("problem.\(problem.code).advice", language, facts)
        return .text("\(title)\n\n\(advice)\n", status: problem.status)
    }
}
