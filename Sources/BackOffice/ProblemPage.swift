import HTTPServer
import Locales
import Templates
import Values

extension BackOffice {
    /// The answer to an error: JSON where that was asked for, the sign-in for who is not signed in, else a page.
    func problemPage(_ error: any Error, _ request: Request) -> Response {
        let problem = Problem(error, request)
        let desk = desk(request, at: request.method.isSafe ? nil : Addresses.dashboard)
        let key = words(of: problem)
        var facts = problem.facts
        facts["reference"] = .text(problem.reference)
        let words = Problem.Words(
            title: desk.words(key, facts), detail: desk.words(key + ".advice", facts), language: desk.language.tag)
        if request.header("Accept")?.contains("json") == true { return problem.json(words) }
        if case OfficeRefusal.signedOut? = error as? OfficeRefusal, request.method.isSafe {
            let next = Addresses.encoded(Addresses.address(of: request))
            return .seeOther("\(Addresses.signIn)?next=\(next)")
        }
        return desk.page(
            desk.pages.problem,
            [
                "title": .text(words.title), "advice": .text(words.detail),
                "reference": TemplateValue(problem.status >= 500 ? problem.reference : nil),
                "retryHref": .text(Addresses.dashboard),
            ], status: problem.status)
    }

    /// The key of the words for a problem: its own, or those of its kind.
    private func words(of problem: Problem) -> String {
        let own = "problem.\(problem.code)"
        if !locales.arguments(own).isEmpty || locales.plain(own, .english) != nil { return own }
        switch problem.status {
        case 400, 415, 422: return "problem.request.malformed"
        case 403: return "problem.session.forged"
        case 404: return "problem.request.not-found"
        case 405, 501: return "problem.request.method"
        case 413, 414, 431: return "problem.request.too-large"
        default: return "problem.internal"
        }
    }
}
