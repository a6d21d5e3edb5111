import Values
import Wires

/// The binary API on a wire: one thread a connection, which reads, carries out and writes.
enum APIDoor {
    /// Serves a connection to its end.
    static func serve(_ stream: WireStream, _ router: SimulatedRouter, service: String) {
        let peer = WireSocket.peer(stream.descriptor).address
        // The router accepts and closes without a word; FACTS 1.1.
        guard router.with({ machine, _ in machine.admits(peer, to: service) }) else { return }
        var conversation = APIConversation(router, peer: peer)
        var bell: WireBell?
        defer {
            if let bell { router.detach(bell) }
            conversation.hangUp()
        }
        var reader = APIReader()
        while !conversation.isOver {
            if bell == nil, conversation.isListening, let fresh = WireBell() {
                bell = fresh
                router.attach(fresh)
                conversation.advance(at: SimulatorFiles.now())
            }
            let calm = max(0, min(1_000, conversation.calm(at: SimulatorFiles.now()).milliseconds))
            if stream.awaitInput(milliseconds: Int32(calm), or: bell) {
                let bytes = stream.read()
                guard !bytes.isEmpty, take(bytes, &reader, &conversation) else { return }
            }
            conversation.advance(at: SimulatorFiles.now())
            let output = conversation.takeOutput()
            guard output.isEmpty || stream.write(output) else { return }
        }
    }

    /// False for bytes that are no sentences: the stream cannot go on.
    private static func take(
        _ bytes: [UInt8], _ reader: inout APIReader, _ conversation: inout APIConversation
    ) -> Bool {
        reader.append(bytes)
        do throws(APIReader.Broken) {
            while let sentence = try reader.next() { conversation.take(sentence, at: SimulatorFiles.now()) }
            return true
        } catch {
            return false
        }
    }
}
