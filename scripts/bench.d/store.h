// What the store's limit programs share: a connection set up as the gateway sets up its own, and short words for SQLite.
#pragma once
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *store;

static void check(int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "SQLite %d: %s\n", code, sqlite3_errmsg(store));
    exit(1);
}

static void command(const char *text) { check(sqlite3_exec(store, text, NULL, NULL, NULL)); }

static sqlite3_stmt *prepare(const char *text)
{
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(store, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    return statement;
}

static void open_store(const char *path)
{
    check(sqlite3_open_v2(path, &store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL));
    command("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;"
            "PRAGMA wal_autocheckpoint = 16000");
}

static void bind_bytes(sqlite3_stmt *statement, int index, const void *bytes, int count)
{
    check(sqlite3_bind_blob(statement, index, bytes, count, SQLITE_STATIC));
}

static void run(sqlite3_stmt *statement)
{
    check(sqlite3_step(statement));
    sqlite3_reset(statement);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
