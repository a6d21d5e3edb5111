package import SQL

/// The tables of this room.
///
/// Postings, lines and closings are only ever added to: triggers refuse the rest to everybody. An account's balance is kept
/// beside it, so that a payment costs the same however many lines there are; each line carries its number within the
/// account and the balance after it, so that a missing or changed line shows.
package let ledgerMigrations = [
    Migration(
        98, "create-ledger",
        """
        CREATE TABLE main.ledger_account (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            currency TEXT NOT NULL,
            is_guarded {int} NOT NULL CHECK (is_guarded IN (0, 1)),
            debit {int} NOT NULL,
            lines {int} NOT NULL,
            UNIQUE (tenant, kind, subject, currency),
            CHECK (is_guarded = 0 OR debit <= 0)
        ) {clustered};
        CREATE TABLE main.ledger_posting (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            source TEXT NOT NULL,
            source_id TEXT NOT NULL,
            day {int} NOT NULL,
            booked_at {int} NOT NULL,
            note TEXT NOT NULL,
            reverses {id}
        ) {clustered};
        CREATE UNIQUE INDEX ledger_source ON ledger_posting (tenant, source, source_id);
        CREATE UNIQUE INDEX ledger_reversal ON ledger_posting (reverses) WHERE reverses IS NOT NULL;
        CREATE TABLE main.ledger_line (
            account {id} NOT NULL,
            position {int} NOT NULL,
            tenant {id} NOT NULL,
            posting {id} NOT NULL,
            amount {int} NOT NULL CHECK (amount <> 0),
            balance {int} NOT NULL,
            PRIMARY KEY (account, position)
        ) {clustered};
        CREATE INDEX ledger_line_of_posting ON ledger_line (posting);
        CREATE TABLE main.ledger_book (
            tenant {id} NOT NULL PRIMARY KEY,
            closed_through {int} NOT NULL
        ) {clustered};
        CREATE TABLE main.ledger_closing (
            tenant {id} NOT NULL,
            through {int} NOT NULL,
            closed_at {int} NOT NULL,
            closed_by TEXT NOT NULL,
            PRIMARY KEY (tenant, through)
        ) {clustered};
        CREATE TABLE main.ledger_series (
            tenant {id} NOT NULL,
            series TEXT NOT NULL,
            last {int} NOT NULL,
            PRIMARY KEY (tenant, series)
        ) {clustered};
        {sqlite}CREATE TRIGGER main.ledger_posting_fixed BEFORE UPDATE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
        {sqlite}CREATE TRIGGER main.ledger_posting_kept BEFORE DELETE ON ledger_posting BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
        {sqlite}CREATE TRIGGER main.ledger_line_fixed BEFORE UPDATE ON ledger_line BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
        {sqlite}CREATE TRIGGER main.ledger_line_kept BEFORE DELETE ON ledger_line BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
        {sqlite}CREATE TRIGGER main.ledger_closing_fixed BEFORE UPDATE ON ledger_closing BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
        {sqlite}CREATE TRIGGER main.ledger_closing_kept BEFORE DELETE ON ledger_closing BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
        {sqlite}CREATE TRIGGER main.ledger_account_fixed BEFORE UPDATE OF id, kind, subject, currency, is_guarded ON ledger_account BEGIN SELECT RAISE(ABORT, 'an account stays what it is'); END;
        {sqlite}CREATE TRIGGER main.ledger_account_kept BEFORE DELETE ON ledger_account BEGIN SELECT RAISE(ABORT, 'an account stays'); END;
        {sqlite}CREATE TRIGGER main.ledger_book_kept BEFORE DELETE ON ledger_book BEGIN SELECT RAISE(ABORT, 'what is closed stays closed'); END;
        {sqlite}CREATE TRIGGER main.ledger_book_closed BEFORE UPDATE ON ledger_book WHEN NEW.closed_through < OLD.closed_through BEGIN SELECT RAISE(ABORT, 'what is closed stays closed'); END;
        {postgres}CREATE FUNCTION main.ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = '23001'; END $$;
        {postgres}CREATE TRIGGER ledger_posting_fixed BEFORE UPDATE OR DELETE ON main.ledger_posting FOR EACH ROW EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_posting_kept BEFORE TRUNCATE ON main.ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_line_fixed BEFORE UPDATE OR DELETE ON main.ledger_line FOR EACH ROW EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_line_kept BEFORE TRUNCATE ON main.ledger_line FOR EACH STATEMENT EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_closing_fixed BEFORE UPDATE OR DELETE ON main.ledger_closing FOR EACH ROW EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_closing_kept BEFORE TRUNCATE ON main.ledger_closing FOR EACH STATEMENT EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_account_fixed BEFORE UPDATE OF id, kind, subject, currency, is_guarded ON main.ledger_account FOR EACH ROW EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_account_kept BEFORE DELETE ON main.ledger_account FOR EACH ROW EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_book_kept BEFORE DELETE ON main.ledger_book FOR EACH ROW EXECUTE FUNCTION main.ledger_refuse();
        {postgres}CREATE TRIGGER ledger_book_closed BEFORE UPDATE ON main.ledger_book FOR EACH ROW WHEN (NEW.closed_through < OLD.closed_through) EXECUTE FUNCTION main.ledger_refuse();
        """)
]
