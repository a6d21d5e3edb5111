import Backups
import HTTPServer
import SQL
import Telemetry
import Templates
import Tenancy
import Values

/// A router's settings as versions: what changed, download, restore.
extension BackOffice {
    /// How long a page waits for a router; a backup goes on, and the list tells what became of it.
    private static let backupPatience = 70

    /// The router of a request with who asks.
    ///
    /// - Throws: `RequestRefusal.notFound` for another tenant's.
    private func backupDesk(_ request: Request, at path: String? = nil) throws -> (BackupSheets, Visit) {
        let desk = desk(request, at: path)
        guard let visit = desk.visit else { throw OfficeRefusal.signedOut }
        let tenant = visit.tenant.id
        guard let id = ID<Router>(request.parameter("router")),
            let router = try store.read(.tenant(tenant), { try $0.router(id, of: tenant) })
        else { throw RequestRefusal.notFound }
        return (BackupSheets(desk: desk, router: router), visit)
    }

    private static func version(_ request: Request) throws -> Int {
        guard let version = Int(request.parameter("version")), version > 0 else { throw RequestRefusal.notFound }
        return version
    }

    /// All versions and restores of a router.
    func backupList(_ request: Request) throws -> Response {
        let (sheets, _) = try backupDesk(request)
        let values = sheets.list(
            try backups.backups(of: sheets.router), try backups.restores(of: sheets.router),
            try backups.state(of: sheets.router))
        return sheets.desk.page(sheets.desk.pages.backups, values)
    }

    /// Takes a backup now.
    func takeBackup(_ request: Request) throws -> Response {
        _ = try request.form()
        let (sheets, visit) = try backupDesk(request, at: Addresses.routers)
        let path = Addresses.backups(sheets.router.id)
        let wish = BackupKeeper.Wish(.asked, by: visit.staff.login, binary: .always)
        return .later(within: Self.backupPatience) { [self] resumption in
            Task {
                let outcome = await backups.take(sheets.router, wish)
                log.notice(
                    "backup.asked", ["router.id": .id(sheets.router.id), "staff.id": .id(visit.staff.id)])
                resumption.finish { [self] in
                    switch outcome {
                    case .done(_, let isNew, _, _): done(isNew ? .backupTaken : .backupSame, at: path)
                    case .busy: done(.backupBusy, at: path)
                    case .trouble: done(.backupFailed, at: path)
                    }
                }
            }
        }
    }

    /// What a version changed against the one before it, or against `with`.
    func backupVersion(_ request: Request) throws -> Response {
        let (sheets, _) = try backupDesk(request)
        let version = try Self.version(request)
        let all = try backups.backups(of: sheets.router)
        guard let backup = all.first(where: { $0.version == version }) else { throw BackupRefusal.noSuchVersion }
        let before = all.first { $0.kind == .export && $0.version < backup.exportVersion }?.version
        let other = try request.query("with").flatMap { Int($0) } ?? before
        // Long exports take a moment to compare: on a thread of its own.
        return .later { [self] resumption in
            let isRunning = bench.run { [self] in
                let diff = Result {
                    try other.map { try backups.diff(from: $0, to: version, of: sheets.router) }
                }
                resumption.finish {
                    sheets.desk.page(
                        sheets.desk.pages.backup, sheets.version(backup, try diff.get(), from: other, among: all))
                }
            }
            if !isRunning { resumption.finish { throw OfficeRefusal.busy } }
        }
    }

    /// The file of a version, as the router made it.
    func backupFile(_ request: Request) throws -> Response {
        let (sheets, visit) = try backupDesk(request)
        let (backup, content) = try backups.content(try Self.version(request), of: sheets.router)
        log.notice(
            "backup.downloaded",
            [
                "router.id": .id(sheets.router.id), "staff.id": .id(visit.staff.id),
                "backup.version": .number(backup.version),
            ])
        let (type, end) =
            backup.kind == .export ? ("text/plain; charset=utf-8", "rsc") : ("application/octet-stream", "backup")
        return .bytes(content.bytes, type: type, filename: "\(sheets.router.name)-\(backup.version).\(end)")
    }

    /// What restoring a version would do, from a fresh look at the router, and the question.
    func restorePlan(_ request: Request) throws -> Response {
        let (sheets, _) = try backupDesk(request)
        let version = try Self.version(request)
        _ = try backups.content(version, of: sheets.router)
        return .later(within: Self.backupPatience) { [self] resumption in
            Task {
                let plan: Result<RestorePlan, any Error>
                do {
                    plan = .success(try await backups.plan(version, of: sheets.router))
                } catch {
                    plan = .failure(error)
                }
                let values = sheets.plan(version, plan)
                resumption.finish { sheets.desk.page(sheets.desk.pages.backup, values) }
            }
        }
    }

    /// Begins a restore, where the router's name was typed; the same form again leads to what the first one did.
    func beginRestore(_ request: Request) throws -> Response {
        let form = try request.form()
        let (sheets, visit) = try backupDesk(request, at: Addresses.routers)
        let version = try Self.version(request)
        guard let id = form["key"].flatMap({ ID<Restore>($0) }) else { throw OfficeRefusal.staleForm }
        guard form["confirm"] == sheets.router.name else { throw OfficeRefusal.unconfirmed }
        return .later(within: Self.backupPatience) { [self] resumption in
            Task {
                let outcome: Result<Restore, any Error>
                do {
                    outcome = .success(
                        try await backups.beginRestore(version, of: sheets.router, as: id, by: visit.staff.login))
                } catch {
                    outcome = .failure(error)
                }
                log.notice(
                    "restore.asked",
                    [
                        "router.id": .id(sheets.router.id), "staff.id": .id(visit.staff.id),
                        "backup.version": .number(version),
                    ])
                resumption.finish { [self] in
                    _ = try outcome.get()
                    return done(.restoreBegun, at: Addresses.backups(sheets.router.id))
                }
            }
        }
    }
}
