import Glibc

/// A Python environment below `.build` with other people's packages; made once, and anew when its list changes.
package struct PythonHouse: Sendable {
    private static let house: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/")
    }()

    private let folder: String
    /// The interpreter with the packages installed; nil where they cannot be.
    package let python: String?

    /// Installs what `Tests/<folder>/requirements.txt` lists into `.build/<name>`.
    package init(_ name: String, for folder: String) {
        self.folder = Self.house + "/Tests/" + folder
        let (environment, wanted) = (Self.house + "/.build/" + name, Self.house + "/Tests/\(folder)/requirements.txt")
        let (mark, python) = (environment + "/requirements.txt", environment + "/bin/python")
        if !Program.read(mark).isEmpty, Program.read(mark) == Program.read(wanted) {
            self.python = python
            return
        }
        let make = """
            timeout 120 python3 -m venv --clear '\(environment)' && timeout 180 '\(python)' -m pip install --quiet \
            --disable-pip-version-check -r '\(wanted)' && cp '\(wanted)' '\(mark)'
            """
        let program = try? Program("/bin/sh", ["-c", make], environment: Self.surroundings)
        self.python = program?.end(within: 300).code == 0 ? python : nil
    }

    /// Starts a script of the folder.
    package func start(_ script: String, _ words: [String]) throws -> Program {
        try Program(python ?? "python3", ["-B", "\(folder)/\(script)"] + words, environment: Self.surroundings)
    }

    /// The environment of the tests: it says which Python there is and how packages are reached.
    private static let surroundings: [String: String] = {
        var (variables, place) = ([String: String](), unsafe environ)
        while let variable = unsafe place.pointee {
            let halves = unsafe String(cString: variable).split(separator: "=" as Character, maxSplits: 1)
            if halves.count == 2 { variables[String(halves[0])] = String(halves[1]) }
            unsafe place += 1
        }
        return variables
    }()
}
