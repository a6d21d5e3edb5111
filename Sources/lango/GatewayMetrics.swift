import Backups
import Entitlements
import HTTPServer
import Messages
import Payments
import Provisioning
import SQL
import Synchronization
import Telemetry
import Tenancy
import Values

/// The numbers of this gateway for a monitor.
final class GatewayMetrics: Sendable {
    private let metrics = Metrics()
    private let server = Mutex<Server?>(nil)

    init(store: Store, payments: PaymentKeeper) {
        metrics.registerProcess()
        metrics.gauge("lango_effects_waiting", help: "Effects that wait for a router.") {
            (try? store.read(.platform) { try $0.allWaitingEffects() }).map(Int64.init)
        }
        metrics.gauge("lango_routers_ready", help: "Routers that answered when they were asked last.") {
            (try? store.read(.platform) { try $0.allRouters() }).map { routers in
                Int64(routers.count { $0.state == .ready })
            }
        }
        metrics.gauge("lango_routers", help: "Routers in service of all tenants.") {
            (try? store.read(.platform) { try $0.allRouters() }).map { Int64($0.count { $0.state.isServed }) }
        }
        metrics.gauge("lango_routers_without_backup", help: "Routers without an export taken in the last two days.") {
            (try? store.read(.platform) { try $0.routersWithoutBackup(since: SystemClock.now() - .days(2)) })
                .map(Int64.init)
        }
        metrics.gauge("lango_sessions_open", help: "Devices that are online as far as is known.") {
            (try? store.read(.platform) { try $0.allOpenSessions() }).map(Int64.init)
        }
        metrics.gauge("lango_payments_open", help: "Payments of which nobody knows yet whether money came.") {
            (try? store.read(.platform) { try $0.openPayments() }).map(Int64.init)
        }
        metrics.gauge(
            "lango_payments_review", help: "Payments whose sources contradict each other, or that nobody knows of."
        ) {
            (try? store.read(.platform) { try $0.paymentsForReview() }).map(Int64.init)
        }
        metrics.gauge("lango_payment_notices_unknown", help: "What providers posted in a shape that nobody has seen.") {
            (try? store.read(.platform) { try $0.unknownNotices() }).map(Int64.init)
        }
        metrics.gauge(
            "lango_payment_notices_vain",
            help: "What providers posted that came to nothing: in an unseen shape, or not for its address."
        ) {
            (try? store.read(.platform) { try $0.vainNotices() }).map(Int64.init)
        }
        metrics.gauge("lango_payments_unassigned", help: "Receipts whose money belongs to nobody yet.") {
            (try? store.read(.platform) { try $0.unassignedReceipts() }).map(Int64.init)
        }
        metrics.gauge(
            "lango_payment_notices_unproven",
            help: "What came to banks' addresses since the start without showing who sent it."
        ) { Int64(payments.unprovenNotices) }
        metrics.gauge("lango_messages_under_way", help: "Messages that wait to be sent.") {
            (try? store.read(.platform) { try $0.messagesUnderWay() }).map(Int64.init)
        }
        metrics.gauge(
            "lango_message_accounts_in_trouble", help: "Accounts that send nothing until somebody has looked."
        ) {
            (try? store.read(.platform) { try $0.senderAccountsInTrouble() }).map(Int64.init)
        }
        metrics.gauge("lango_message_reports_unknown", help: "Reports of messages in a shape that nobody has seen.") {
            (try? store.read(.platform) { try $0.unknownReports() }).map(Int64.init)
        }
        metrics.gauge("lango_store_commits", help: "Writes that this process has committed.") { Int64(store.commits) }
    }

    /// Adds the numbers of a server.
    func watch(_ server: Server) { self.server.withLock { $0 = server } }

    func render() -> ByteBuffer {
        let buffer = metrics.render()
        server.withLock { $0 }?.renderMetrics(to: buffer)
        return buffer
    }
}
