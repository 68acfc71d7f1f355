// Hands a replay to an instance and looks at every answer.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probe.h"

#define CAPACITY 1024u
#define TEXT_CAPACITY 65536u
#define CANARY 0xC5

// What a plugin writes into, with bytes behind that are not its own.
static _Thread_local struct room {
    rialto_intent_t intents[CAPACITY];
    unsigned char after_intents[CANARY_SIZE];
    char text[TEXT_CAPACITY];
    unsigned char after_text[CANARY_SIZE];
    rialto_forecast_t forecasts[CAPACITY * 4];
    unsigned char after_forecasts[CANARY_SIZE];
} room;

static _Thread_local rialto_intents_t intents;
static _Thread_local rialto_forecasts_out_t forecasts;
// The next batch: rows of the market, and between them what the venue reports.
static _Thread_local replay_t window;

#define WRONG(...) (snprintf(drive->wrong, sizeof drive->wrong, __VA_ARGS__), 0)

static int is_untouched(const unsigned char *bytes) {
    for (uint32_t i = 0; i < CANARY_SIZE; i++)
        if (bytes[i] != CANARY) return 0;
    return 1;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *from = bytes;
    for (size_t i = 0; i < size; i++) hash = (hash ^ from[i]) * 1099511628211u;
    return hash;
}

static void prepare(const instance_t *instance) {
    if (instance->is_model) memset(room.forecasts, 0, sizeof room.forecasts);
    else memset(room.intents, 0, sizeof room.intents);
    memset(room.after_intents, CANARY, CANARY_SIZE);
    memset(room.after_text, CANARY, CANARY_SIZE);
    memset(room.after_forecasts, CANARY, CANARY_SIZE);
    intents = (rialto_intents_t){
        sizeof intents, sizeof(rialto_intent_t), CAPACITY, 0, room.intents, room.text,
        TEXT_CAPACITY, 0};
    forecasts = (rialto_forecasts_out_t){
        .struct_size = sizeof forecasts, .item_size = sizeof(rialto_forecast_t),
        .capacity = CAPACITY * 4, .items = room.forecasts};
}

static int check_order(const rialto_intent_t *one, drive_t *drive) {
    const int is_limit = one->order_type == RIALTO_ORDER_LIMIT
                         || one->order_type == RIALTO_ORDER_STOP_LIMIT
                         || one->order_type == RIALTO_ORDER_TRAILING_STOP;
    if (one->side != RIALTO_BUY && one->side != RIALTO_SELL)
        return WRONG("an order has side %u", one->side);
    if (one->order_type < RIALTO_ORDER_MARKET || one->order_type > RIALTO_ORDER_TRAILING_STOP)
        return WRONG("an order is of type %u", one->order_type);
    if (one->time_in_force > RIALTO_GOOD_TILL_TIME)
        return WRONG("an order has time in force %u", one->time_in_force);
    if (one->quantity <= 0) return WRONG("an order has quantity %lld", (long long)one->quantity);
    if (one->order_id == 0) return WRONG("an order has id 0");
    if ((one->price > 0) != is_limit)
        return WRONG("an order of type %u has price %lld", one->order_type,
                     (long long)one->price);
    return 1;
}

static int check_intent(const rialto_intent_t *one, uint32_t consumed, drive_t *drive) {
    if (one->kind < RIALTO_INTENT_TARGET || one->kind > RIALTO_INTENT_REQUEST)
        return WRONG("an intent is of kind %u", one->kind);
    if (one->row >= consumed)
        return WRONG("an intent answers row %u, %u rows were read", one->row, consumed);
    if (one->kind <= RIALTO_INTENT_ORDER && one->instrument >= drive->instruments)
        return WRONG("an intent is for instrument %u, which is not its own", one->instrument);
    if (one->price < 0 || one->trigger_price < 0 || one->stop_price < 0
        || one->take_profit_price < 0 || one->time_stop_ns < 0)
        return WRONG("an intent has a price or time below 0");
    if ((uint64_t)one->text_offset + one->text_size > intents.text_count
        || (uint64_t)one->key_offset + one->key_size > intents.text_count)
        return WRONG("the text of an intent lies outside the buffer");
    switch (one->kind) {
    case RIALTO_INTENT_TARGET:
        return one->quantity != INT64_MIN || WRONG("a target is out of range");
    case RIALTO_INTENT_ORDER: return check_order(one, drive);
    case RIALTO_INTENT_CANCEL:
    case RIALTO_INTENT_REPLACE:
        return one->order_id > 0 || WRONG("a cancel or replace names no order");
    case RIALTO_INTENT_TIMER: return one->expire_time_ns > 0 || WRONG("a timer has no time");
    case RIALTO_INTENT_REQUEST: return one->order_id > 0 || WRONG("a request has id 0");
    default: return 1;
    }
}

static int is_sound(double value) { return isfinite(value); }

static int check_forecast(const rialto_forecast_t *one, uint32_t consumed, drive_t *drive) {
    if (one->kind < RIALTO_FORECAST_PROBABILITY_UP || one->kind > RIALTO_FORECAST_SERIES)
        return WRONG("a forecast is of kind %u", one->kind);
    if (one->row >= consumed)
        return WRONG("a forecast answers row %u, %u rows were read", one->row, consumed);
    if (one->instrument >= drive->instruments)
        return WRONG("a forecast is for instrument %u", one->instrument);
    const int is_number = one->kind == RIALTO_FORECAST_SERIES;
    if (one->horizon_ns <= 0 && !is_number) return WRONG("a forecast has no horizon");
    if (is_number && one->series >= RIALTO_SERIES_MAX)
        return WRONG("a number is published in series %u", one->series);
    if (!is_sound(one->value) || !is_sound(one->deviation) || !is_sound(one->confidence))
        return WRONG("a forecast is no finite number");
    if (one->confidence < 0 || one->confidence > 1)
        return WRONG("a forecast has confidence %g, allowed is 0...1", one->confidence);
    if (one->kind == RIALTO_FORECAST_PROBABILITY_UP && (one->value < 0 || one->value > 1))
        return WRONG("a probability is %g, allowed is 0...1", one->value);
    if (one->deviation < 0 || one->quantile_count > RIALTO_QUANTILES_MAX)
        return WRONG("a forecast has a deviation below 0 or too many quantiles");
    return 1;
}

// Most intents of one time group, counted for those that are wishes.
static int check_count(const instance_t *instance, const replay_t *replay, uint32_t from,
                       drive_t *drive) {
    const uint32_t most =
        instance->needs.intents_per_group > 0 ? instance->needs.intents_per_group : 64;
    uint32_t same = 0;
    for (uint32_t i = 0; i < intents.count; i++) {
        const int64_t now = replay->events[from + room.intents[i].row].time_ns;
        const int is_same =
            i > 0 && replay->events[from + room.intents[i - 1].row].time_ns == now;
        same = is_same ? same + 1 : 1;
        if (same > most) return WRONG("more than %u intents in one time group", most);
    }
    return 1;
}

// Which event it is, wherever it lies in a batch.
static void digest_event(uint32_t row, drive_t *drive) {
    const event_t *event = &window.events[row];
    const int64_t identity[] = {event->time_ns, event->kind, event->instrument, (int64_t)event->id};
    drive->digest = mix(drive->digest, identity, drive->by_time ? 8 : sizeof identity);
}

static void digest_intents(drive_t *drive) {
    for (uint32_t i = 0; i < intents.count; i++) {
        rialto_intent_t one = room.intents[i];
        digest_event(one.row, drive);
        drive->digest = mix(drive->digest, room.text + one.text_offset, one.text_size);
        drive->digest = mix(drive->digest, room.text + one.key_offset, one.key_size);
        one.struct_size = one.row = one.text_offset = one.key_offset = 0;
        drive->digest = mix(drive->digest, &one, sizeof one);
    }
    drive->said += intents.count;
}

static void digest_forecasts(drive_t *drive) {
    for (uint32_t i = 0; i < forecasts.count; i++) {
        rialto_forecast_t one = room.forecasts[i];
        digest_event(one.row, drive);
        one.struct_size = one.row = 0;
        drive->digest = mix(drive->digest, &one, sizeof one);
    }
    drive->said += forecasts.count;
}

static int check_answer(const instance_t *instance, const replay_t *replay, uint32_t from,
                        uint32_t consumed, drive_t *drive) {
    if (!is_untouched(room.after_intents) || !is_untouched(room.after_text)
        || !is_untouched(room.after_forecasts)) {
        drive->overran = 1;
        return WRONG("it wrote behind the end of its room");
    }
    if (intents.count > CAPACITY || forecasts.count > CAPACITY * 4
        || intents.text_count > TEXT_CAPACITY)
        return WRONG("it counts more than it has room for");
    for (uint32_t i = 0; i < intents.count; i++)
        if (!check_intent(&room.intents[i], consumed, drive)) return 0;
    for (uint32_t i = 0; i < forecasts.count; i++)
        if (!check_forecast(&room.forecasts[i], consumed, drive)) return 0;
    return check_count(instance, replay, from, drive);
}

int check_strided(const instance_t *instance, const replay_t *replay, uint32_t from,
                  uint32_t consumed, const rialto_intents_t *said,
                  const rialto_forecasts_out_t *forecast, drive_t *drive) {
    prepare(instance);
    if (said != NULL) {
        if (said->count > CAPACITY || said->text_count > TEXT_CAPACITY)
            return WRONG("it counts more than it has room for");
        for (uint32_t i = 0; i < said->count; i++)
            memcpy(&room.intents[i], (const char *)said->items + (size_t)i * said->item_size,
                   sizeof(rialto_intent_t));
        intents.count = said->count;
        intents.text_count = said->text_count;
    }
    if (forecast != NULL) {
        if (forecast->count > CAPACITY * 4) return WRONG("it counts more than it has room for");
        for (uint32_t i = 0; i < forecast->count; i++)
            memcpy(&room.forecasts[i],
                   (const char *)forecast->items + (size_t)i * forecast->item_size,
                   sizeof(rialto_forecast_t));
        forecasts.count = forecast->count;
    }
    return check_answer(instance, replay, from, consumed, drive);
}

static rialto_result call(instance_t *instance, const rialto_batch_t *batch, uint32_t *consumed) {
    return instance->is_model
               ? instance->model.on_batch(instance->model.self, batch, &forecasts, consumed)
               : instance->strategy.on_batch(instance->strategy.self, batch, &intents, consumed);
}

// Time groups of the next batch: as many as asked for; 0 is as many as fit.
static uint32_t next_groups(const drive_t *drive, uint64_t *random) {
    if (drive->cut_seed == 0) return drive->groups;
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return 1 + (uint32_t)((*random >> 33) % (drive->groups > 0 ? drive->groups : 64));
}

#define OWN_MAX (REPORTS_MAX + TIMERS_MAX + 2u) // Rows of one group that are not the market's

// Writes one time group of the market with what the venue has for it. Returns its rows.
static uint32_t write_group(venue_t *venue, const drive_t *drive, uint32_t wanted,
                            const event_t *market, uint32_t count, event_t *out) {
    const int64_t now = market->time_ns;
    uint32_t rows = 0;
    if (drive->sends_stale && wanted & 1u << RIALTO_KIND_OWN_ORDERS)
        rows += venue_stale(venue, now, out);
    rows += venue_reports(venue, now, wanted, out + rows, REPORTS_MAX);
    memcpy(out + rows, market, count * sizeof *market);
    rows += count;
    rows += venue_timers(venue, now, out + rows, TIMERS_MAX);
    venue_meets(venue, market, count);
    return rows;
}

// Fills the window with the next batch, as the venue will go on if nothing new is wished for.
static void compose(const instance_t *instance, const replay_t *market, const drive_t *drive,
                    uint32_t from, uint32_t end, uint32_t groups) {
    static _Thread_local venue_t ahead;
    const uint32_t wanted = wanted_kinds(instance);
    ahead = instance->venue;
    window.count = 0;
    for (uint32_t i = 0; (groups == 0 || i < groups) && from < end; i++) {
        const uint32_t group = group_at(market, from);
        if (window.count + group + OWN_MAX > RIALTO_BATCH_MAX) break;
        window.count += write_group(&ahead, drive, wanted, &market->events[from], group,
                                    &window.events[window.count]);
        from += group;
    }
}

// Whether it stopped at the end of a time group, and of the one in which it acted.
static int check_stop(const instance_t *instance, uint32_t consumed, drive_t *drive) {
    const int64_t last = window.events[consumed - 1].time_ns;
    if (consumed < window.count && window.events[consumed].time_ns == last)
        return WRONG("it stopped within a time group, behind row %u", consumed);
    if (instance->needs.flags & RIALTO_NEEDS_OPEN_LOOP) return 1;
    for (uint32_t i = 0; i < intents.count; i++)
        if ((room.intents[i].kind <= RIALTO_INTENT_TIMER
             || room.intents[i].kind == RIALTO_INTENT_REQUEST)
            && window.events[room.intents[i].row].time_ns != last)
            return WRONG("it read on after the time group in which it acted, and is no open loop");
    return 1;
}

// Brings the venue to the end of what was read. Returns how many rows of the market that is.
static uint32_t follow(instance_t *instance, const replay_t *market, drive_t *drive,
                       uint32_t from, uint32_t consumed) {
    static _Thread_local event_t seen[RIALTO_BATCH_MAX];
    const uint32_t wanted = wanted_kinds(instance), begin = from;
    for (uint32_t row = 0; row < consumed;) {
        const uint32_t group = group_at(market, from);
        row += write_group(&instance->venue, drive, wanted, &market->events[from], group, seen);
        from += group;
    }
    const int only_timers = (instance->needs.flags & RIALTO_NEEDS_OPEN_LOOP) != 0;
    for (uint32_t i = 0; i < intents.count; i++)
        if (!only_timers || room.intents[i].kind == RIALTO_INTENT_TIMER)
            venue_takes(&instance->venue, &room.intents[i], window.events[consumed - 1].time_ns);
    return from - begin;
}

int run(instance_t *instance, const replay_t *replay, drive_t *drive) {
    const uint32_t end = drive->to > 0 ? drive->to : replay->count;
    uint64_t random = drive->cut_seed;
    if (drive->digest == 0) drive->digest = 14695981039346656037u;
    drive->instruments = instance->venue.instruments = instance->instruments;
    for (uint32_t from = drive->from; from < end;) {
        compose(instance, replay, drive, from, end, next_groups(drive, &random));
        const uint32_t count = window.count;
        const rialto_batch_t *batch = batch_of(&window, 0, count);
        const uint64_t before = drive->watches_view ? batch_digest() : 0;
        uint32_t consumed = 0;
        prepare(instance);
        const uint64_t taken = times_memory_was_taken();
        const rialto_result result = call(instance, batch, &consumed);
        if (from > end / 2) drive->taken += times_memory_was_taken() - taken;
        if (drive->watches_view && batch_digest() != before)
            return WRONG("it wrote into the batch that begins at row %u", from);
        drive->result = result;
        if (result < 0) return WRONG("on_batch answered %d at row %u", result, from);
        if (consumed == 0 || consumed > count)
            return WRONG("it says that it read %u of %u rows", consumed, count);
        if (!check_answer(instance, &window, 0, consumed, drive)) return 0;
        if (!check_stop(instance, consumed, drive)) return 0;
        if (instance->is_model) digest_forecasts(drive);
        else digest_intents(drive);
        from += follow(instance, replay, drive, from, consumed);
    }
    return 1;
}

int run_empty(instance_t *instance, drive_t *drive) {
    static const replay_t none;
    uint32_t consumed = 0;
    const rialto_batch_t *batch = batch_of(&none, 0, 0);
    prepare(instance);
    drive->result = call(instance, batch, &consumed);
    if (consumed != 0) return WRONG("it says that it read %u of no rows", consumed);
    if (intents.count != 0 || forecasts.count != 0) return WRONG("it answers an empty batch");
    return 1;
}
