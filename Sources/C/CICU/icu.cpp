#include "CICU.h"

#include <unicode/dtptngen.h>
#include <unicode/measunit.h>
#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

using icu::UnicodeString;
using namespace icu::number;

// MessageFormat and SimpleDateFormat are not safe for several threads (lazily filled caches inside), so each
// message has its own lock. Number formatters are immutable and need none once made.
struct icu_language {
    icu::Locale locale;
    LocalizedNumberFormatter number;
    std::vector<LocalizedNumberFormatter> units;
    std::mutex lock;
    std::map<std::string, LocalizedNumberFormatter> money;
    std::map<std::string, std::unique_ptr<icu::SimpleDateFormat>> dates;
};

struct icu_message {
    std::mutex lock;
    std::unique_ptr<icu::MessageFormat> format;
    std::string arguments;
};

namespace {

int64_t give(const std::string &result, char *text, size_t capacity) {
    if (result.size() <= capacity) std::memcpy(text, result.data(), result.size());
    return static_cast<int64_t>(result.size());
}

int64_t give(const UnicodeString &result, char *text, size_t capacity) {
    std::string utf8;
    return give(result.toUTF8String(utf8), text, capacity);
}

UnicodeString read(const char *text, size_t length) {
    return UnicodeString::fromUTF8(icu::StringPiece(text, static_cast<int32_t>(length)));
}

// Values arrive as local wall time in the clothes of UTC; ICU's own zone data is older than the system's.
void keepUTC() {
    static std::once_flag once;
    std::call_once(once, [] { icu::TimeZone::adoptDefault(icu::TimeZone::getGMT()->clone()); });
}

const char *typeName(UMessagePatternArgType type) {
    switch (type) {
    case UMSGPAT_ARG_TYPE_PLURAL:
    case UMSGPAT_ARG_TYPE_SELECTORDINAL: return "plural";
    case UMSGPAT_ARG_TYPE_SELECT: return "select";
    case UMSGPAT_ARG_TYPE_NONE: return "plain";
    default: return "simple";
    }
}

// The names and types of all arguments, in order of appearance.
std::string argumentsOf(const icu::MessagePattern &pattern) {
    std::string lines;
    const char *type = "plain";
    for (int32_t index = 0; index < pattern.countParts(); index++) {
        const icu::MessagePattern::Part &part = pattern.getPart(index);
        if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) type = typeName(part.getArgType());
        if (part.getType() != UMSGPAT_PART_TYPE_ARG_NAME && part.getType() != UMSGPAT_PART_TYPE_ARG_NUMBER) continue;
        pattern.getSubstring(part).toUTF8String(lines);
        if (index + 1 < pattern.countParts() && pattern.getPart(index + 1).getType() == UMSGPAT_PART_TYPE_ARG_TYPE) {
            std::string name;
            pattern.getSubstring(pattern.getPart(index + 1)).toUTF8String(name);
            lines += " " + name + "\n";
        } else {
            lines += std::string(" ") + type + "\n";
        }
    }
    return lines;
}

icu::MeasureUnit unitOf(int32_t unit) {
    switch (unit) {
    case ICU_DAY: return icu::MeasureUnit::getDay();
    case ICU_HOUR: return icu::MeasureUnit::getHour();
    case ICU_MINUTE: return icu::MeasureUnit::getMinute();
    case ICU_SECOND: return icu::MeasureUnit::getSecond();
    case ICU_BYTE: return icu::MeasureUnit::getByte();
    case ICU_KILOBYTE: return icu::MeasureUnit::getKilobyte();
    case ICU_MEGABYTE: return icu::MeasureUnit::getMegabyte();
    case ICU_GIGABYTE: return icu::MeasureUnit::getGigabyte();
    default: return icu::MeasureUnit::getTerabyte();
    }
}

std::string decimal(int64_t units, int32_t exponent) {
    return std::to_string(units) + "E-" + std::to_string(exponent);
}

}  // namespace

extern "C" icu_language *icu_language_open(const char *locale) {
    try {
        keepUTC();
        auto language = std::make_unique<icu_language>();
        language->locale = icu::Locale(locale);
        language->number = NumberFormatter::withLocale(language->locale);
        for (int32_t unit = ICU_DAY; unit <= ICU_TERABYTE; unit++) {
            language->units.push_back(NumberFormatter::withLocale(language->locale)
                .unit(unitOf(unit))
                .unitWidth(unit <= ICU_SECOND ? UNUM_UNIT_WIDTH_FULL_NAME : UNUM_UNIT_WIDTH_SHORT)
                .precision(Precision::maxFraction(1)));
        }
        return language.release();
    } catch (...) {
        return nullptr;
    }
}

extern "C" icu_message *icu_message_open(
    const icu_language *language, const char *pattern, size_t length, char *error, size_t error_capacity) {
    try {
        UErrorCode status = U_ZERO_ERROR;
        UParseError place{};
        UnicodeString source = read(pattern, length);
        icu::MessagePattern parsed(source, &place, status);
        auto message = std::make_unique<icu_message>();
        if (U_SUCCESS(status)) {
            message->arguments = argumentsOf(parsed);
            message->format = std::make_unique<icu::MessageFormat>(source, language->locale, place, status);
        }
        if (U_SUCCESS(status)) return message.release();
        std::string near;
        UnicodeString(place.postContext).toUTF8String(near);
        std::string words = std::string(u_errorName(status)) + (near.empty() ? "" : " before \"" + near + "\"");
        std::strncpy(error, words.c_str(), error_capacity - 1);
        error[error_capacity - 1] = 0;
        return nullptr;
    } catch (...) {
        return nullptr;
    }
}

extern "C" void icu_message_close(icu_message *message) {
    delete message;
}

extern "C" int64_t icu_message_arguments(const icu_message *message, char *text, size_t capacity) {
    return give(message->arguments, text, capacity);
}

extern "C" int64_t icu_message_format(
    icu_message *message, const icu_argument *arguments, size_t count, char *text, size_t capacity) {
    try {
        std::vector<UnicodeString> names;
        std::vector<icu::Formattable> values;
        for (size_t index = 0; index < count; index++) {
            const icu_argument &argument = arguments[index];
            names.push_back(read(argument.name, argument.name_length));
            switch (argument.kind) {
            case ICU_NUMBER: values.emplace_back(argument.number); break;
            case ICU_DATE:
                values.emplace_back(static_cast<UDate>(argument.number), icu::Formattable::kIsDate);
                break;
            default: values.emplace_back(read(argument.text, argument.text_length));
            }
        }
        UErrorCode status = U_ZERO_ERROR;
        UnicodeString result;
        {
            std::lock_guard<std::mutex> guard(message->lock);
            message->format->format(names.data(), values.data(), static_cast<int32_t>(count), result, status);
        }
        return U_SUCCESS(status) ? give(result, text, capacity) : -1;
    } catch (...) {
        return -1;
    }
}

extern "C" int64_t icu_format_money(
    icu_language *language, const char *currency, int64_t minor_units, int32_t exponent, char *text, size_t capacity) {
    try {
        UErrorCode status = U_ZERO_ERROR;
        const LocalizedNumberFormatter *formatter;
        {
            std::lock_guard<std::mutex> guard(language->lock);
            auto found = language->money.find(currency);
            if (found == language->money.end()) {
                icu::CurrencyUnit unit(icu::StringPiece(currency), status);
                auto precision = Precision::fixedFraction(exponent)
                    .trailingZeroDisplay(UNUM_TRAILING_ZERO_HIDE_IF_WHOLE);
                auto made = NumberFormatter::withLocale(language->locale).unit(unit).precision(precision);
                found = language->money.emplace(currency, made).first;
            }
            // Entries of a map never move and are never removed; a copy would have to be compiled again.
            formatter = &found->second;
        }
        auto result = formatter->formatDecimal(decimal(minor_units, exponent), status).toString(status);
        return U_SUCCESS(status) ? give(result, text, capacity) : -1;
    } catch (...) {
        return -1;
    }
}

extern "C" int64_t icu_format_unit(
    icu_language *language, int32_t unit, int64_t tenths, char *text, size_t capacity) {
    try {
        UErrorCode status = U_ZERO_ERROR;
        auto result = language->units.at(unit).formatDecimal(decimal(tenths, 1), status).toString(status);
        return U_SUCCESS(status) ? give(result, text, capacity) : -1;
    } catch (...) {
        return -1;
    }
}

extern "C" int64_t icu_format_number(icu_language *language, int64_t number, char *text, size_t capacity) {
    try {
        UErrorCode status = U_ZERO_ERROR;
        auto result = language->number.formatInt(number, status).toString(status);
        return U_SUCCESS(status) ? give(result, text, capacity) : -1;
    } catch (...) {
        return -1;
    }
}

extern "C" int64_t icu_format_date(
    icu_language *language, const char *skeleton, int64_t local_milliseconds, char *text, size_t capacity) {
    try {
        UErrorCode status = U_ZERO_ERROR;
        std::lock_guard<std::mutex> guard(language->lock);
        auto &format = language->dates[skeleton];
        if (!format) {
            std::unique_ptr<icu::DateTimePatternGenerator> generator(
                icu::DateTimePatternGenerator::createInstance(language->locale, status));
            if (U_FAILURE(status)) return -1;
            UnicodeString pattern = generator->getBestPattern(read(skeleton, std::strlen(skeleton)), status);
            format = std::make_unique<icu::SimpleDateFormat>(pattern, language->locale, status);
        }
        if (U_FAILURE(status)) {
            format.reset();
            return -1;
        }
        UnicodeString result;
        format->format(static_cast<UDate>(local_milliseconds), result);
        return give(result, text, capacity);
    } catch (...) {
        return -1;
    }
}
