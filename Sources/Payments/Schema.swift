package import SQL

/// The tables of this room.
///
/// A payment is found by what a provider repeats of it: the keyed hash of its secret path, of the prompt's name, or its
/// reference. Raw notices are sealed, since they hold numbers and names.
package let paymentMigrations = [
    Migration(
        99, "create-payments",
        """
        CREATE TABLE main.rail_account (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            rail TEXT NOT NULL,
            kind TEXT NOT NULL,
            short_code TEXT NOT NULL,
            store_number TEXT NOT NULL,
            prefix TEXT NOT NULL,
            currency TEXT NOT NULL,
            credentials_sealed {bytes} NOT NULL,
            road_hash {bytes} NOT NULL UNIQUE,
            is_open {int} NOT NULL,
            created_at {int} NOT NULL,
            UNIQUE (tenant, rail, short_code, prefix)
        ) {clustered};
        CREATE TABLE main.payment (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            code TEXT NOT NULL,
            account {id} NOT NULL,
            package {id},
            site {id},
            router {id},
            mac {int},
            address {int},
            amount {int} NOT NULL CHECK (amount > 0),
            currency TEXT NOT NULL,
            phone TEXT NOT NULL,
            token_hash {bytes} NOT NULL UNIQUE,
            prompt_hash {bytes},
            prompt_sealed {bytes},
            state TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT NOT NULL,
            created_at {int} NOT NULL,
            expires_at {int} NOT NULL,
            prompted_at {int},
            decided_at {int},
            attempts {int} NOT NULL,
            due_at {int},
            held_by TEXT NOT NULL,
            held_until {int} NOT NULL,
            receipt TEXT,
            received {int} NOT NULL,
            posting {id},
            entitlement {id},
            effect {id},
            needs_review {int} NOT NULL,
            UNIQUE (tenant, code)
        ) {clustered};
        CREATE UNIQUE INDEX payment_prompt ON payment (account, prompt_hash) WHERE prompt_hash IS NOT NULL;
        CREATE INDEX payment_due ON payment (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX payment_of_tenant ON payment (tenant, id);
        CREATE INDEX payment_of_phone ON payment (tenant, phone, id);
        CREATE INDEX payment_awaiting ON payment (account, amount, created_at) WHERE receipt IS NULL;
        CREATE TABLE main.payment_guard (
            tenant {id} NOT NULL,
            phone TEXT NOT NULL,
            payment {id} NOT NULL,
            open_until {int} NOT NULL,
            amount {int} NOT NULL,
            amount_until {int} NOT NULL,
            PRIMARY KEY (tenant, phone)
        ) {clustered};
        CREATE TABLE main.payment_notice (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            account {id} NOT NULL,
            payment {id},
            road TEXT NOT NULL,
            digest {bytes} NOT NULL,
            body_sealed {bytes} NOT NULL,
            received_at {int} NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            attempts {int} NOT NULL,
            due_at {int}
        ) {clustered};
        CREATE UNIQUE INDEX payment_notice_once ON payment_notice (account, digest);
        CREATE INDEX payment_notice_due ON payment_notice (due_at) WHERE due_at IS NOT NULL;
        CREATE TABLE main.payment_receipt (
            tenant {id} NOT NULL,
            rail TEXT NOT NULL,
            receipt TEXT NOT NULL,
            account {id} NOT NULL,
            payment {id},
            amount {int} NOT NULL CHECK (amount > 0),
            currency TEXT NOT NULL,
            paid_at {int} NOT NULL,
            seen_at {int} NOT NULL,
            road TEXT NOT NULL,
            reference TEXT NOT NULL,
            payer TEXT NOT NULL,
            payer_name TEXT NOT NULL,
            standing TEXT NOT NULL,
            posting {id},
            PRIMARY KEY (tenant, rail, receipt)
        ) {clustered};
        CREATE INDEX payment_receipt_unassigned ON payment_receipt (tenant, seen_at) WHERE standing = 'unassigned';
        CREATE INDEX payment_receipt_of ON payment_receipt (payment) WHERE payment IS NOT NULL;
        CREATE TABLE main.payment_refund (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            payment {id} NOT NULL,
            reason TEXT NOT NULL,
            state TEXT NOT NULL,
            asked_by TEXT NOT NULL,
            asked_at {int} NOT NULL,
            settled_by TEXT NOT NULL,
            settled_at {int},
            posting {id},
            CHECK (state <> 'confirmed' OR settled_by <> asked_by)
        ) {clustered};
        CREATE UNIQUE INDEX payment_refund_once ON payment_refund (payment) WHERE state <> 'declined';
        """),
    Migration(
        100, "pull-statements",
        """
        ALTER TABLE main.rail_account ADD COLUMN pull_due_at {int};
        ALTER TABLE main.rail_account ADD COLUMN swept_at {int} NOT NULL DEFAULT 0;
        CREATE INDEX payment_open ON payment (id) WHERE state IN ('new', 'sending', 'asked', 'silent');
        CREATE INDEX payment_review ON payment (id) WHERE needs_review = 1;
        CREATE INDEX payment_notice_unknown ON payment_notice (id) WHERE state = 'unknown';
        """),
    Migration(
        102, "remember-language",
        """
        ALTER TABLE main.payment ADD COLUMN language TEXT NOT NULL DEFAULT '';
        """),
    Migration(
        104, "name-receipts-twice",
        """
        ALTER TABLE main.payment_receipt ADD COLUMN alias_rail TEXT;
        ALTER TABLE main.payment_receipt ADD COLUMN alias_of TEXT;
        """),
    Migration(
        105, "send-refunds",
        """
        ALTER TABLE main.payment_refund ADD COLUMN way TEXT NOT NULL DEFAULT '';
        ALTER TABLE main.payment_refund ADD COLUMN token_hash {bytes};
        ALTER TABLE main.payment_refund ADD COLUMN due_at {int};
        ALTER TABLE main.payment_refund ADD COLUMN attempts {int} NOT NULL DEFAULT 0;
        ALTER TABLE main.payment_refund ADD COLUMN held_until {int} NOT NULL DEFAULT 0;
        ALTER TABLE main.payment_refund ADD COLUMN sent_at {int};
        ALTER TABLE main.payment_refund ADD COLUMN flaw TEXT NOT NULL DEFAULT '';
        ALTER TABLE main.payment_refund ADD COLUMN receipt TEXT;
        DROP INDEX main.payment_refund_once;
        CREATE UNIQUE INDEX payment_refund_once ON payment_refund (payment) WHERE state NOT IN ('declined', 'failed');
        CREATE UNIQUE INDEX payment_refund_road ON payment_refund (token_hash) WHERE token_hash IS NOT NULL;
        CREATE INDEX payment_refund_due ON payment_refund (due_at) WHERE due_at IS NOT NULL;
        ALTER TABLE main.payment_notice ADD COLUMN refund {id};
        ALTER TABLE main.payment_notice ADD COLUMN part TEXT NOT NULL DEFAULT '';
        """),
    Migration(
        106, "compare-days",
        """
        CREATE INDEX payment_receipt_of_day ON payment_receipt (account, paid_at);
        CREATE INDEX payment_paid_nameless ON payment (account, decided_at) WHERE receipt IS NULL AND state = 'paid';
        """),
    Migration(
        111, "note-reviews",
        """
        ALTER TABLE main.payment ADD COLUMN reviewed_by TEXT NOT NULL DEFAULT '';
        ALTER TABLE main.payment ADD COLUMN reviewed_at {int};
        DROP INDEX main.payment_review;
        CREATE INDEX payment_review ON payment (tenant, id) WHERE needs_review = 1;
        """),
    Migration(
        112, "list-vain-notices",
        "CREATE INDEX payment_notice_vain ON payment_notice (tenant, id) WHERE state IN ('unknown', 'refused')"),
    Migration(
        116, "confirm-notices",
        """
        ALTER TABLE main.payment_notice ADD COLUMN ask_due_at {int};
        ALTER TABLE main.payment_notice ADD COLUMN ask_hash {bytes};
        ALTER TABLE main.payment_notice ADD COLUMN about {id};
        ALTER TABLE main.payment_notice ADD COLUMN believed_by TEXT NOT NULL DEFAULT '';
        CREATE UNIQUE INDEX payment_notice_asked ON payment_notice (ask_hash) WHERE ask_hash IS NOT NULL;
        CREATE INDEX payment_notice_ask_due ON payment_notice (ask_due_at) WHERE ask_due_at IS NOT NULL;
        """),
    Migration(
        117, "find-refunds-by-receipt",
        "CREATE INDEX payment_refund_receipt ON payment_refund (tenant, receipt) WHERE receipt IS NOT NULL"),
    Migration(
        120, "spend-wallets",
        """
        CREATE TABLE main.wallet_purchase (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            phone TEXT NOT NULL,
            package {id} NOT NULL,
            amount {int} NOT NULL,
            currency TEXT NOT NULL,
            site {id} NOT NULL,
            router {id} NOT NULL,
            mac {int} NOT NULL,
            address {int} NOT NULL,
            entitlement {id},
            effect {id},
            posting {id},
            bought_at {int} NOT NULL,
            language TEXT NOT NULL
        ) {clustered};
        ALTER TABLE main.payment ADD COLUMN from_wallet {int} NOT NULL DEFAULT 0;
        """),
    Migration(
        121, "prove-accounts",
        """
        ALTER TABLE main.rail_account ADD COLUMN checked_at {int};
        ALTER TABLE main.rail_account ADD COLUMN check_flaw TEXT NOT NULL DEFAULT '';
        ALTER TABLE main.rail_account ADD COLUMN registered_at {int};
        ALTER TABLE main.rail_account ADD COLUMN register_flaw TEXT NOT NULL DEFAULT '';
        ALTER TABLE main.rail_account ADD COLUMN test_payment {id};
        """),
    Migration(
        122, "ask-providers",
        """
        ALTER TABLE main.rail_account ADD COLUMN validates {int} NOT NULL DEFAULT 0;
        CREATE TABLE main.provider_question (
            id {id} NOT NULL PRIMARY KEY,
            tenant {id} NOT NULL,
            account {id} NOT NULL,
            kind TEXT NOT NULL,
            token_hash {bytes} NOT NULL UNIQUE,
            asked_at {int} NOT NULL,
            answered_at {int},
            answer_sealed {bytes}
        ) {clustered};
        """),
    Migration(
        124, "find-wallet-purchases",
        "CREATE INDEX wallet_purchase_of_phone ON wallet_purchase (tenant, phone, id)"),
]
