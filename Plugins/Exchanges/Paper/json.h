// Flat JSON objects whose values are texts without escapes: all that the paper venue speaks.
#ifndef PAPER_JSON_H
#define PAPER_JSON_H

#include <stdint.h>
#include <string.h>

#include "rialto/base.h"

#define JSON_FIELDS_MAX 16u
#define JSON_SIZE_MAX 4096u // Bytes of a message

// One field; both texts point into the message.
typedef struct json_field {
    rialto_text_t key;
    rialto_text_t value;
} json_field_t;

typedef struct json_object {
    uint32_t count;
    json_field_t fields[JSON_FIELDS_MAX];
} json_object_t;

static inline int text_is(rialto_text_t text, const char *word) {
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

static inline void json_space(rialto_text_t all, uint64_t *at) {
    while (*at < all.size && strchr(" \t\r\n", all.data[*at]) != NULL && all.data[*at] != 0) ++*at;
}

// Reads one character after space. Returns 1 when it is `wanted`.
static inline int json_take(rialto_text_t all, uint64_t *at, char wanted) {
    json_space(all, at);
    if (*at >= all.size || all.data[*at] != wanted) return 0;
    ++*at;
    return 1;
}

// Reads a text of printable ASCII without quote or backslash.
static inline int json_text(rialto_text_t all, uint64_t *at, rialto_text_t *out) {
    if (!json_take(all, at, '"')) return 0;
    out->data = all.data + *at;
    out->size = 0;
    for (; *at < all.size; ++*at, ++out->size) {
        const char c = all.data[*at];
        if (c == '"') break;
        if (c < 0x20 || c > 0x7E || c == '\\') return 0;
    }
    return json_take(all, at, '"');
}

// The value of a key; a text of size 0 when there is none.
static inline rialto_text_t json_get(const json_object_t *object, const char *key) {
    const rialto_text_t none = {NULL, 0};
    for (uint32_t i = 0; i < object->count; i++)
        if (text_is(object->fields[i].key, key)) return object->fields[i].value;
    return none;
}

// Reads a whole message. Returns 0 when it is anything but one flat object of distinct keys.
static inline int json_read(rialto_text_t all, json_object_t *out) {
    uint64_t at = 0;
    out->count = 0;
    if (all.size > JSON_SIZE_MAX || !json_take(all, &at, '{')) return 0;
    do {
        if (out->count == JSON_FIELDS_MAX) return 0;
        json_field_t *field = &out->fields[out->count];
        if (!json_text(all, &at, &field->key) || !json_take(all, &at, ':')
            || !json_text(all, &at, &field->value))
            return 0;
        for (uint32_t i = 0; i < out->count; i++)
            if (out->fields[i].key.size == field->key.size
                && memcmp(out->fields[i].key.data, field->key.data, field->key.size) == 0)
                return 0;
        out->count++;
    } while (json_take(all, &at, ','));
    if (!json_take(all, &at, '}')) return 0;
    json_space(all, &at);
    return at == all.size;
}

// Reads an unsigned decimal as a count of 10^-decimals. Returns 0 when it is none, or does not fit.
static inline int decimal_read(rialto_text_t text, int decimals, int64_t *out) {
    int64_t value = 0;
    int after = -1; // Digits after the point; -1 before it
    if (text.size == 0 || text.size > 40) return 0;
    for (uint64_t i = 0; i < text.size; i++) {
        const char c = text.data[i];
        if (c == '.' && after < 0 && i > 0 && i + 1 < text.size) after = 0;
        else if (c < '0' || c > '9') return 0;
        else if (after >= decimals) return 0;
        else {
            if (after >= 0) after++;
            if (__builtin_mul_overflow(value, (int64_t)10, &value)
                || __builtin_add_overflow(value, (int64_t)(c - '0'), &value))
                return 0;
        }
    }
    for (int i = after < 0 ? 0 : after; i < decimals; i++)
        if (__builtin_mul_overflow(value, (int64_t)10, &value)) return 0;
    *out = value;
    return 1;
}

__extension__ typedef unsigned __int128 wide_t;

// Reads a decimal, with a minus for a rebate, as cash in 10^-18. Returns 0 when it is none, or does
// not fit.
static inline int cash_read(rialto_text_t text, rialto_cash_t *out) {
    const int is_negative = text.size > 0 && text.data[0] == '-';
    wide_t value = 0;
    int after = -1; // Digits after the point; -1 before it
    if (text.size == (uint64_t)is_negative || text.size > 48) return 0;
    for (uint64_t i = (uint64_t)is_negative; i < text.size; i++) {
        const char c = text.data[i];
        if (c == '.' && after < 0 && i > (uint64_t)is_negative && i + 1 < text.size) {
            after = 0;
            continue;
        }
        if (c < '0' || c > '9' || after >= 18 || value >> 123 != 0) return 0;
        value = value * 10 + (wide_t)(c - '0');
        if (after >= 0) after++;
    }
    for (int i = after < 0 ? 0 : after; i < 18; i++) {
        if (value >> 123 != 0) return 0;
        value *= 10;
    }
    if (is_negative) value = ~value + 1;
    out->low = (uint64_t)value;
    out->high = (int64_t)(value >> 64);
    return 1;
}

// Writes units * 10^-decimals. `out` holds 48 bytes.
static inline void decimal_write(int64_t units, int decimals, char *out) {
    char digits[48];
    int count = 0, at = 0;
    for (uint64_t rest = (uint64_t)units; rest > 0 || count <= decimals; rest /= 10)
        digits[count++] = (char)('0' + rest % 10);
    while (count > 0) {
        if (count == decimals) out[at++] = '.';
        out[at++] = digits[--count];
    }
    out[at] = 0;
}

#endif
