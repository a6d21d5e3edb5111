#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

int32_t outcome(PhoneNumberUtil::ErrorType error) {
    switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR: return PHONE_FINE;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return PHONE_BAD_COUNTRY;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN: return PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN: return PHONE_TOO_LONG;
    default: return PHONE_NO_NUMBER;
    }
}

int32_t outcome(PhoneNumberUtil::ValidationResult result) {
    switch (result) {
    case PhoneNumberUtil::IS_POSSIBLE: return PHONE_FINE;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return PHONE_BAD_COUNTRY;
    case PhoneNumberUtil::TOO_SHORT: return PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG: return PHONE_TOO_LONG;
    default: return PHONE_IMPOSSIBLE;
    }
}

int32_t read(const std::string &text, const std::string &region, char e164[17]) {
    // Made at the first call, as its tables take some megabytes.
    static PhoneNumberUtil *const util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    const int32_t parsed = outcome(util->Parse(text, region, &number));
    if (parsed != PHONE_FINE) return parsed;
    const int32_t possible = outcome(util->IsPossibleNumberForTypeWithReason(number, PhoneNumberUtil::MOBILE));
    if (possible != PHONE_FINE) return possible;
    std::string form;
    util->Format(number, PhoneNumberUtil::E164, &form);
    if (form.size() > 16) return PHONE_TOO_LONG;
    std::memcpy(e164, form.c_str(), form.size() + 1);
    return PHONE_FINE;
}

} // namespace

int32_t phone_read(const char *text, size_t length, const char *region, char e164[17]) {
    try {
        return read(std::string(text, length), region, e164);
    } catch (...) {
        return PHONE_NO_NUMBER;
    }
}
