#include "CGatherVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

// https://www.sqlite.org/vfs.html, and the form of the log: https://www.sqlite.org/walformat.html.

// SQLite's own writing takes fewer than 128 KiB at once.
enum { LOG_HEADER = 32, FRAME_HEADER = 24, ROOM = 120 * 1024 };

typedef struct {
    sqlite3_file base;
    sqlite3_int64 start;
    int filled;
    // Whether the frame written last ends a commit: its header tells how long the database is then.
    int ends_commit;
    unsigned char *bytes;
    sqlite3_file *real;
} gathering_file;

static sqlite3_vfs *below;

static gathering_file *of(sqlite3_file *file) { return (gathering_file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return of(file)->real; }

static int hand_over(sqlite3_file *file)
{
    gathering_file *log = of(file);
    int count = log->filled;
    log->filled = 0;
    return count == 0 ? SQLITE_OK : log->real->pMethods->xWrite(log->real, log->bytes, count, log->start);
}

static int write_bytes(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
    gathering_file *log = of(file);
    int follows = log->filled > 0 && offset == log->start + log->filled && log->filled + count <= ROOM;
    int result = follows ? SQLITE_OK : hand_over(file);
    if (result != SQLITE_OK) return result;
    if (count == FRAME_HEADER) {
        const unsigned char *header = bytes;
        log->ends_commit = (header[4] | header[5] | header[6] | header[7]) != 0;
    }
    // The log's own header must be on the disk before the first frame: its sync is a true one.
    if (offset < LOG_HEADER || count > ROOM) {
        log->ends_commit = 0;
        return log->real->pMethods->xWrite(log->real, bytes, count, offset);
    }
    if (!follows) log->start = offset;
    memcpy(log->bytes + log->filled, bytes, (size_t)count);
    log->filled += count;
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *file, int flags)
{
    int is_commit = of(file)->filled > 0 && of(file)->ends_commit;
    int result = hand_over(file);
    return result != SQLITE_OK || is_commit ? result : real(file)->pMethods->xSync(real(file), flags);
}

static int close_file(sqlite3_file *file)
{
    int handed = hand_over(file), closed = real(file)->pMethods->xClose(real(file));
    sqlite3_free(of(file)->bytes);
    return handed != SQLITE_OK ? handed : closed;
}

static int read_bytes(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset)
{
    int result = hand_over(file);
    return result != SQLITE_OK ? result : real(file)->pMethods->xRead(real(file), bytes, count, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    int result = hand_over(file);
    return result != SQLITE_OK ? result : real(file)->pMethods->xTruncate(real(file), size);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int result = hand_over(file);
    return result != SQLITE_OK ? result : real(file)->pMethods->xFileSize(real(file), size);
}

static int lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int is_reserved(sqlite3_file *file, int *answer)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), answer);
}
static int control(sqlite3_file *file, int code, void *argument)
{
    return real(file)->pMethods->xFileControl(real(file), code, argument);
}
static int sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int traits(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static const sqlite3_io_methods methods = {
    .iVersion = 1, .xClose = close_file, .xRead = read_bytes, .xWrite = write_bytes, .xTruncate = truncate_file,
    .xSync = sync_file, .xFileSize = file_size, .xLock = lock, .xUnlock = unlock, .xCheckReservedLock = is_reserved,
    .xFileControl = control, .xSectorSize = sector_size, .xDeviceCharacteristics = traits,
};

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *given)
{
    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL)) return below->xOpen(below, name, file, flags, given);
    gathering_file *log = of(file);
    memset(log, 0, sizeof *log);
    log->real = (sqlite3_file *)(log + 1);
    log->bytes = sqlite3_malloc(ROOM);
    if (!log->bytes) return SQLITE_NOMEM;
    int result = below->xOpen(below, name, log->real, flags, given);
    if (log->real->pMethods) {
        log->base.pMethods = &methods;
    } else {
        sqlite3_free(log->bytes);
    }
    return result;
}

static sqlite3_vfs gathering;

static void set_up(void)
{
    below = sqlite3_vfs_find(NULL);
    if (!below) return;
    gathering = *below;
    gathering.zName = "lango-gathering";
    gathering.pNext = NULL;
    gathering.szOsFile = (int)sizeof(gathering_file) + below->szOsFile;
    gathering.xOpen = open_file;
    sqlite3_vfs_register(&gathering, 0);
}

const char *lango_gathering_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up);
    return gathering.zName;
}
