import Values

extension RouterTransport {
    /// The router's settings as commands, without secrets, over REST or the binary API, from RouterOS 7.13 on.
    ///
    /// The router writes them to a file of this name with `.rsc` added, which is read in pieces and removed.
    /// `/export` gives no text over these ways (FACTS 1.3). `/file/read` takes pieces of 32,768 bytes at most, measured on
    /// 7.23.1; the name's `contents` would end at 4 KiB.
    package func export(throughFile name: String) async throws(RouterError) -> String {
        _ = try await run("export", in: .root, [("file", name)])
        let outcome: Result<String, RouterError>
        do throws(RouterError) {
            outcome = .success(try await text(ofFile: name + ".rsc"))
        } catch {
            outcome = .failure(error)
        }
        // Ours alone; where it cannot be removed now, the next export replaces it.
        if let row = try? await file(name + ".rsc") { try? await remove(.file, row.id) }
        return try outcome.get()
    }

    private func file(_ name: String) async throws(RouterError) -> (id: RouterID, size: Int) {
        let rows = try await read(.file, where: [("name", name)], properties: ["name", "size"])
        guard let row = rows.first, let id = row.id, let size = row["size"].flatMap({ Int($0) }) else {
            throw RouterError(.noSuchItem, in: .file)
        }
        return (id, size)
    }

    /// The text of a file of ASCII, as exports are; in anything else a piece could end in the middle of a character.
    private func text(ofFile name: String) async throws(RouterError) -> String {
        var text = ""
        while text.utf8.count < RouterFile.largestText {
            let piece = try await run(
                "read", in: .file,
                [("file", name), ("offset", String(text.utf8.count)), ("chunk-size", String(RouterFile.piece))])
            guard let data = piece.first?["data"], data.utf8.allSatisfy({ $0 < 128 }) else {
                throw RouterError(.notReady, in: .file)
            }
            text += data
            guard data.utf8.count < RouterFile.piece else { continue }
            guard try await file(name).size == text.utf8.count else { throw RouterError(.notReady, in: .file) }
            return text
        }
        throw RouterError(.tooLarge, in: .file)
    }
}

private enum RouterFile {
    static let piece = 32_768
    static let largestText = 32 << 20
}
