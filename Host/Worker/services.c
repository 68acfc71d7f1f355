// The host's side of an instance, answered from what the host has handed over.
#include <string.h>

#include "worker.h"

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
    (void)host, (void)name;
    return out_bytes == NULL ? RIALTO_ERROR_ARGUMENT : RIALTO_NOT_FOUND;
}

static const void *get_extension(void *host, rialto_text_t id) {
    (void)host, (void)id;
    return NULL;
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
    services = services_from(&given, creation);
    return &services;
}
