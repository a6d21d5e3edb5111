import Crypto
import Values

/// The whole answer to a command.
struct APIAnswer: Sendable {
    let rows: [RouterRecord]
    /// What came with the end, such as `ret`, the id of a new row.
    let done: RouterRecord
}

/// Who we are, and how a router is told; https://help.mikrotik.com/docs/spaces/ROS/pages/47579160/API, "Initial login".
struct APILogin: Sendable {
    let user: String
    let password: Secret

    /// The login of 6.43 and later: the connection itself must keep the password from others.
    ///
    /// Older versions answer it with a challenge, as if name and password were not there.
    var command: APICommand {
        var command = APICommand("login")
        command.append([("name", user), ("password", password.revealed)])
        return command
    }

    /// The login before 6.43: MD5 over a zero byte, the password and the challenge; nil for what is no challenge.
    func answer(to challenge: String) -> APICommand? {
        guard challenge.utf8.count == 32, let challenge = Hex.decode(challenge) else { return nil }
        var secret: [UInt8] = [0]
        WireText.append(password.revealed, to: &secret)
        var command = APICommand("login")
        command.append([("name", user), ("response", "00" + Hex.encode(MD5.hash(secret + challenge)))])
        return command
    }
}

extension RouterError.Kind {
    /// What a `!trap` means: its words, and where they are none that are known, its category.
    ///
    /// Categories of the manual: 0 missing item or command, 1 argument value, 2 interrupted, 3 scripting, 4 general,
    /// 5 API, 6 terminal, 7 value of `:return`.
    init(trap category: String?, words: String?) {
        let kind = Self(status: nil, words: words)
        guard case .failure = kind else {
            self = kind
            return
        }
        switch category {
        case "0": self = .menuAbsent
        case "1": self = .invalidValue(property: nil)
        case "2": self = .interrupted(maybeDone: true)
        default: self = kind
        }
    }
}
