#pragma once
/* Debian's SQLite is built with it; the header shows it only to those who say so. */
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

/* SQLITE_STATIC and SQLITE_TRANSIENT are casts that Swift does not import. Bound values stay where they are until the
   statement is bound anew; results are copied before the call returns. */
static inline int lango_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *text, int count) {
    return sqlite3_bind_text(statement, index, text, count, SQLITE_STATIC);
}
static inline int lango_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, count ? bytes : "", count, SQLITE_STATIC);
}
static inline void lango_sqlite_result_blob(sqlite3_context *context, const void *bytes, int count) {
    sqlite3_result_blob(context, bytes, count, SQLITE_TRANSIENT);
}
/* Variadic, so not imported. */
static inline int lango_sqlite_without_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
static inline int lango_sqlite_defensive(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
/* Syncs the database file by SQLite's own descriptor: closing another one would give up its locks. */
static inline int lango_sqlite_sync(sqlite3 *connection) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return code || !file || !file->pMethods ? SQLITE_ERROR : file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}
