import Adoption
import HTTPServer
import Tenancy
import Values

/// The form of a router that is to come as it was filled in, right or wrong, so that nothing typed is lost.
struct AdoptionForm: Sendable {
    /// What cannot be read; `name` and `site` stand beside the fields of the options.
    struct Mistakes: Error, Sendable {
        var name = false
        var nameIsTaken = false
        var site = false
        var secret = false
        var fields: Set<AdoptionField> = []

        static let nameTaken: Mistakes = {
            var mistakes = Mistakes()
            mistakes.nameIsTaken = true
            return mistakes
        }()

        var isEmpty: Bool { !name && !nameIsTaken && !site && !secret && fields.isEmpty }
    }

    let name: String
    let site: String
    let checksCertificate: Bool
    let opensSSH: Bool
    private let texts: [AdoptionField: String]
    /// Never shown again.
    private let radiusSecret: String

    /// An empty form.
    init() { (name, site, checksCertificate, opensSSH, texts, radiusSecret) = ("", "", false, false, [:], "") }

    /// What came back; a text that is far too long is cut, since it is wrong whatever it ends with.
    init(_ form: Form) {
        func text(_ name: String) -> String { String((form[name] ?? "").prefix(300)) }
        name = text("name")
        site = text("site")
        checksCertificate = form["check-certificate"] == "yes"
        opensSSH = form["ssh"] == "yes"
        radiusSecret = text("radius-secret")
        texts = Dictionary(uniqueKeysWithValues: AdoptionField.allCases.map { ($0, text($0.rawValue)) })
    }

    subscript(_ field: AdoptionField) -> String { texts[field] ?? "" }

    /// What is wanted, or everything that is wrong at once.
    func request(of visit: Visit, sites: [Site], at publicURL: String) throws(Mistakes) -> AdoptionRequest {
        var mistakes = Mistakes()
        let name = try? CleanText.line(self.name, maximum: 60)
        mistakes.name = name == nil
        let site = sites.first { $0.id.description == self.site }
        mistakes.site = site == nil
        var options: AdoptionOptions?
        do throws(AdoptionFlaws) {
            options = try AdoptionOptions(
                checksCertificate: checksCertificate, opensSSH: opensSSH, at: publicURL
            ) { self[$0] }
        } catch {
            mistakes.fields = Set(error.fields)
        }
        mistakes.secret = options?.radius != nil && radiusSecret.isEmpty
        guard mistakes.isEmpty, let name, let site, let options else { throw mistakes }
        return AdoptionRequest(
            tenant: visit.tenant.id, site: site.id, name: name, options: options,
            radiusSecret: options.radius == nil ? nil : Secret(radiusSecret), madeBy: visit.staff.login)
    }
}
