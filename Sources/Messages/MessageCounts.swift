package import SQL

/// What a monitor counts, over all tenants; platform's scope.
extension Transaction {
    /// Messages that wait to be sent or for an answer.
    package borrowing func messagesUnderWay() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.message WHERE due_at IS NOT NULL")
    }

    /// Accounts that send nothing until a person has looked.
    package borrowing func senderAccountsInTrouble() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.sender_account WHERE trouble <> ''")
    }

    /// Reports in a shape that nobody has seen.
    package borrowing func unknownReports() throws(SQLError) -> Int {
        try value("SELECT count(*) FROM main.message_report WHERE state = 'unknown'")
    }
}
