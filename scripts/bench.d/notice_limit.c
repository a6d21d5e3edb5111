// The limit of keeping what payment providers post: the bare rows, in a loop on one thread.
//
//   notice_limit DATABASE COUNT GROUP BYTES
//
// Inserts COUNT notices with sealed bodies of BYTES, GROUP of them a commit, on a database of the gateway that has one
// payment account. Prints the seconds that it took.
#include "store.h"

static uint64_t state = 88172645463325252ull;

static void fill(uint8_t *bytes, int count)
{
    for (int index = 0; index < count; index += 8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        for (int byte = 0; byte < 8 && index + byte < count; byte++) bytes[index + byte] = (uint8_t)(state >> 8 * byte);
    }
}

int main(int count, char **words)
{
    if (count != 5) return 64;
    open_store(words[1]);
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    state ^= (uint64_t)clock.tv_sec << 30 ^ (uint64_t)clock.tv_nsec;
    int64_t now = (int64_t)clock.tv_sec * 1000;
    long many = atol(words[2]), group = atol(words[3]);
    int size = atoi(words[4]);
    uint8_t id[16], digest[32], body[4096], tenant[16], account[16];
    if (size > (int)sizeof body) return 64;
    sqlite3_stmt *one = prepare("SELECT tenant, id FROM main.rail_account");
    if (sqlite3_step(one) != SQLITE_ROW) return 65;
    memcpy(tenant, sqlite3_column_blob(one, 0), 16);
    memcpy(account, sqlite3_column_blob(one, 1), 16);
    sqlite3_finalize(one);
    sqlite3_stmt *notice = prepare(
        "INSERT INTO main.payment_notice (id, tenant, account, payment, road, digest, body_sealed, received_at, state,"
        " note, attempts, due_at) VALUES ($1, $2, $3, NULL, 'incoming', $4, $5, $6, 'waiting', '', 0, $6)");
    double start = seconds();
    for (long index = 0; index < many; index++) {
        if (index % group == 0) command("BEGIN IMMEDIATE");
        // A UUID of version 7: the time first, so that keys come in order.
        int64_t at = now + index / 64;
        fill(id, 16);
        for (int byte = 0; byte < 6; byte++) id[byte] = (uint8_t)(at >> (40 - 8 * byte));
        fill(digest, 32);
        fill(body, size);
        bind_bytes(notice, 1, id, 16);
        bind_bytes(notice, 2, tenant, 16);
        bind_bytes(notice, 3, account, 16);
        bind_bytes(notice, 4, digest, 32);
        bind_bytes(notice, 5, body, size);
        sqlite3_bind_int64(notice, 6, at);
        run(notice);
        if (index % group == group - 1 || index == many - 1) command("COMMIT");
    }
    printf("%.6f\n", seconds() - start);
    sqlite3_close(store);
    return 0;
}
