#pragma once

/* The name of a VFS for the one connection that writes to a database: it gathers what a commit writes to the write-ahead
   log and hands it to the system in one piece, where SQLite writes each page and its header apart.

   The sync at the end of a commit only hands over: whoever commits waits for the disk itself, with fdatasync on the log,
   before anybody is told. All other syncs wait as they always do. For connections with `synchronous = FULL`, whose
   commits end in a sync; NULL where SQLite has no VFS to build on. */
const char *lango_gathering_vfs(void);
