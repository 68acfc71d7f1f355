// The host's side of an instance, answered from what the host has handed over.
#include <string.h>

#include "rialto/draft/engines.h"

#include "worker.h"
#include "worker_tables.h"

static void log_line(void *host, uint32_t level, rialto_text_t text) {
    rialto_answer_t *answer = channel.answer;
    (void)host;
    const uint64_t size = text.size + 3;
    if (size > RIALTO_WORKER_LOG_MAX || answer->log_size > RIALTO_WORKER_LOG_MAX - size) {
        answer->log_dropped++;
        return;
    }
    char *place = answer->log + answer->log_size;
    place[0] = (char)('0' + (level < 10 ? level : 9));
    place[1] = ':';
    for (uint64_t i = 0; i < text.size; i++)
        place[2 + i] = text.data[i] == '\n' ? ' ' : text.data[i];
    place[2 + text.size] = '\n';
    answer->log_size += (uint32_t)size;
}

void begin_log(void) {
    rialto_answer_t *answer = channel.answer;
    if (answer->log_size > 0 && channel.ask->log_taken == answer->log_size) answer->log_size = 0;
}

// Splitmix64 (Steele, Lea and Flood 2014), as the host's own generator.
static rialto_result random_number(void *host, uint64_t *out_value) {
    given_t *given = host;
    if (out_value == NULL) return RIALTO_ERROR_ARGUMENT;
    uint64_t z = given->random += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    *out_value = z ^ (z >> 31);
    return RIALTO_OK;
}

static rialto_result parameter(void *host, uint32_t id, rialto_value_t *out_value) {
    const rialto_creation_t *creation = ((given_t *)host)->creation;
    if (out_value == NULL) return RIALTO_ERROR_ARGUMENT;
    for (uint32_t i = 0; i < creation->parameter_count; i++) {
        if (creation->parameters[i].id != id) continue;
        *out_value = creation->parameters[i].value;
        return RIALTO_OK;
    }
    return RIALTO_NOT_FOUND;
}

static rialto_result instruments(void *host, const rialto_instruments_t **out_instruments) {
    if (out_instruments == NULL) return RIALTO_ERROR_ARGUMENT;
    *out_instruments = ((given_t *)host)->creation->instruments;
    return RIALTO_OK;
}

static rialto_result get_value(void *host, rialto_text_t key, rialto_text_t *out_value) {
    (void)host, (void)key;
    return out_value == NULL ? RIALTO_ERROR_ARGUMENT : RIALTO_NOT_FOUND;
}

static rialto_result resource(void *host, rialto_text_t name, rialto_text_t *out_bytes) {
    const rialto_creation_t *creation = ((given_t *)host)->creation;
    if (out_bytes == NULL) return RIALTO_ERROR_ARGUMENT;
    for (uint32_t i = 0; i < creation->file_count; i++) {
        const rialto_given_file_t *file = &creation->files[i];
        if (file->name.size != name.size || memcmp(file->name.data, name.data, name.size) != 0)
            continue;
        *out_bytes = file->bytes;
        return RIALTO_OK;
    }
    return RIALTO_NOT_FOUND;
}

static int is_said(const rialto_said_series_t *said, uint32_t publishes, rialto_text_t name) {
    return said->publishes == publishes && said->size == name.size
           && memcmp(said->name, name.data, name.size) == 0;
}

// Notes a name, unless it is known. The host looks at the list once more.
static rialto_result add_series(uint32_t publishes, rialto_text_t name, uint32_t *out_series) {
    rialto_answer_t *answer = channel.answer;
    if (out_series == NULL || !rialto_is_series_name(name)) return RIALTO_ERROR_ARGUMENT;
    uint32_t number = 0;
    for (uint32_t i = 0; i < answer->series_count && i < 2 * RIALTO_SERIES_MAX; i++) {
        if (is_said(&answer->series[i], publishes, name)) {
            *out_series = number;
            return RIALTO_OK;
        }
        number += answer->series[i].publishes == publishes;
    }
    if (number >= RIALTO_SERIES_MAX || answer->series_count >= 2 * RIALTO_SERIES_MAX)
        return RIALTO_ERROR_MEMORY;
    rialto_said_series_t *said = &answer->series[answer->series_count++];
    *said = (rialto_said_series_t){.publishes = publishes, .size = (uint32_t)name.size};
    memcpy(said->name, name.data, name.size);
    *out_series = number;
    return RIALTO_OK;
}

static rialto_result publish(void *host, rialto_text_t name, uint32_t *out_series) {
    if (((given_t *)host)->creation->kind != RIALTO_PLUGIN_MODEL) return RIALTO_ERROR_UNSUPPORTED;
    return add_series(1, name, out_series);
}

static rialto_result read_series(void *host, rialto_text_t name, uint32_t *out_series) {
    (void)host;
    return add_series(0, name, out_series);
}

static const void *get_extension(void *host, rialto_text_t id) {
    static const rialto_series_services_t series = {sizeof series, 0, publish, read_series};
    static const char known[] = RIALTO_SERIES_EXTENSION;
    (void)host;
    const int is_known = id.size == sizeof known - 1 && memcmp(id.data, known, id.size) == 0;
    if (is_known) return &series;
    static const char engines[] = RIALTO_ENGINES_ID;
    const int is_engines = id.size == sizeof engines - 1 && memcmp(id.data, engines, id.size) == 0;
    return is_engines ? engines_table() : NULL;
}

rialto_services_t services_from(given_t *given, const rialto_creation_t *creation) {
    *given = (given_t){creation, creation->seed};
    return (rialto_services_t){
        sizeof(rialto_services_t), 0, given, log_line, random_number, parameter, instruments,
        get_value, resource, get_extension};
}

const rialto_services_t *services_of(const rialto_creation_t *creation) {
    static given_t given;
    static rialto_services_t services;
    channel.answer->series_count = 0;
    services = services_from(&given, creation);
    return &services;
}
