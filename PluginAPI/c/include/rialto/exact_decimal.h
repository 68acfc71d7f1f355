// Rialto helpers in C and C++: exact decimals as text, without floating point. Any bytes may come.
#ifndef RIALTO_EXACT_DECIMAL_H
#define RIALTO_EXACT_DECIMAL_H

#include "rialto/base.h"

#define RIALTO_DECIMAL_TEXT_MAX 48u // Bytes that rialto_decimal_write may write, with the ending 0

__extension__ typedef unsigned __int128 rialto_decimal_wide_t;

// Reads digits with at most one point inside as a count of 10^-decimals (0...18), below 2^123.
// Returns 0, with `out` untouched, when the text is anything else, or has more decimals.
static inline int rialto_decimal_read_wide(rialto_text_t text, int decimals,
                                           rialto_decimal_wide_t *out) {
    rialto_decimal_wide_t value = 0;
    int after = -1; // Digits after the point; -1 before it
    if (text.size == 0 || text.size > RIALTO_DECIMAL_TEXT_MAX) return 0;
    for (uint64_t i = 0; i < text.size; i++) {
        const char c = text.data[i];
        if (c == '.' && after < 0 && i > 0 && i + 1 < text.size) {
            after = 0;
            continue;
        }
        if (c < '0' || c > '9' || after >= decimals || value >> 119 != 0) return 0;
        value = value * 10 + (rialto_decimal_wide_t)(c - '0');
        if (after >= 0) after++;
    }
    for (int i = after < 0 ? 0 : after; i < decimals; i++) {
        if (value >> 119 != 0) return 0;
        value *= 10;
    }
    *out = value;
    return 1;
}

// Reads an unsigned decimal such as 0.0105 as a count of 10^-decimals (0...18).
// Returns 0, with `out` untouched, when it is none, has more decimals, or does not fit.
static inline int rialto_decimal_read(rialto_text_t text, int decimals, int64_t *out) {
    rialto_decimal_wide_t value = 0;
    if (!rialto_decimal_read_wide(text, decimals, &value) || value > INT64_MAX) return 0;
    *out = (int64_t)value;
    return 1;
}

// Reads a decimal, with a minus where it is below 0, as cash in units of 10^-18.
// Returns 0, with `out` untouched, when it is none, has more decimals, or does not fit.
static inline int rialto_cash_read(rialto_text_t text, rialto_cash_t *out) {
    rialto_decimal_wide_t value = 0;
    const int is_negative = text.size > 0 && text.data[0] == '-';
    const rialto_text_t digits = {is_negative ? text.data + 1 : text.data,
                                  text.size - (uint64_t)is_negative};
    if (!rialto_decimal_read_wide(digits, 18, &value)) return 0;
    if (is_negative) value = ~value + 1;
    out->low = (uint64_t)value;
    out->high = (int64_t)(value >> 64);
    return 1;
}

// Writes units * 10^-decimals (0...18) with all its decimals, ended by 0. `out` holds
// RIALTO_DECIMAL_TEXT_MAX bytes. Returns the size without the 0.
static inline uint32_t rialto_decimal_write(int64_t units, int decimals, char *out) {
    char digits[RIALTO_DECIMAL_TEXT_MAX];
    int count = 0;
    uint32_t size = 0;
    uint64_t rest = units < 0 ? ~(uint64_t)units + 1 : (uint64_t)units;
    for (; rest > 0 || count <= decimals; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    if (units < 0) out[size++] = '-';
    while (count > 0) {
        if (count == decimals) out[size++] = '.';
        out[size++] = digits[--count];
    }
    out[size] = 0;
    return size;
}

#endif
