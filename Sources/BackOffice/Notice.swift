import Crypto
import HTTPServer
import Locales
import Values

/// What was just done, told on the page that comes after; travels in the link, signed, and only for a minute.
enum Notice: UInt8, CaseIterable {
    case made = 1
    case voided = 2
    case voucherVoided = 3
    case accessEnded = 4
    case nothingToVoid = 5
    case certificateConfirmed = 6
    case cancelled = 7
    case routerRead = 8
    case routerBusy = 9
    case routerUnread = 10
    case changeUndone = 11
    case backupTaken = 12
    case backupSame = 13
    case backupBusy = 14
    case backupFailed = 15
    case restoreBegun = 16
    case sweepAsked = 17
    case lineSuspended = 18
    case lineRestored = 19
    case lineClosed = 20
    case routerReplaced = 21
    case lineMade = 22
    case routerWayKept = 27
    case routerKeyMade = 28
    case routerForgotten = 29
    case boostGiven = 30
    case lineChanged = 31
    case accessSuspended = 32
    case accessRestored = 33
    case speedSet = 34
    case deviceRemoved = 35
    case accountMade = 36
    case accountChecked = 37
    case accountRegistered = 38
    case initiatorNamed = 39
    case accountOpened = 40
    case accountClosed = 41
    case receiptAssigned = 42
    case paymentReviewed = 43

    fileprivate var key: String {
        switch self {
        case .made: "vouchers.made"
        case .voided: "batch.voided"
        case .voucherVoided: "voucher.void.done"
        case .accessEnded: "voucher.void.ended"
        case .nothingToVoid: "voucher.void.nothing"
        case .certificateConfirmed: "routers.certificate.done"
        case .cancelled: "batch.making.cancelled"
        case .routerRead: "router.read.done"
        case .routerBusy: "router.read.going"
        case .routerUnread: "router.read.failed"
        case .changeUndone: "change.undo.done"
        case .backupTaken: "backup.done"
        case .backupSame: "backup.done.same"
        case .backupBusy: "backup.done.busy"
        case .backupFailed: "backup.done.failed"
        case .restoreBegun: "restore.begun"
        case .sweepAsked: "drift.asked"
        case .lineSuspended: "line.suspend.done"
        case .lineRestored: "line.restore.done"
        case .lineMade: "line-new.done"
        case .lineClosed: "line.close.done"
        case .routerReplaced: "replace.done"
        case .routerWayKept: "way.kept"
        case .routerKeyMade: "way.key.made"
        case .routerForgotten: "adopt.forget.done"
        case .boostGiven: "voucher.boost.done"
        case .lineChanged: "line-change.done"
        case .accessSuspended: "access.suspend.done"
        case .accessRestored: "access.restore.done"
        case .speedSet: "access.speed.done"
        case .deviceRemoved: "access.remove.done"
        case .accountMade: "account.made"
        case .accountChecked: "account.keys.tried"
        case .accountRegistered: "account.register.tried"
        case .initiatorNamed: "account.initiator.done"
        case .accountOpened: "account.open.done"
        case .accountClosed: "account.close.done"
        case .receiptAssigned: "unmatched.done"
        case .paymentReviewed: "payment.review.done"
        }
    }
}

extension BackOffice {
    /// Sends the browser on to a page that tells what was done; `path` may have a query.
    func done(_ notice: Notice, _ count: Int = 0, at path: String) -> Response {
        let payload = [notice.rawValue] + UInt64(clamping: count).bytes
        let token = SignedToken(payload: payload, expires: now() + .minutes(1)).text(for: "notice", key: tokenKey)
        return .seeOther("\(path)\(path.contains("?") ? "&" : "?")done=\(token)")
    }

    func notice(_ request: Request, _ language: Language) -> String? {
        guard let text = try? request.query("done"),
            let token = try? SignedToken(verifying: text, for: "notice", at: now(), key: tokenKey),
            token.payload.count == 9, let notice = Notice(rawValue: token.payload[0])
        else { return nil }
        let count = token.payload.dropFirst().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return locales.format(notice.key, language, [("count", .number(Int64(clamping: count)))])
    }
}
