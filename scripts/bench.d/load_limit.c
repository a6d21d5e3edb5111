// The limit of making vouchers: rows that exist already are stored once more, by a bare loop.
//
//   load_limit SOURCE TARGET
//
// Reads the vouchers of SOURCE into memory in the order of their keys, then inserts them into TARGET, an install
// without vouchers, 5,000 a transaction. Prints the seconds that the inserting took.
#include "store.h"

typedef struct {
    uint8_t id[16], tenant[16], batch[16], hash[16], sealed[80];
    int sealed_size;
    int64_t serial;
} row;

static row *rows;
static long row_count;

static void read_rows(const char *path)
{
    open_store(path);
    sqlite3_stmt *size = prepare("SELECT count(*) FROM voucher");
    check(sqlite3_step(size));
    rows = malloc(sizeof(row) * (size_t)(sqlite3_column_int64(size, 0) + 1));
    sqlite3_finalize(size);
    sqlite3_stmt *all = prepare("SELECT id, tenant, batch, serial, code_hash, code_sealed FROM voucher ORDER BY id");
    while (sqlite3_step(all) == SQLITE_ROW) {
        row *next = &rows[row_count++];
        memcpy(next->id, sqlite3_column_blob(all, 0), 16);
        memcpy(next->tenant, sqlite3_column_blob(all, 1), 16);
        memcpy(next->batch, sqlite3_column_blob(all, 2), 16);
        next->serial = sqlite3_column_int64(all, 3);
        memcpy(next->hash, sqlite3_column_blob(all, 4), 16);
        next->sealed_size = sqlite3_column_bytes(all, 5);
        if (next->sealed_size > (int)sizeof next->sealed) exit(1);
        memcpy(next->sealed, sqlite3_column_blob(all, 5), (size_t)next->sealed_size);
    }
    sqlite3_finalize(all);
    sqlite3_close(store);
}

int main(int count, char **words)
{
    if (count != 3) return 64;
    read_rows(words[1]);
    open_store(words[2]);
    sqlite3_stmt *insert = prepare(
        "INSERT INTO main.voucher (id, tenant, batch, serial, code_hash, code_sealed, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (tenant, code_hash) DO NOTHING");
    double start = seconds();
    for (long index = 0; index < row_count; index++) {
        if (index % 5000 == 0) command("BEGIN IMMEDIATE");
        const row *next = &rows[index];
        bind_bytes(insert, 1, next->id, 16);
        bind_bytes(insert, 2, next->tenant, 16);
        bind_bytes(insert, 3, next->batch, 16);
        sqlite3_bind_int64(insert, 4, next->serial);
        bind_bytes(insert, 5, next->hash, 16);
        bind_bytes(insert, 6, next->sealed, next->sealed_size);
        run(insert);
        if (index % 5000 == 4999 || index == row_count - 1) command("COMMIT");
    }
    printf("%.6f\n", seconds() - start);
    sqlite3_finalize(insert);
    sqlite3_close(store);
    return 0;
}
