package import SQL

/// What a monitor counts, over all tenants; platform's scope.
extension Transaction {
    /// Payments of which nobody knows yet whether money came.
    package borrowing func openPayments() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.payment WHERE state IN ('new', 'sending', 'asked', 'silent')")
    }

    /// Payments at which a person should look.
    package borrowing func paymentsForReview() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.payment WHERE needs_review = 1")
    }

    /// Notices in a shape that nobody has seen.
    package borrowing func unknownNotices() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.payment_notice WHERE state = 'unknown'")
    }

    /// Notices that came to nothing: in a shape that nobody has seen, or refused.
    package borrowing func vainNotices() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.payment_notice WHERE state IN ('unknown', 'refused')")
    }

    /// Receipts whose money belongs to nobody yet.
    package borrowing func unassignedReceipts() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.payment_receipt WHERE standing = 'unassigned'")
    }
}
