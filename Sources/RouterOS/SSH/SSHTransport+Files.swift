package import Values

/// How an `/import` ended: it stops at the first line that fails, and what came before it stays.
package enum ImportOutcome: Hashable, Sendable {
    case done
    /// The line of the file, counted from 1, where the router names one, and its words cut to 200 characters.
    case stopped(line: Int?, words: String)

    /// What the console printed: `Script Error: failure: … (/ip/address/add; line 2) (:import; line 1)`, measured on
    /// 7.24.4; before, with `verbose`, the last `#line 2` stands before the words.
    init(console text: String) {
        guard !text.contains("executed successfully") else {
            self = .done
            return
        }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let words = lines.last { !$0.hasPrefix("#") && $0.contains { !$0.isWhitespace } } ?? "it says nothing"
        var place: Int?
        for mark in words.ranges(of: "; line ") where !words[..<mark.lowerBound].hasSuffix("(:import") {
            place = Int(words[mark.upperBound...].prefix { $0 != ")" })
        }
        let counted = lines.last { $0.hasPrefix("#line ") }.flatMap { Int($0.dropFirst(6)) }
        self = .stopped(line: place ?? counted, words: RouterText.cleaned(words, maximum: 200))
    }
}

/// What backups need of the console: exports, files, and the router's own binary backups.
extension SSHTransport {
    /// The longest wait for an export or an import of a large configuration, and for a file on a slow line.
    static let longPatience = Span.minutes(5)
    /// The largest file taken, in bytes.
    package static let largestFile = 64 << 20

    /// The router's settings as commands, for people to read; secrets are left out.
    ///
    /// Version 7 leaves them out unless asked, version 6 only if asked to (FACTS 10).
    package func export(of version: RouterVersion) async throws(RouterError) -> String {
        let line = version < RouterVersion(7, 0) ? "/export hide-sensitive" : "/export"
        let text = String(decoding: try await output(line, nil, within: Self.longPatience), as: UTF8.self)
        guard text.hasPrefix("#") else { throw RouterError(.init(console: text, sent: line)) }
        return text
    }

    /// The content of a file.
    package func download(_ name: String) async throws(RouterError) -> [UInt8] {
        try await perform(.download(name, atMost: Self.largestFile), .file, within: Self.longPatience)
    }

    /// Writes a file; one of that name is replaced.
    package func upload(_ bytes: [UInt8], as name: String) async throws(RouterError) {
        _ = try await perform(.upload(bytes, as: name), .file, within: Self.longPatience)
    }

    /// How many bytes a file has by the router's own count.
    package func size(ofFile name: String) async throws(RouterError) -> Int {
        let line = ":put [/file get [/file find name=\(ConsoleLine.quoted(name))] size]"
        let text = try await text(line, .file)
        guard let size = Int(text) else { throw RouterError(.init(console: text, sent: line), in: .file) }
        return size
    }

    /// Removes a file; one that is not there is no error.
    package func remove(file name: String) async throws(RouterError) {
        let line = "/file remove [/file find name=\(ConsoleLine.quoted(name))]"
        let text = try await text(line, .file)
        guard text.isEmpty else { throw RouterError(.init(console: text, sent: line), in: .file) }
    }

    /// Lets the router write a binary backup of itself to a file, encrypted with a password.
    package func saveBackup(as name: String, password: Secret) async throws(RouterError) {
        let fields: [RouterField] = [("name", name), ("password", password.revealed)]
        let line = "\(ConsoleLine.path(.systemBackup)) save\(ConsoleLine.arguments(fields))"
        let text = try await text(line, .systemBackup, within: Self.longPatience)
        guard text.lowercased().contains("backup saved") else {
            throw Self.refusal(text, line, fields, .systemBackup)
        }
    }

    /// Lets the router load a binary backup and start anew; when it does, it may or may not answer before.
    package func loadBackup(_ name: String, password: Secret) async throws(RouterError) {
        let fields: [RouterField] = [("name", name), ("password", password.revealed)]
        let line = "\(ConsoleLine.path(.systemBackup)) load\(ConsoleLine.arguments(fields))"
        let text = try await text(line, .systemBackup)
        guard text.isEmpty || text.lowercased().contains("reboot") && !text.contains("[y/N]") else {
            throw Self.refusal(text, line, fields, .systemBackup)
        }
    }

    /// Lets the router carry out the commands of a file, one after another.
    package func importScript(_ name: String) async throws(RouterError) -> ImportOutcome {
        let line = "/import file-name=\(ConsoleLine.quoted(name)) verbose=yes"
        return ImportOutcome(
            console: String(decoding: try await output(line, nil, within: Self.longPatience), as: UTF8.self))
    }
}
