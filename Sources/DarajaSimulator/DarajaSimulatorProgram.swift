import Glibc
import Wires

/// The program `lango-darajasim`: options, start, the line that says it is ready, an orderly end.
package enum DarajaSimulatorProgram {
    /// Runs until a signal ends it; returns the exit code (0 done, 1 failed, 64 misused).
    package static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") {
            WireConsole.say(help, to: 1)
            return 0
        }
        do {
            let options = try DarajaOptions(arguments)
            // Before the first thread, so that every thread leaves the signals to `sigwait`.
            var signals = WireSignals.block()
            let parent = options.exitsWithParent ? getppid() : nil
            let host = try DarajaHost(options.host)
            WireConsole.say(
                "lango-darajasim: a simulated payment service is running; no money moves, no product of Safaricom",
                to: 2)
            WireConsole.say(ready(host), to: 1)
            WireSignals.awaitEnd(&signals, parent: parent)
            host.stop()
            return 0
        } catch let flaw as DarajaOptions.Flaw {
            WireConsole.say("lango-darajasim: \(flaw.words); --help tells what there is", to: 2)
            return 64
        } catch {
            WireConsole.say("lango-darajasim: \(error)", to: 2)
            return 1
        }
    }

    /// One line of JSON.
    private static func ready(_ host: DarajaHost) -> String {
        let line = WireJSON.object([
            "simulator": .string("lango-darajasim"), "url": .string(host.url), "port": .number(host.port),
            "phones": .string(host.url + "/phone"), "certificate": .string(host.certificate),
            "control": .object([
                "url": .string(host.url + "/_simulator"), "token": .string(host.settings.controlToken),
            ]),
        ])
        return String(decoding: line.bytes, as: UTF8.self)
    }

    private static let help = """
        lango-darajasim: a simulated M-PESA with the Daraja interface, for demonstrations and tests.

        It is no product of Safaricom and says so on every page; no money moves. It listens on loopback only, and posts
        to loopback only. Phones are on the page /phone.

          --port N                    where it listens (0: any free port)
          --consumer-key TEXT         the app's key (default consumer-key)
          --consumer-secret TEXT      its secret (default consumer-secret)
          --business PAYBILL:PASSKEY  a paybill; STORE:TILL:PASSKEY for a till; may be repeated. There are also the
                                      sandbox's 174379, the store 600100 with till 5555555, and 600000
          --initiator NAME            who may ask on the business side (default testapi)
          --initiator-password TEXT   the password inside the security credential
          --payers PLAN               what phones do: by-hand (default), pays[:SECONDS], cancels[:SECONDS], ignores,
                                      unreachable, fails:CODE[:SECONDS]
          --token-seconds N           how long a token is good (default 3599)
          --keep-old-tokens           a new token leaves those before it good
          --short-success             a registration answers "0" instead of "00000000"
          --control-token TEXT        what clients of the control side show (default: made up and printed)
          --exit-with-parent          end when the program that started this one ends

        MTN's Collections are below /collection/, for the same phones: the app's key and secret are API user and key, the
        subscription key is "subscription-key", the environment sandbox, the currency EUR. Callbacks come again after three
        minutes. Its Disbursements are below /disbursement/ with the same keys, and tokens of their own.

        Texts are taken below /version1/ as Africa's Talking takes them: the user name is "sandbox", the key "text-key", the
        approved senders LANGO and 22384. Reports are posted where the control side says.

        The control side takes JSON, with the header "Authorization: Bearer TOKEN":

          GET  /_simulator/state          prompts, payments, what was posted and how it was answered, requests counted
          GET  /_simulator/certificate    to which initiators' passwords are encrypted
          POST /_simulator/payers         {"number":"254712345678","plan":"pays:3","balance":100,"pin":"1234"}
          POST /_simulator/touches        {"number":"254712345678","pin":"1234"}, or "what": cancel, poor
          POST /_simulator/payments       {"shortcode":"174379","number":"254712345678","amount":50,"reference":"acc 1"}
          POST /_simulator/reversals      {"receipt":"UJ62T8IYOU"}: given back at the service's desk
          POST /_simulator/forgeries      {"url":"http://…","checkout":"ws_CO_…","amount":50}
          POST /_simulator/texts          {"reports":"http://…"}: where reports go; {"number":"+254711000001","code":405}: how
                                          texts to it are answered; "fate":"Sent,Success": what is reported of them, one a
                                          second, such as "Failed:UserInBlackList"; "": nothing
          POST /_simulator/businesses     {"shortcode":"174379","validates":true,"registers-once":true,"balance":500}
          POST /_simulator/time           {"advance":3600}: what was planned until then happens at once
          POST /_simulator/tokens/revocations   {}: all tokens are dead
          POST /_simulator/faults         {"fault":"reply-lost","door":"push","times":1,"skip":0}; times 0: every time;
                                          DELETE ends all

        Faults: callback-lost, callback-twice, callback-late (seconds), confirmation-first, confirmation-twice,
        confirmation-lost, confirmation-foreign, query-contradicts (code), query-empty (status), query-unknown, reply-lost,
        closed, slow (milliseconds), subscriber-locked, amount-differs (amount), balance-missing, balance-given,
        phone-masked, phone-absent, token-revoked, firewall (status), envelope, error (status, code, message),
        validation-timeout; result-lost, result-twice, result-late at a door of the business side. Doors: token, push,
        query, register, simulate, status, reversal, payout, balance, pull-register, pull-query, code; momo for the
        lost reply of a request to pay; text for reply-lost, closed, slow and error.
        """
}
