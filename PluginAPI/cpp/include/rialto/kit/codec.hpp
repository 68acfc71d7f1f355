// Rialto kit for C++: texts of a venue, read and written without allocation or floating point.
#ifndef RIALTO_KIT_CODEC_HPP
#define RIALTO_KIT_CODEC_HPP

#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "rialto/exact_decimal.h"
#include "rialto/flat_json.h"
#include "rialto/kit/setup.hpp"

namespace rialto {

// The digits of `text`, with at most one point, as a count of 10^-decimals (0...18); none when it
// is anything else, has more decimals, or does not fit.
inline std::optional<int64_t> read_decimal(std::string_view digits, int decimals) {
    int64_t units = 0;
    if (!rialto_decimal_read(text(digits), decimals, &units)) return std::nullopt;
    return units;
}

// A decimal, with a minus where it is below 0, as cash in units of 10^-18.
inline std::optional<rialto_cash_t> read_cash(std::string_view digits) {
    rialto_cash_t cash = {};
    if (!rialto_cash_read(text(digits), &cash)) return std::nullopt;
    return cash;
}

// One flat JSON object: values are texts without escapes, or numbers. It points into what was read.
class Json {
public:
    // None when the bytes are anything but one whole object.
    static std::optional<Json> read(std::string_view bytes) {
        std::optional<Json> json{Json()};
        if (!rialto_json_read(text(bytes), &json->object_)) json.reset();
        return json;
    }

    // Whether a text can stand in JSON as it is: 1...200 bytes of ASCII without quote or backslash.
    static bool is_plain(std::string_view word) { return rialto_json_is_plain(text(word)) != 0; }

    // The value of a key; empty when there is none.
    std::string_view operator[](const char *key) const {
        return view(rialto_json_get(&object_, key));
    }

private:
    Json() { object_.count = object_.numbers = 0; }

    rialto_json_t object_;
};

// Text of at most `size` bytes, for the body of a request: a member, since outputs point to it.
template <size_t size> class Buffer {
public:
    void clear() { used_ = 0; }

    // All of these throw std::length_error when the text does not fit.
    Buffer &add(std::string_view part) {
        if (part.size() > size - used_) throw std::length_error("a text is longer than its buffer");
        if (!part.empty()) std::memcpy(bytes_ + used_, part.data(), part.size());
        used_ += part.size();
        return *this;
    }
    Buffer &add_number(uint64_t number) {
        char digits[20];
        size_t at = sizeof digits;
        do digits[--at] = static_cast<char>('0' + number % 10);
        while ((number /= 10) > 0);
        return add({digits + at, sizeof digits - at});
    }

    // units * 10^-decimals (0...18), with all its decimals.
    Buffer &add_decimal(int64_t units, int decimals) {
        char digits[RIALTO_DECIMAL_TEXT_MAX];
        return add({digits, rialto_decimal_write(units, decimals, digits)});
    }

    std::string_view view() const { return {bytes_, used_}; }

private:
    size_t used_ = 0;
    char bytes_[size];
};

} // namespace rialto

#endif
