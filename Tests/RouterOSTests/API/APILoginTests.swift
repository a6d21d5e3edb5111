import RouterOS
import Sockets
import TestKit
import Testing
import Values

@Suite(.timeLimit(.minutes(1)), .ownThreads) struct APILoginTests {
    @Test("Routers before 6.43 answer with a challenge; the password is not sent again")
    func challenge() async throws {
        let router = ScriptedRouter(welcoming: false) { talk in
            guard let first = talk.hear() else { return }
            talk.say("!done", "=ret=93b438ec9b80057c06dd9fe67d56aa9a", to: first)
            guard let second = talk.hear() else { return }
            talk.say("!done", to: second)
            while let command = talk.hear() { talk.say("!done", "=ret=*1", to: command) }
        }
        #expect(try await router.transport().add(.hotspotUser, []) == RouterID("*1"))
        // MD5 of a zero byte, `hunter2` and the challenge.
        #expect(router.received[1] == ["/login", "=name=lango", "=response=0028e3eb9499d31831f9f9f5f37f2add08"])
        router.close()
    }

    static let refused: [(words: [String], kind: RouterError.Kind)] = [
        (["!trap", "=message=invalid user name or password (6)"], .unauthorized),
        (["!trap", "=message=cannot log in"], .unauthorized),
        (["!fatal", "not logged in"], .unauthorized),
        (["!fatal", "too many commands before login"], .failure("too many commands before login")),
        (["!done", "=ret=no challenge"], .notRouterOS),
    ]

    @Test("A login that is refused says why, and nothing else is sent", arguments: refused)
    func refusals(words: [String], kind: RouterError.Kind) async {
        let router = ScriptedRouter(welcoming: false) { talk in
            guard let login = talk.hear() else { return }
            talk.say(words, to: login)
            talk.say("!done", to: login)
            while talk.hear() != nil {}
        }
        #expect(await router.transport().failureOfAdding() == kind)
        #expect(router.received.map { $0[0] } == ["/login"])
        router.close()
    }

    @Test("What answers in another language is not a router")
    func strangers() async {
        let router = ScriptedRouter(welcoming: false) { talk in
            _ = talk.hear()
            talk.peer.send([0xFF, 0xFB, 0x01, 0xFF, 0xFB, 0x03])
            _ = talk.hear()
        }
        #expect(await router.transport().failureOfAdding() == .notRouterOS)
        router.close()
    }

    @Test("A router is let near a password only with the certificate that was confirmed")
    func certificates() async throws {
        let identity = SelfSigned()
        let seen = try #require(CertificateFingerprint(identity.fingerprint))
        let other = try #require(CertificateFingerprint(SelfSigned().fingerprint))
        let router = ScriptedRouter(identity) { talk in
            while let command = talk.hear() { talk.say("!done", "=ret=*1", to: command) }
        }
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("hunter2"))
        access.port = router.port
        #expect(
            await APITransport(access, on: ScriptedRouter.sockets).failureOfAdding() == .certificateUnknown(seen: seen))
        access.trust = .pinned(other)
        let expected = RouterError.Kind.certificateChanged(expected: other, seen: seen)
        #expect(await APITransport(access, on: ScriptedRouter.sockets).failureOfAdding() == expected)
        #expect(router.received.isEmpty)
        access.trust = .pinned(seen)
        #expect(await APITransport(access, on: ScriptedRouter.sockets).failureOfAdding() == nil)
        router.close()
    }

    @Test("A service without TLS, or without a certificate, is told")
    func noTLS() async {
        let router = ScriptedRouter(welcoming: false) { talk in
            talk.peer.send(sentence("!fatal", "not logged in"))
            _ = talk.peer.read()
        }
        var access = ServiceAccess(host: "127.0.0.1", user: "lango", password: Secret("hunter2"))
        access.port = router.port
        #expect(await APITransport(access, on: ScriptedRouter.sockets).failureOfAdding() == .certificateUnusable)
        router.close()
    }
}
