import Documents
import Glibc
import Testing
import Values

@Suite struct DocumentOutputTests {
    struct ReaderGone: Error {}

    static func write(cards: Int = 200, to output: DocumentOutput) throws -> Int {
        let design = try CardDesign(directory: Workshop.designs, name: "classic")
        let writer = try VoucherSheetWriter(
            design: design, format: Workshop.preset("classic-a4").format, brand: CardBrand(name: "K"), cards: cards,
            title: "", to: output)
        for number in 1...cards { try writer.add(Workshop.card(number)) }
        return try writer.finish()
    }

    @Test("A file appears whole, alone, and for its owner only")
    func file() throws {
        try Workshop.inFolder { folder in
            let pages = try Self.write(to: .file(path: "\(folder)/a.pdf"))
            #expect(pages == 5)
            #expect(Workshop.files(in: folder) == ["a.pdf"])
            #expect(Workshop.output(of: "stat -c %a \(folder)/a.pdf") == "600\n")
            #expect(Workshop.output(of: "head -c 5 \(folder)/a.pdf") == "%PDF-")
        }
    }

    @Test("The old file stays until the new one is whole")
    func replaces() throws {
        try Workshop.inFolder { folder in
            let path = "\(folder)/a.csv"
            try Workshop.save(Array("old".utf8), to: path)
            let writer = try CSVWriter(columns: ["code"], byteOrderMark: false, to: .file(path: path))
            try writer.row(["new"])
            #expect(Workshop.output(of: "cat \(path)") == "old")
            try writer.finish()
            #expect(Workshop.output(of: "cat \(path)") == "code\r\nnew\r\n")
        }
    }

    @Test("A document that is given up leaves nothing")
    func abandons() throws {
        try Workshop.inFolder { folder in
            do {
                let design = try CardDesign(directory: Workshop.designs, name: "classic")
                let writer = try VoucherSheetWriter(
                    design: design, format: SheetFormat(paper: .a4), brand: CardBrand(name: "K"), cards: 2, title: "",
                    to: .file(path: "\(folder)/a.pdf"))
                try writer.add(Workshop.card(1))
                #expect(Workshop.files(in: folder).count == 1)
            }
            #expect(Workshop.files(in: folder).isEmpty)
        }
    }

    @Test("A full disk is an error and leaves no half file")
    func fullDisk() async {
        await #expect(processExitsWith: .success) { try Self.fillDisk() }
    }

    /// Runs in a process of its own: beyond this size the kernel refuses to write, as a full disk does.
    private static func fillDisk() throws {
        try Workshop.inFolder { folder in
            var limit = rlimit(rlim_cur: 70_000, rlim_max: 70_000)
            _ = signal(SIGXFSZ, SIG_IGN)
            let size = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
            guard unsafe setrlimit(size, &limit) == 0 else { throw ReaderGone() }
            let error = #expect(throws: DocumentError.self) { _ = try write(to: .file(path: "\(folder)/a.pdf")) }
            #expect(error?.kind == .output)
            #expect(error?.message.contains("File too large") == true)
            #expect(Workshop.files(in: folder).isEmpty)
        }
    }

    @Test("A place that cannot be written is an error at once", arguments: ["/nowhere/a.pdf", "/proc/a.pdf"])
    func noPlace(path: String) {
        let error = #expect(throws: DocumentError.self) { try Self.write(to: .file(path: path)) }
        #expect(error?.kind == .output)
        #expect(error?.file == path)
    }

    @Test("A file cannot take the place of a folder, and cleans up")
    func folderInTheWay() throws {
        try Workshop.inFolder { folder in
            _ = Workshop.output(of: "mkdir \(folder)/a.pdf")
            let error = #expect(throws: DocumentError.self) {
                try Self.write(cards: 1, to: .file(path: "\(folder)/a.pdf"))
            }
            #expect(error?.kind == .output)
            #expect(Workshop.files(in: folder) == ["a.pdf"])
        }
    }

    @Test("Chunks are about 64 KiB, and an error of the receiver stops the document")
    func chunks() throws {
        var sizes: [Int] = []
        _ = try Self.write(to: .chunks { sizes.append($0.count) })
        #expect(sizes.count > 1)
        #expect(sizes.dropLast().allSatisfy { (65_536..<200_000).contains($0) })
        var calls = 0
        let error = #expect(throws: DocumentError.self) {
            try Self.write(
                to: .chunks { _ in
                    calls += 1
                    throw ReaderGone()
                })
        }
        #expect(calls == 1)
        #expect(error?.kind == .output)
        #expect(error?.message.contains("ReaderGone") == true)
    }
}
