import Values

/// The script on a router that comes by itself, and the commands that put it there.
///
/// It runs every ten seconds unless it runs already. While it runs it asks for work, waits for some seconds, carries out
/// what comes and brings the answer with its next question. It keeps nothing: after a power cut it begins anew. It is
/// written for 6.43 and later: a variable holds what `fetch` brings from there on. Source: the manual's pages on
/// scripting, the scheduler and fetch.
package struct PullScript: Sendable {
    /// The name of the script and of its scheduler entry.
    package static let name = "lango-pull"
    /// What marks both as ours.
    package static let comment = "lango:pull"
    /// What the script needs: `ftp` for fetch, `reboot` where staff restart the router from here.
    package static let policies = "ftp,read,write,reboot,test"
    /// Questions in one run of the script; one more where there is an answer to bring.
    private static let rounds = 30

    private let url: String
    private let secret: PullSecret
    private let checksCertificate: Bool

    /// - Parameters:
    ///   - url: where the router calls, `https://gate.example/router/pull/<id>`.
    ///   - secret: what router and gateway know of each other.
    ///   - checksCertificate: whether the router refuses a gateway whose certificate none of its authorities signed;
    ///     means nothing for http.
    package init(url: String, secret: PullSecret, checksCertificate: Bool) {
        self.url = url
        self.secret = secret
        self.checksCertificate = checksCertificate
    }

    /// Commands for the router's terminal or a file to import: they make the script and its schedule, or bring them up
    /// to date; a second time changes nothing.
    package var commands: String {
        let event = "/system script run \(Self.name)"
        return """
            :if ([:len [/system script find name=\(Self.name)]] = 0) do={
              /system script add name=\(Self.name) comment="\(Self.comment)" policy=\(Self.policies) source=\(quotedSource)
            } else={
              /system script set [find name=\(Self.name)] policy=\(Self.policies) source=\(quotedSource)
            }
            :if ([:len [/system scheduler find name=\(Self.name)]] = 0) do={
              /system scheduler add name=\(Self.name) comment="\(Self.comment)" policy=\(Self.policies) interval=10s \
            start-time=startup on-event="\(event)"
            }

            """
    }

    /// Commands that take both away again.
    package static let removal = """
        /system scheduler remove [find name=\(name)]
        /system script remove [find name=\(name)]

        """

    private var quotedSource: String { ConsoleLine.quoted(source) }

    /// The script itself.
    var source: String {
        let fetch =
            "/tool fetch url=$url http-method=post http-header-field=$head\(checking) http-data=(\"lango 1 \" . $ticket"
        let mark = PullReply.markCount
        let (ticketAt, lengthAt) = (mark + 1, mark + PullReply.ticketCount + 2)
        let codeAt = lengthAt + 9
        return """
            :global langoPullSince
            :local now [/system resource get uptime]
            :local isBusy false
            :if ([:typeof $langoPullSince] = "time") do={
              :if (($now - $langoPullSince) < 2m) do={:set isBusy true}
            }
            :if (!$isBusy) do={
              :local url \(ConsoleLine.quoted(url))
              :local head "Authorization: Bearer \(secret.token.revealed)"
              :local mark "\(secret.mark.revealed) "
              :local ticket "-"
              :local say ""
              :local rounds 0
              :do {
                :while (($rounds < \(Self.rounds)) || ($ticket != "-")) do={
                  :set rounds ($rounds + 1)
                  :set langoPullSince [/system resource get uptime]
                  :local size [:len $say]
                  :local from 0
                  :local part 0
                  :while (($size - $from) > \(PullCall.partSize)) do={
                    \(fetch) . " " . $part . " more\\n" . [:pick $say $from ($from + \(PullCall.partSize))]) output=none
                    :set from ($from + \(PullCall.partSize))
                    :set part ($part + 1)
                  }
                  :local got [\(fetch) . " " . $part . " end\\n" . [:pick $say $from $size]) output=user as-value]
                  :local data ($got->"data")
                  :set ticket "-"
                  :set say ""
                  :if ([:pick $data 0 \(mark + 1)] != $mark) do={:error "lango: another answers in its place"}
                  :if ([:len $data] > \(codeAt)) do={
                    :set ticket [:pick $data \(ticketAt) \(lengthAt - 1)]
                    :local text [:pick $data \(codeAt) [:len $data]]
                    :local code ""
                    :if ([:tostr ([:len $text] + \(PullReply.lengthBase))] = [:pick $data \(lengthAt) \(lengthAt + 8)]) do={
                      :do {:set code [:parse $text]} on-error={:set say "\\0\(PullOutcome.unreadable.rawValue)"}
                    } else={:set say "\\0\(PullOutcome.cut.rawValue)"}
                    :if ($say = "") do={
                      :do {:set say [$code]} on-error={:set say "\\0\(PullOutcome.failed.rawValue)"}
                    }
                  }
                }
              } on-error={:log warning "lango: the gateway does not answer"}
              :set langoPullSince 0
            }
            """
    }

    private var checking: String {
        guard url.hasPrefix("https:") else { return "" }
        return checksCertificate ? " check-certificate=yes" : " check-certificate=no"
    }
}
