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
        let place = place()
        let words = words(at: place)
        if request.header("Accept")?.contains("json") == true { return problem.json(words) }
        guard let place else { return .text("\(words.title)\n\n\(words.detail)\n", status: problem.status) }
        let retry =
            problem.code == CaptiveRefusal.unknownDevice.rawValue || problem.status == 403 || problem.status == 410
        // A page that was only read can be read again in another language; an answer to a form cannot.
        let query = request.method == .get ? try? Handover(query: request, at: place).query : nil
        let values: TemplateValues = [
            "pageHref": .text(query == nil ? place.path : ""), "query": .text(query ?? ""),
            "title": .text(words.title), "advice": .text(words.detail),
            "retryHref": TemplateValue(retry ? place.site.hotspotURL + "/" : nil),
            "reference": TemplateValue(problem.status >= 500 ? problem.reference : nil),
        ]
        let page = place.pages(language(at: place)).problem
        return place.html(page, values, status: isVisitFromElsewhere ? 200 : problem.status)
    }

    /// Title and advice in the language that the person reads.
    private func words(at place: Place?) -> Problem.Words {
        let (locales, language) = (places.look.locales, language(at: place))
        var facts = problem.facts.map { ($0.key, $0.value) }
        facts.append(("reference", .text(problem.reference)))
        let key = "problem.\(problem.code)"
        return Problem.Words(
            title: locales.format(key, language, facts, zone: place?.zone ?? .utc),
            detail: locales.format("\(key).advice", language, facts, zone: place?.zone ?? .utc),
            language: language.tag)
    }

    private func language(at place: Place?) -> Language {
        if let place { return (try? place.language(request)) ?? .english }
        return request.header("Accept-Language").map { places.look.locales.negotiate(acceptLanguage: $0) } ?? .english
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
}
