import HTTPClient
package import Values

/// Why a router did not do what it was asked; holds no address, credential or stored value.
package struct RouterError: Error, Hashable, Sendable {
    /// What sort of no it is.
    package enum Kind: Hashable, Sendable {
        /// No route, no name, or nothing listens at the port.
        case unreachable
        /// It comes by itself, and has not called this program lately.
        case away
        /// The connection is closed at once: the service does not admit our address (`/ip/service`), or has no session
        /// left.
        case notAdmitted
        /// No answer in time; `maybeDone` where the request had been sent.
        case timedOut(maybeDone: Bool)
        /// The connection broke, or the waiting task was cancelled; `maybeDone` where the request had been sent.
        case interrupted(maybeDone: Bool)
        case certificateChanged(expected: CertificateFingerprint, seen: CertificateFingerprint)
        /// None is confirmed yet.
        case certificateUnknown(seen: CertificateFingerprint)
        /// The same two of SSH.
        case hostKeyChanged(expected: CertificateFingerprint, seen: CertificateFingerprint)
        case hostKeyUnknown(seen: CertificateFingerprint)
        /// No authority vouches for it, or the service has none.
        case certificateUnusable
        case unauthorized
        /// The user's group lacks a policy; nil where the router does not tell which.
        case forbidden(policy: String?)
        /// Something else answers, or RouterOS before 7.1, which has no REST.
        case notRouterOS
        /// It is RouterOS, but the answer is not what was asked for: while starting, it confuses its answers.
        case notReady
        /// The menu or command is not there: an older version, a package that is not installed, another board.
        case menuAbsent
        case unknownParameter(String)
        case missingParameter(String)
        case noSuchItem
        case alreadyExists
        /// Out of range, no such word, or the name of a row that is not there.
        case invalidValue(property: String?)
        /// The device-mode forbids it until someone confirms at the device.
        case deviceMode
        /// Taken, but read back differently.
        case notApplied(property: String)
        /// The row was made by someone else and is left alone.
        case notOurs
        /// Too long an answer.
        case tooLarge
        /// None of several ways works; what became of each, in sentences.
        case noWay([String])
        /// Another refusal, in the router's words, cut to 200 characters.
        case failure(String)
    }

    package let kind: Kind
    /// The menu that was asked, such as `/ip/hotspot/user`.
    package let menu: Menu?

    package init(_ kind: Kind, in menu: Menu? = nil) {
        self.kind = kind
        self.menu = menu
    }

    /// Whether the request may have been carried out although no answer says so: read again before repeating it.
    package var isPossiblyCarriedOut: Bool {
        switch kind {
        case .timedOut(let maybeDone), .interrupted(let maybeDone): maybeDone
        case .tooLarge, .notReady: true
        default: false
        }
    }

    /// The identity that was seen where it is not the confirmed one.
    package var shownIdentity: ShownIdentity? {
        switch kind {
        case .certificateUnknown(let seen), .certificateChanged(_, let seen): ShownIdentity(.certificate, seen)
        case .hostKeyUnknown(let seen), .hostKeyChanged(_, let seen): ShownIdentity(.hostKey, seen)
        default: nil
        }
    }

    /// Whether the same request may succeed later without anyone doing something.
    package var isPassing: Bool {
        switch kind {
        case .unreachable, .away, .timedOut, .interrupted, .notReady, .noWay: true
        default: false
        }
    }

    /// What the transport's error means for a router.
    init(_ error: HTTPClientError, in menu: Menu?) {
        let kind: Kind =
            switch error {
            case .unreachable, .refused: .unreachable
            case .closedEarly(.beforeSending): .notAdmitted
            case .timedOut(let moment): .timedOut(maybeDone: moment == .afterSending)
            case .closedEarly(let moment), .cancelled(let moment), .other(_, let moment):
                .interrupted(maybeDone: moment == .afterSending)
            case .certificateChanged(let expected, let seen): .certificateChanged(expected: expected, seen: seen)
            case .certificateUnknown(let seen): .certificateUnknown(seen: seen)
            case .certificateUntrusted, .noTLS: .certificateUnusable
            case .tooLarge: .tooLarge
            case .invalidRequest: .failure("the request is malformed")
            }
        self.init(kind, in: menu)
    }
}

extension RouterError: CustomStringConvertible {
    /// One plain sentence for staff.
    package var description: String {
        if case .noWay = kind { return sentence }
        return menu.map { "\(sentence) (\($0.path))." } ?? "\(sentence)."
    }

    private var sentence: String {
        switch kind {
        case .unreachable: "The router cannot be reached, or its service is off"
        case .away: "The router comes by itself and has not called lately; only the running gateway can talk to it"
        case .notAdmitted: "The router closes the connection at once; check the addresses its service admits"
        case .timedOut(maybeDone: false): "The router did not take the connection in time"
        case .timedOut(maybeDone: true): "The router did not answer in time; the request was possibly carried out"
        case .interrupted(maybeDone: false): "The connection to the router broke before anything was sent"
        case .interrupted(maybeDone: true): "The connection to the router broke; the request was possibly carried out"
        case .certificateChanged(let expected, let seen):
            "The router shows another certificate (\(seen)) than the confirmed one (\(expected)); nothing was sent to it"
        case .certificateUnknown(let seen): "The router's certificate (\(seen)) is not confirmed yet"
        case .hostKeyChanged(let expected, let seen):
            "The router shows another host key (\(seen)) than the confirmed one (\(expected)); nothing was sent to it"
        case .hostKeyUnknown(let seen): "The router's host key (\(seen)) is not confirmed yet"
        case .certificateUnusable: "The router's service has no usable certificate or host key"
        case .unauthorized: "The router does not accept the user name or password"
        case .forbidden(let policy?): "The router's user lacks the policy \(policy)"
        case .forbidden(policy: nil): "The router's user lacks a policy for this"
        case .notRouterOS: "What answers is not RouterOS, or for REST not 7.1 or later"
        case .notReady: "The router is starting and answers something else"
        case .menuAbsent: "The router has no such menu or command; its version is older or a package is missing"
        case .unknownParameter(let name): "The router does not know the property \(name)"
        case .missingParameter(let name): "The router wants the property \(name)"
        case .noSuchItem: "The row is not on the router any more"
        case .alreadyExists: "The router has such a row already"
        case .invalidValue(let property?): "The router does not take the value of \(property)"
        case .invalidValue(property: nil): "The router does not take a value"
        case .deviceMode: "The router's device-mode forbids this; it must be allowed at the device itself"
        case .notApplied(let property): "The router took \(property) but did not keep it"
        case .notOurs: "The row was made by someone else and is left alone"
        case .tooLarge: "The router's answer is too long"
        case .noWay(let reports): "No way to the router works. \(reports.joined(separator: " "))"
        case .failure(let text): "The router refuses: \(text)"
        }
    }
}
