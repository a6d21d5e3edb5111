import HTTPServer
import Locales
import Templates
import Values

extension BackOffice {
    /// The answer to an error: JSON where that was asked for, the sign-in for who is not signed in, else a page.
    func problemPage(_ error: any Error, _ request: Request) -> Response {
        let problem = Problem(error, request)
        if request.header("Accept")?.contains("json") == true { return problem.json() }
        if case OfficeRefusal.signedOut? = error as? OfficeRefusal, request.method.isSafe {
            let next = Addresses.encoded(Addresses.address(of: request))
            return .seeOther("\(Addresses.signIn)?next=\(next)")
        }
        let desk = desk(request, at: request.method.isSafe ? nil : Addresses.dashboard)
        let words = words(of: problem)
        var facts = problem.facts
        facts["reference"] = .text(problem.reference)
        return desk.page(
            desk.pages.problem,
            [
                "title": .text(desk.words(words, facts)), "advice": .text(desk.words(words + ".advice", facts)),
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
        case 413, 431: return "problem.request.too-large"
        default: return "problem.internal"
        }
    }
}
