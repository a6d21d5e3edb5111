// The limit of redeeming: the gateway's own statements in a bare loop on one thread.
//
//   redeem_limit DATABASE HASHES SKIP COUNT GROUP
//
// HASHES holds the vouchers' hashes, 16 bytes each, in the order of use. GROUP redemptions share a commit. Prints the
// seconds that COUNT took. The statements are those of Sources/Vouchers, Sources/Entitlements and
// Sources/Provisioning/Effect.swift; the fence between tenants, which the gateway adds, is not part of the limit.
#include "store.h"

typedef struct { uint8_t bytes[16]; } key;

static uint64_t state = 88172645463325252ull;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

// A UUID of version 7.
static key new_key(int64_t now)
{
    uint64_t high = (uint64_t)now << 16 | 0x7000 | (next_random() & 0xFFF), low = 1ull << 63 | next_random() >> 2;
    key made;
    for (int index = 0; index < 8; index++) {
        made.bytes[index] = (uint8_t)(high >> (56 - 8 * index));
        made.bytes[8 + index] = (uint8_t)(low >> (56 - 8 * index));
    }
    return made;
}

static key one_key(const char *text)
{
    sqlite3_stmt *statement = prepare(text);
    key found;
    if (sqlite3_step(statement) != SQLITE_ROW) exit(1);
    memcpy(found.bytes, sqlite3_column_blob(statement, 0), 16);
    sqlite3_finalize(statement);
    return found;
}

static sqlite3_stmt *throttle, *find, *use, *entitle, *join, *effect;

static void prepare_all(void)
{
    throttle = prepare(
        "SELECT max(locked_until) FROM (SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $2"
        " UNION ALL SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $3"
        " UNION ALL SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $4"
        " UNION ALL SELECT locked_until FROM guess WHERE tenant = $1 AND subject = $5) AS doors");
    find = prepare(
        "SELECT v.id, v.tenant, v.batch, v.serial, v.code_sealed, v.state, v.entitlement, v.changed_at, b.site,"
        " b.valid_from, b.valid_until, p.id, p.tenant, p.name, p.price, p.currency, p.time_kind, p.time_limit,"
        " p.data_limit, p.rate_limit, p.device_limit, p.voucher_validity, p.schedule, p.is_listed"
        " FROM voucher AS v JOIN batch AS b ON b.id = v.batch JOIN package AS p ON p.id = b.package"
        " WHERE v.tenant = $1 AND v.code_hash = $2 AND b.is_complete = 1");
    use = prepare("UPDATE main.voucher SET state = 1, entitlement = $1, changed_at = $2 WHERE id = $3 AND tenant = $4");
    entitle = prepare(
        "INSERT INTO main.entitlement (id, tenant, package, source, source_id, site, starts_at, ends_at, closes_at,"
        " online_limit, online_used, data_limit, data_used, rate_limit, device_limit, schedule, opens_at, fair_use,"
        " fair_until, turns_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, $12, $13, $14, $15, $16, $17, $18)");
    join = prepare(
        "INSERT INTO main.device (tenant, entitlement, mac, router, username, added_at, online_used, bytes_up,"
        " bytes_down) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)"
        " ON CONFLICT (entitlement, mac) DO UPDATE SET router = excluded.router, left_at = NULL");
    effect = prepare(
        "INSERT INTO main.effect (id, tenant, router, kind, entitlement, mac, address, state, attempts, due_at, note)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, '')");
}

static key tenant, router;

static void redeem(const key *hash, int64_t mac)
{
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    int64_t now = (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000;
    char device[40], username[40];
    snprintf(device, sizeof device, "device %012llx", (unsigned long long)mac);
    snprintf(username, sizeof username, "v%llx-%06llx", (unsigned long long)next_random() >> 24, (unsigned long long)mac & 0xFFFFFF);

    bind_bytes(throttle, 1, &tenant, 16);
    sqlite3_bind_text(throttle, 2, device, -1, SQLITE_STATIC);
    sqlite3_bind_text(throttle, 3, "address 127.0.0.1", -1, SQLITE_STATIC);
    sqlite3_bind_text(throttle, 4, "site 01900000-0000-7000-8000-000000000000", -1, SQLITE_STATIC);
    sqlite3_bind_text(throttle, 5, "tenant", -1, SQLITE_STATIC);
    run(throttle);

    bind_bytes(find, 1, &tenant, 16);
    bind_bytes(find, 2, hash, 16);
    if (sqlite3_step(find) != SQLITE_ROW || sqlite3_column_int(find, 5) != 0) {
        fprintf(stderr, "a voucher is missing or used\n");
        exit(1);
    }
    key voucher, package, entitlement = new_key(now);
    memcpy(&voucher, sqlite3_column_blob(find, 0), 16);
    memcpy(&package, sqlite3_column_blob(find, 11), 16);
    int64_t span = sqlite3_column_int64(find, 17);
    sqlite3_reset(find);

    bind_bytes(use, 1, &entitlement, 16);
    sqlite3_bind_int64(use, 2, now);
    bind_bytes(use, 3, &voucher, 16);
    bind_bytes(use, 4, &tenant, 16);
    run(use);

    bind_bytes(entitle, 1, &entitlement, 16);
    bind_bytes(entitle, 2, &tenant, 16);
    bind_bytes(entitle, 3, &package, 16);
    sqlite3_bind_text(entitle, 4, "voucher", -1, SQLITE_STATIC);
    bind_bytes(entitle, 5, &voucher, 16);
    sqlite3_bind_int64(entitle, 7, now);
    sqlite3_bind_int64(entitle, 8, now + span);
    sqlite3_bind_text(entitle, 12, "2M/5M", -1, SQLITE_STATIC);
    sqlite3_bind_int64(entitle, 13, 1);
    run(entitle);

    bind_bytes(join, 1, &tenant, 16);
    bind_bytes(join, 2, &entitlement, 16);
    sqlite3_bind_int64(join, 3, mac);
    bind_bytes(join, 4, &router, 16);
    sqlite3_bind_text(join, 5, username, -1, SQLITE_STATIC);
    sqlite3_bind_int64(join, 6, now);
    run(join);

    key made = new_key(now);
    bind_bytes(effect, 1, &made, 16);
    bind_bytes(effect, 2, &tenant, 16);
    bind_bytes(effect, 3, &router, 16);
    sqlite3_bind_text(effect, 4, "connect", -1, SQLITE_STATIC);
    bind_bytes(effect, 5, &entitlement, 16);
    sqlite3_bind_int64(effect, 6, mac);
    sqlite3_bind_int64(effect, 7, 0x0A053202);
    sqlite3_bind_int64(effect, 8, now);
    run(effect);
}

int main(int count, char **words)
{
    if (count != 6) return 64;
    open_store(words[1]);
    tenant = one_key("SELECT tenant FROM voucher LIMIT 1");
    router = one_key("SELECT id FROM router LIMIT 1");
    prepare_all();
    long skip = atol(words[3]), many = atol(words[4]), group = atol(words[5]);
    key *hashes = malloc((size_t)many * 16);
    FILE *file = fopen(words[2], "rb");
    if (!file || fseek(file, skip * 16, SEEK_SET) || fread(hashes, 16, (size_t)many, file) != (size_t)many) return 1;
    double start = seconds();
    for (long index = 0; index < many; index++) {
        if (index % group == 0) command("BEGIN IMMEDIATE");
        // Each phone once, in no order.
        redeem(&hashes[index], (int64_t)(((uint64_t)(skip + index + 1) * 0x9E3779B97F4Aull) & 0xFFFFFFFFFFFFull));
        if (index % group == group - 1 || index == many - 1) command("COMMIT");
    }
    printf("%.6f\n", seconds() - start);
    sqlite3_close(store);
    return 0;
}
