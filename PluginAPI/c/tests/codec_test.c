// What is true of the helpers for codecs in C: exact decimals, flat JSON, places.
#include <stdlib.h>

#include "rialto/codec.h"
#include "rialto/test_host.h"

static uint64_t random_next(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 20;
}

static void reads_decimals_exactly(rialto_tally_t *tally) {
    static const struct {
        const char *text;
        int decimals;
        int64_t units;
    } good[] = {{"0", 0, 0},       {"1", 8, 100000000},  {"0.0105", 8, 1050000},
                {"007.5", 2, 750}, {"12.30", 2, 1230},   {"9223372036854775807", 0, INT64_MAX},
                {"0.000000000000000001", 18, 1},         {"92233720368547758.07", 2, INT64_MAX}};
    static const char *const bad[] = {"",    ".",   "1.",   ".5",   "1.2.3", "-1", "+1", "1e3",
                                      " 1",  "1 ",  "0x1",  "1,5",  "1.234", "9223372036854775808",
                                      "NaN", "1.\0", "99999999999999999999999999999999999999999"};
    int64_t units = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        RIALTO_EXPECT(tally, rialto_decimal_read(rialto_test_text(good[i].text), good[i].decimals,
                                                 &units)
                                 && units == good[i].units);
    units = 77;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        RIALTO_EXPECT(tally, !rialto_decimal_read(rialto_test_text(bad[i]), 2, &units));
    RIALTO_EXPECT(tally, units == 77);
}

static void writes_what_it_reads(rialto_tally_t *tally) {
    char text[RIALTO_DECIMAL_TEXT_MAX];
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        uint64_t random = seed;
        const int decimals = (int)(random_next(&random) % 19);
        const int64_t units = (int64_t)(random_next(&random) << (random_next(&random) % 20));
        int64_t found = -1;
        const uint32_t size = rialto_decimal_write(units, decimals, text);
        const rialto_text_t written = {text, size};
        RIALTO_EXPECT(tally, rialto_decimal_read(written, decimals, &found) && found == units);
        RIALTO_EXPECT(tally, strlen(text) == size);
    }
    rialto_decimal_write(INT64_MIN, 18, text);
    RIALTO_EXPECT(tally, rialto_text_is(rialto_test_text(text), "-9.223372036854775808"));
    rialto_decimal_write(5, 0, text);
    RIALTO_EXPECT(tally, rialto_text_is(rialto_test_text(text), "5"));
}

static void reads_cash_with_its_sign(rialto_tally_t *tally) {
    rialto_cash_t cash = {0, 0};
    RIALTO_EXPECT(tally, rialto_cash_read(rialto_test_text("-0.000000000000000001"), &cash)
                             && cash.low == UINT64_MAX && cash.high == -1);
    RIALTO_EXPECT(tally, rialto_cash_read(rialto_test_text("18446744073.709551616"), &cash)
                             && cash.low == 0 && cash.high == 1000000000);
    RIALTO_EXPECT(tally, !rialto_cash_read(rialto_test_text("-"), &cash));
    RIALTO_EXPECT(tally, !rialto_cash_read(rialto_test_text("--1"), &cash));
    RIALTO_EXPECT(tally, !rialto_cash_read(rialto_test_text("1.0000000000000000001"), &cash));
}

static void reads_one_flat_object(rialto_tally_t *tally) {
    rialto_json_t object;
    RIALTO_EXPECT(tally, rialto_json_read(rialto_test_text(" {\"a\" : \"x y\",\n\"b\":-1.5e3 } "),
                                          &object));
    RIALTO_EXPECT(tally, object.count == 2 && object.numbers == 1);
    RIALTO_EXPECT(tally, rialto_text_is(rialto_json_get(&object, "a"), "x y"));
    RIALTO_EXPECT(tally, rialto_text_is(rialto_json_get(&object, "b"), "-1.5e3"));
    RIALTO_EXPECT(tally, rialto_json_get(&object, "c").size == 0);
    static const char *const bad[] = {
        "",           "{",          "{}",           "[]",          "{\"a\":\"b\"",
        "{\"a\":}",   "{\"a\" \"b\"}", "{\"a\":{\"b\":\"c\"}}", "{\"a\":\"\\u0031\"}",
        "{\"a\":\"b\",}", "{\"a\":\"1\",\"a\":\"2\"}", "{\"a\":\"b\"}x", "{a:\"b\"}",
        "{\"a\":\"\t\"}", "{\"a\":true}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        RIALTO_EXPECT(tally, !rialto_json_read(rialto_test_text(bad[i]), &object));
}

// Each text lies in what was read, whatever was read.
static int is_inside(const rialto_json_t *object, rialto_text_t all) {
    for (uint32_t i = 0; i < object->count; i++) {
        const rialto_text_t texts[] = {object->fields[i].key, object->fields[i].value};
        for (int t = 0; t < 2; t++)
            if (texts[t].data < all.data || texts[t].data + texts[t].size > all.data + all.size)
                return 0;
    }
    return object->count <= RIALTO_JSON_FIELDS_MAX;
}

static void bears_any_bytes(rialto_tally_t *tally) {
    static const char whole[] = "{\"id\":\"42\",\"n\":1.25, \"side\" : \"buy\",\"q\":\"0.5\"}";
    const uint64_t size = sizeof whole - 1;
    uint64_t random = 9;
    int is_sound = 1;
    for (int round = 0; round < 50000; round++) {
        const uint64_t length = round < (int)size ? (uint64_t)round : random_next(&random) % size;
        char *copy = malloc(length + 1); // Its own block: a read past the end is seen
        if (copy == NULL) abort();
        memcpy(copy, whole, length);
        for (uint64_t flips = random_next(&random) % 4; flips > 0 && length > 0; flips--)
            copy[random_next(&random) % length] = (char)random_next(&random);
        const rialto_text_t text = {copy, length};
        rialto_json_t object;
        int64_t units = 0;
        rialto_cash_t cash = {0, 0};
        if (rialto_json_read(text, &object)) is_sound = is_sound && is_inside(&object, text);
        // Only a digit alone can be left of it.
        if (rialto_decimal_read(text, 8, &units)) is_sound = is_sound && length < 3 && units >= 0;
        if (rialto_cash_read(text, &cash)) is_sound = is_sound && length < 3;
        free(copy);
    }
    RIALTO_EXPECT(tally, is_sound);
    rialto_json_t object;
    char many[4096] = "{";
    for (int i = 0; i < 33; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "%s\"%d\":1", i > 0 ? "," : "",
                 i);
    snprintf(many + strlen(many), sizeof many - strlen(many), "}");
    RIALTO_EXPECT(tally, !rialto_json_read(rialto_test_text(many), &object));
    const rialto_text_t nothing = {NULL, 0};
    int64_t units = 0;
    RIALTO_EXPECT(tally, !rialto_json_read(nothing, &object)
                             && !rialto_decimal_read(nothing, 2, &units)
                             && !rialto_json_is_plain(nothing));
}

static void stops_adding_when_full(rialto_tally_t *tally) {
    char items[2][512];
    rialto_intent_t intent;
    memset(items, 0, sizeof items);
    memset(&intent, 0, sizeof intent);
    rialto_outputs_t outputs = {sizeof outputs, sizeof items[0], 2, 0, items};
    RIALTO_EXPECT(tally, rialto_output_add(&outputs, RIALTO_OUTPUT_TIMER, 3) != NULL);
    RIALTO_EXPECT(tally, rialto_output_reject(&outputs, &intent) == RIALTO_OK);
    RIALTO_EXPECT(tally, rialto_output_reject(&outputs, &intent) == RIALTO_TRUNCATED);
    const rialto_output_t *second = (const rialto_output_t *)items[1];
    RIALTO_EXPECT(tally, outputs.count == 2 && second->reason == RIALTO_REASON_UNSUPPORTED);
    const rialto_text_t body = rialto_test_text("side=buy"), side = {body.data + 5, 3};
    const rialto_range_t place = rialto_place_in(RIALTO_PART_BODY, body, side);
    RIALTO_EXPECT(tally, place.part == RIALTO_PART_BODY && place.offset == 5 && place.size == 3);
}

int main(void) {
    rialto_tally_t tally = {0, 0};
    reads_decimals_exactly(&tally);
    writes_what_it_reads(&tally);
    reads_cash_with_its_sign(&tally);
    reads_one_flat_object(&tally);
    bears_any_bytes(&tally);
    stops_adding_when_full(&tally);
    return rialto_tally_end(&tally, "C codec helpers");
}
