import CCurl
import Threads
import Values

/// Sends letters over SMTP by libcurl, each over a connection of its own, on threads of its own.
package final class MailClient: Sendable {
    private struct Job: Sendable {
        let mail: OutgoingMail
        let done: @Sendable (MailOutcome) -> Void
    }

    private let jobs = WorkQueue<Job>()

    /// A client that sends so many letters at a time.
    package init(lanes: Int = 2) {
        _ = Engine.libraryIsReady
        for _ in 0..<lanes {
            _ = OwnThread.needed(named: "mail-client") { [jobs] in
                Engine.ignoreBrokenPipes()
                while let job = jobs.take(atMost: 1)?.first { job.done(MailTransfer(job.mail).perform()) }
            }
        }
    }

    deinit { jobs.close() }

    /// Takes nothing more; what waits is still sent.
    package func close() { jobs.close() }

    /// Hands a letter to its server and waits for the server's word.
    package func send(_ mail: OutgoingMail) async -> MailOutcome {
        guard Self.isSound(mail) else { return .unsent(.invalidRequest) }
        return await withCheckedContinuation { continuation in
            let isTaken = jobs.add(Job(mail: mail) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: .unsent(.cancelled(.beforeSending))) }
        }
    }

    private static func isSound(_ mail: OutgoingMail) -> Bool {
        let isHost = mail.host.utf8.allSatisfy {
            (97...122).contains($0 | 0x20) || (48...57).contains($0) || [45, 46, 58].contains($0)
        }
        let words = [mail.credentials?.user, mail.credentials?.password.revealed].compactMap(\.self)
        return isHost && !mail.host.isEmpty && mail.port > 0 && words.allSatisfy { !$0.utf8.contains { $0 < 0x20 } }
            && (mail.privacy != .none || mail.credentials == nil && mail.trust == .system) && !mail.letter.isEmpty
    }
}
