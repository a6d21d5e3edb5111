#pragma once
#include <stddef.h>
#include <stdint.h>

// What Lango needs of ICU, as plain C: ICU's own headers clash with Foundation's copy of them.
// Texts are UTF-8 with their length. A function that writes text returns the length it needs, which may be more than
// `capacity` (then call again with more room), or -1 where ICU refused. No function throws; all are thread safe.

#ifdef __cplusplus
extern "C" {
#endif

/// The formatters of one locale.
typedef struct icu_language icu_language;
/// One compiled message.
typedef struct icu_message icu_message;

/// What a value inside a message is; money, spans and volumes arrive as texts.
enum icu_kind { ICU_TEXT = 0, ICU_NUMBER = 1, ICU_DATE = 2 };

/// One named value of a message.
typedef struct icu_argument {
    const char *name;
    size_t name_length;
    int32_t kind;
    /// The number, or the local wall time in milliseconds as if it were UTC.
    int64_t number;
    const char *text;
    size_t text_length;
} icu_argument;

/// Units that an amount is written in.
enum icu_unit {
    ICU_DAY = 0, ICU_HOUR = 1, ICU_MINUTE = 2, ICU_SECOND = 3,
    ICU_BYTE = 4, ICU_KILOBYTE = 5, ICU_MEGABYTE = 6, ICU_GIGABYTE = 7, ICU_TERABYTE = 8
};

/// Opens the formatters of a locale such as "en_KE"; null where ICU fails. Never closed: languages live as long as the process.
icu_language *icu_language_open(const char *locale);

/// Compiles a MessageFormat pattern; null with ICU's error name and place in `error` where it is wrong.
icu_message *icu_message_open(
    const icu_language *language, const char *pattern, size_t length, char *error, size_t error_capacity);

/// Closes a message.
void icu_message_close(icu_message *message);

/// Writes the argument names and types of a message, nested ones too, as lines "name type".
int64_t icu_message_arguments(const icu_message *message, char *text, size_t capacity);

/// Writes the message with its values.
int64_t icu_message_format(
    icu_message *message, const icu_argument *arguments, size_t count, char *text, size_t capacity);

/// Writes an amount of money given in minor units; whole amounts without a fraction.
int64_t icu_format_money(
    icu_language *language, const char *currency, int64_t minor_units, int32_t exponent, char *text, size_t capacity);

/// Writes tenths of a unit, at most one decimal: times in full words, data in short ones.
int64_t icu_format_unit(icu_language *language, int32_t unit, int64_t tenths, char *text, size_t capacity);

/// Writes a plain number with the locale's grouping.
int64_t icu_format_number(icu_language *language, int64_t number, char *text, size_t capacity);

/// Writes a local wall time in the words of a date skeleton such as "EEEdMMMHHmm".
int64_t icu_format_date(
    icu_language *language, const char *skeleton, int64_t local_milliseconds, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
