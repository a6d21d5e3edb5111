import Crypto
package import Values

/// A letter of plain text as it goes over the wire; RFC 5322 and 2045 to 2047.
package struct MailLetter: Sendable {
    package let from: EmailAddress
    /// Shown beside the address; empty for none.
    package let fromName: String
    package let to: EmailAddress
    package let subject: String
    package let text: String
    /// The left half of its name; the same for every attempt, so that whoever gets it twice can tell.
    package let id: String
    package let date: Instant

    package init(
        from: EmailAddress, name fromName: String, to: EmailAddress, subject: String, text: String, id: String,
        date: Instant
    ) {
        self.from = from
        self.fromName = fromName
        self.to = to
        self.subject = subject
        self.text = text
        self.id = id
        self.date = date
    }

    /// Lines that end with CRLF; none is longer than 78 characters but for an address that is.
    package var bytes: [UInt8] {
        let name = fromName.isEmpty ? "" : Self.phrase(fromName) + " "
        let head = [
            "From: \(name)<\(from.full)>", "To: <\(to.full)>", "Subject: \(Self.words(subject, isPhrase: false))",
            "Date: \(Self.date(date))", "Message-ID: <\(id)@\(from.domain)>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable",
            "Auto-Submitted: auto-generated", "", "",
        ]
        return Array(head.joined(separator: "\r\n").utf8) + Self.quotedPrintable(text)
    }

    // MARK: Headers

    /// A name before an address: in quotes, or in encoded words.
    private static func phrase(_ text: String) -> String {
        let words = words(text, isPhrase: true)
        guard !words.hasPrefix("=?") else { return words }
        return "\"" + words.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Plain where it can be, else in words of at most 75 characters, one a line; nothing in it begins another header.
    private static func words(_ text: String, isPhrase: Bool) -> String {
        let clean = String(
            text.prefix(200).map {
                $0.unicodeScalars.contains { $0.properties.generalCategory == .control }
                    ? " " : $0
            })
        let isPlain = clean.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !clean.contains("=?")
        guard !isPlain || clean.utf8.count > 60 else { return clean }
        var (lines, part) = ([String](), [UInt8]())
        for character in clean {
            let bytes = Array(String(character).utf8)
            // 42 bytes are 56 characters; a character is never split.
            if part.count + bytes.count > 42, !part.isEmpty {
                lines.append("=?utf-8?B?\(Base64.encode(part))?=")
                part = []
            }
            part += bytes
        }
        if !part.isEmpty { lines.append("=?utf-8?B?\(Base64.encode(part))?=") }
        return lines.joined(separator: "\r\n ")
    }

    /// `Fri, 20 Nov 2026 09:00:00 +0000`.
    static func date(_ instant: Instant) -> String {
        let (days, rest) = floorDivide(instant.milliseconds, by: 86_400_000)
        let day = CivilDate(daysSinceEpoch: days)
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let seconds = rest / 1_000
        return
            "\(names[Int(floorDivide(days, by: 7).remainder)]), \(day.day) \(months[Int(day.month) - 1]) \(day.year) "
            + "\(twoDigits(seconds / 3_600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60)) +0000"
    }

    // MARK: Body

    /// RFC 2045 section 6.7, with what servers and programs on the way might take for their own: leading dots and `From `.
    static func quotedPrintable(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        let unified = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        for line in unified.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var width = 0
            for (index, byte) in line.enumerated() {
                let isLast = index == line.count - 1
                let isPlain =
                    (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
                    || (byte == 0x20 || byte == 0x09) && !isLast
                let isRisky = index == 0 && (byte == UInt8(ascii: ".") || line.starts(with: "From ".utf8))
                let spelled = isPlain && !isRisky ? [byte] : Array("=\(Hex.encode([byte]).uppercased())".utf8)
                if width + spelled.count > 75 {
                    out += Array("=\r\n".utf8)
                    width = 0
                }
                // A soft break may put a dot at the beginning of a line.
                let isAtStart = width == 0 && spelled == [UInt8(ascii: ".")]
                out += isAtStart ? Array("=2E".utf8) : spelled
                width += isAtStart ? 3 : spelled.count
            }
            out += Array("\r\n".utf8)
        }
        return out
    }
}
