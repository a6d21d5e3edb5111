import RouterOS
import Synchronization
import TestKit
import Testing
import Values

@Suite(.timeLimit(.minutes(1)), .ownThreads) struct APITransportTests {
    @Test("After the login a table is read with its ids and the conditions as queries")
    func reads() async throws {
        let router = ScriptedRouter { talk in
            while let command = talk.hear() {
                talk.say("!re", "=.id=*1", "=name=a", "=comment=x=y", to: command)
                talk.say("!re", "=.id=*2B", "=name=", to: command)
                talk.say("!done", to: command)
            }
        }
        let rows = try await router.transport().read(
            .hotspotUser, where: [("name", "a=b é"), ("server", "")], properties: ["name", "comment"])
        #expect(rows.map(\.id) == [RouterID("*1"), RouterID("*2B")])
        #expect(rows[0].values == ["name": "a", "comment": "x=y"] && rows[1].values == ["name": ""])
        #expect(
            router.received == [
                ["/login", "=name=lango", "=password=hunter2"],
                ["/ip/hotspot/user/print", "=.proplist=.id,name,comment", "?name=a=b é", "?server="],
            ])
        router.close()
    }
}
