#pragma once
#include <stddef.h>
#include <string.h>
#include <zlib.h>

// `deflateInit2` is a macro, which Swift does not import.

/// The most that `zlib_gzip` can make of this many bytes.
static inline size_t zlib_bound(size_t count) { return compressBound(count) + 32; }

/// Compresses into the gzip format of RFC 1952 in one go; 0 where memory or room is short.
static inline size_t zlib_gzip(
    const unsigned char *source, size_t count, unsigned char *target, size_t room, int level)
{
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (unsigned char *)source;
    stream.avail_in = (unsigned int)count;
    stream.next_out = target;
    stream.avail_out = (unsigned int)room;
    int result = deflate(&stream, Z_FINISH);
    size_t made = stream.total_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END ? made : 0;
}
