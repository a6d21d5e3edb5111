import Adoption

extension RouterPages {
    /// Writes every file into a folder, made where it is missing.
    func write(to folder: String) throws {
        try TextFile.makeFolder(folder)
        for name in names {
            guard let text = self[name] else { continue }
            try TextFile.write(text, to: "\(folder)/\(name)")
        }
    }
}
