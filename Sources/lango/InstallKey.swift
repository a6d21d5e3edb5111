import Crypto
import Glibc
import SQL
import Tenancy

/// Why an install was not opened.
struct Unopenable: Error, CustomStringConvertible {
    let description: String
}

/// The key of an install and where it lies.
struct InstallKey {
    let secret: SecretKey
    private let path: String
    private let isNew: Bool

    /// Reads the key; makes it at the first start only: a lost key must not be replaced behind an operator's back, since
    /// nothing that was sealed could be opened again.
    ///
    /// - Throws: `Unopenable` or `KeyFileError`.
    init(at path: String, for location: Store.Location) throws {
        self.path = path
        isNew = !TextFile.exists(path)
        if isNew, case .sqlite(let database) = location, TextFile.exists(database) { throw Self.missing(path) }
        secret = isNew ? try SecretKey.create(at: path) : try SecretKey.load(from: path)
    }

    /// Refuses a key that is not the store's, and closes the store; a key that was made a moment ago goes again.
    ///
    /// - Throws: `Unopenable`, `SQLError`.
    func check(against store: Store) throws {
        guard try !store.recognises(secret) else { return }
        store.close()
        guard !isNew else {
            _ = unsafe unlink(path)
            throw Self.missing(path)
        }
        throw Unopenable(
            description:
                "the key \(path) is not the one that this database was made with. Bring that key back from your backup: "
                + "with another one no voucher code and no router password can be read.")
    }

    private static func missing(_ path: String) -> Unopenable {
        Unopenable(
            description:
                "the key \(path) is missing, but the database exists. Bring the key back from your backup: "
                + "without it no voucher code and no router password can be read.")
    }
}

extension Install {
    /// - Throws: `Unopenable` where there is neither database nor key: a command that reads makes none.
    static func checkPresence(_ settings: Settings, _ location: Store.Location) throws {
        let missing: String
        switch location {
        case .sqlite(let path):
            if TextFile.exists(path) { return }
            missing = path
        case .postgres:
            if TextFile.exists(settings.keyLocation) { return }
            missing = settings.keyLocation
        }
        throw Unopenable(
            description:
                "there is no install in \(settings.data): \(missing) is missing. Say where it lies with --data, or begin "
                + "one with lango tenant create.")
    }

    /// - Throws: `Unopenable` where the program's own files are not where they are looked for.
    static func checkAssets(_ settings: Settings) throws {
        guard !TextFile.exists(settings.assets + "/locales") else { return }
        throw Unopenable(
            description:
                "\(settings.assets)/locales is missing. Say where portal/, locales/ and vouchers/ lie with the "
                + "setting assets, or LANGO_ASSETS in the environment.")
    }
}
