// Rialto helpers in C and C++: reads one flat JSON object in place. Any bytes may come; whatever is
// not such an object is refused as a whole.
//
//     rialto_json_t object;
//     if (!rialto_json_read(body, &object)) return RIALTO_NOT_FOUND;
//     const rialto_text_t side = rialto_json_get(&object, "side");
#ifndef RIALTO_FLAT_JSON_H
#define RIALTO_FLAT_JSON_H

#include <string.h>

#include "rialto/base.h"

#define RIALTO_JSON_FIELDS_MAX 32u
#define RIALTO_JSON_SIZE_MAX 4096u // Bytes of an object

// One field. Both texts point into what was read.
typedef struct rialto_json_field {
    rialto_text_t key;
    rialto_text_t value; // Without its quotes
} rialto_json_field_t;

// One object; its keys are distinct.
typedef struct rialto_json {
    uint32_t count;
    uint32_t numbers; // Fields whose value has no quotes
    rialto_json_field_t fields[RIALTO_JSON_FIELDS_MAX];
} rialto_json_t;

// Whether two texts are the same bytes.
static inline int rialto_text_equals(rialto_text_t a, rialto_text_t b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

// Whether a text is a word that is ended by 0.
static inline int rialto_text_is(rialto_text_t text, const char *word) {
    const rialto_text_t other = {word, strlen(word)};
    return rialto_text_equals(text, other);
}

// Whether a character stands in a JSON text as it is: printable ASCII without quote and backslash.
static inline int rialto_json_is_plain_character(char c) {
    return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
}

// Whether a text, such as an instrument's name, can stand in JSON as it is. 1...200 bytes.
static inline int rialto_json_is_plain(rialto_text_t text) {
    for (uint64_t i = 0; i < text.size; i++)
        if (!rialto_json_is_plain_character(text.data[i])) return 0;
    return text.size > 0 && text.size <= 200;
}

static inline void rialto_json_space(rialto_text_t all, uint64_t *at) {
    for (; *at < all.size; ++*at) {
        const char c = all.data[*at];
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
    }
}

// Reads one character after space. Returns whether it is `wanted`; nothing is read when it is not.
static inline int rialto_json_take(rialto_text_t all, uint64_t *at, char wanted) {
    rialto_json_space(all, at);
    if (*at >= all.size || all.data[*at] != wanted) return 0;
    ++*at;
    return 1;
}

// Reads a text in quotes, without escapes.
static inline int rialto_json_text(rialto_text_t all, uint64_t *at, rialto_text_t *out) {
    if (!rialto_json_take(all, at, '"')) return 0;
    out->data = all.data + *at;
    out->size = 0;
    for (; *at < all.size && all.data[*at] != '"'; ++*at, ++out->size)
        if (!rialto_json_is_plain_character(all.data[*at])) return 0;
    return rialto_json_take(all, at, '"');
}

// Reads the characters of a number; rialto_decimal_read says whether it is one.
static inline int rialto_json_number(rialto_text_t all, uint64_t *at, rialto_text_t *out) {
    rialto_json_space(all, at);
    out->data = all.data + *at;
    out->size = 0;
    for (; *at < all.size; ++*at, ++out->size) {
        const char c = all.data[*at];
        if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') break;
    }
    return out->size > 0;
}

// Reads one field whose key is none of those before it.
static inline int rialto_json_next(rialto_text_t all, uint64_t *at, rialto_json_t *out) {
    if (out->count == RIALTO_JSON_FIELDS_MAX) return 0;
    rialto_json_field_t *field = &out->fields[out->count];
    if (!rialto_json_text(all, at, &field->key) || !rialto_json_take(all, at, ':')) return 0;
    rialto_json_space(all, at);
    const int is_text = *at < all.size && all.data[*at] == '"';
    if (!(is_text ? rialto_json_text(all, at, &field->value)
                  : rialto_json_number(all, at, &field->value)))
        return 0;
    for (uint32_t i = 0; i < out->count; i++)
        if (rialto_text_equals(out->fields[i].key, field->key)) return 0;
    out->count++;
    out->numbers += is_text ? 0 : 1;
    return 1;
}

// Reads a whole object of 1...RIALTO_JSON_FIELDS_MAX fields, whose values are texts without escapes
// or numbers. Returns 0 when the bytes are anything else; `out` is then of no use.
static inline int rialto_json_read(rialto_text_t all, rialto_json_t *out) {
    uint64_t at = 0;
    out->count = out->numbers = 0;
    if (all.size > RIALTO_JSON_SIZE_MAX || !rialto_json_take(all, &at, '{')) return 0;
    do {
        if (!rialto_json_next(all, &at, out)) return 0;
    } while (rialto_json_take(all, &at, ','));
    if (!rialto_json_take(all, &at, '}')) return 0;
    rialto_json_space(all, &at);
    return at == all.size;
}

// The value of a key; a text of size 0 when there is none.
static inline rialto_text_t rialto_json_get(const rialto_json_t *object, const char *key) {
    const rialto_text_t none = {NULL, 0};
    for (uint32_t i = 0; i < object->count; i++)
        if (rialto_text_is(object->fields[i].key, key)) return object->fields[i].value;
    return none;
}

#endif
