// The limit of entering payments into the books: the rows alone, in a bare loop on one thread.
//
//   ledger_limit DATABASE COUNT GROUP
//
// Writes the rows that COUNT postings leave behind, without looking whether they may be written and without keeping any
// balance. GROUP postings share a commit. Prints the seconds that it took.
#include "store.h"

typedef struct { uint8_t bytes[16]; } key;

enum { payers = 10000 };

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

static void write_line(sqlite3_stmt *line, const key *account, int64_t position, const key *tenant, const key *posting,
                       int64_t amount)
{
    bind_bytes(line, 1, account, 16);
    sqlite3_bind_int64(line, 2, position);
    bind_bytes(line, 3, tenant, 16);
    bind_bytes(line, 4, posting, 16);
    sqlite3_bind_int64(line, 5, amount);
    sqlite3_bind_int64(line, 6, amount * position);
    run(line);
}

int main(int count, char **words)
{
    if (count != 4) return 64;
    open_store(words[1]);
    // Another run on the same database writes other keys.
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    state ^= (uint64_t)clock.tv_sec << 30 ^ (uint64_t)clock.tv_nsec;
    long many = atol(words[2]), group = atol(words[3]);
    int64_t now = 1795165200000;
    static key accounts[payers + 1];
    static int64_t positions[payers + 1];
    for (int index = 0; index <= payers; index++) accounts[index] = new_key(now);
    key tenant = new_key(0);
    sqlite3_stmt *posting = prepare(
        "INSERT INTO main.ledger_posting (id, tenant, source, source_id, day, booked_at, note)"
        " VALUES ($1, $2, 'payment', $3, 20777, $4, '')");
    sqlite3_stmt *line = prepare(
        "INSERT INTO main.ledger_line (account, position, tenant, posting, amount, balance)"
        " VALUES ($1, $2, $3, $4, $5, $6)");
    double start = seconds();
    for (long index = 0; index < many; index++) {
        if (index % group == 0) command("BEGIN IMMEDIATE");
        key made = new_key(now + index / 64);
        char source[37];
        for (int byte = 0; byte < 16; byte++) snprintf(source + 2 * byte, 3, "%02x", made.bytes[byte]);
        memcpy(source + 32, "----", 5);
        bind_bytes(posting, 1, &made, 16);
        bind_bytes(posting, 2, &tenant, 16);
        sqlite3_bind_text(posting, 3, source, -1, SQLITE_STATIC);
        sqlite3_bind_int64(posting, 4, now + index / 64);
        run(posting);
        int payer = 1 + (int)(next_random() % payers);
        write_line(line, &accounts[payer], ++positions[payer], &tenant, &made, -5000);
        write_line(line, &accounts[0], ++positions[0], &tenant, &made, 5000);
        if (index % group == group - 1 || index == many - 1) command("COMMIT");
    }
    printf("%.6f\n", seconds() - start);
    sqlite3_close(store);
    return 0;
}
