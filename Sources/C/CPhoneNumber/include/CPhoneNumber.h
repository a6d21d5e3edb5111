#pragma once
#include <stddef.h>
#include <stdint.h>

// What Lango needs of libphonenumber, as plain C: its headers crash Swift's importer. Nothing throws; thread safe.

#ifdef __cplusplus
extern "C" {
#endif

/// What became of a text.
enum phone_outcome {
    PHONE_FINE = 0, PHONE_NO_NUMBER = 1, PHONE_BAD_COUNTRY = 2, PHONE_TOO_SHORT = 3, PHONE_TOO_LONG = 4,
    PHONE_IMPOSSIBLE = 5
};

/// Reads a number as typed in a region ("KE"); `e164` takes at most 17 bytes with the closing zero.
///
/// A number is fine where its length is that of the country's mobile numbers: lists of prefixes age faster than numbers
/// are given out.
int32_t phone_read(const char *text, size_t length, const char *region, char e164[17]);

#ifdef __cplusplus
}
#endif
