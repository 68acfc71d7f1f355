// Tries one plugin out behind a worker's walls. The order of the steps is the worker's.
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "probe.h"

static int say(int result, const char *format, va_list values) {
    rialto_error_t *error = &channel.answer->error;
    vsnprintf(error->text, sizeof error->text, format, values);
    return result;
}

#define SAY(result)                                                                                \
    va_list values;                                                                                \
    va_start(values, format);                                                                      \
    const int said = say(result, format, values);                                                  \
    va_end(values);                                                                                \
    return said

int pass(const char *format, ...) { SAY(PROBE_PASS); }
int fail(const char *format, ...) { SAY(PROBE_FAIL); }
int skip(const char *format, ...) { SAY(PROBE_SKIP); }

static int check_generated(const rialto_plugin_t *plugin) {
    const char *why = cannot_try(plugin);
    if (why != NULL) return skip("%s: %s", name_of(plugin), why);
    return check_calls(plugin, (const fuzz_given_t *)(uintptr_t)channel.ask->place);
}

static int check_one(uint32_t number, const rialto_plugin_t *plugin) {
    switch (number) {
    case 22: case 26: case 35: case 39: return check_life(number, plugin);
    case 23: case 40: case 41: case 42: return check_state(number, plugin);
    case 46: return check_generated(plugin);
    case 47: return check_exchange(plugin);
    default: return check_instance(number, plugin);
    }
}

// One check over every plugin of the library: the first that fails is the answer, and it is
// skipped where it is skipped for all.
static int check_all(uint32_t number) {
    int result = PROBE_SKIP;
    for (uint32_t i = 0; i < library->plugin_count; i++) {
        const int found = check_one(number, library->plugins[i]);
        if (found == PROBE_FAIL) return found;
        if (found == PROBE_PASS) result = PROBE_PASS;
    }
    return result;
}

static int respond(const options_t *options, uint32_t number, const char *path) {
    channel.answer->error.text[0] = 0;
    if (number == PROBE_LOAD) return load_library(options, path);
    if (library == NULL) return skip("no library is loaded");
    const void *given = (const void *)(uintptr_t)channel.ask->place;
    switch (number) {
    case PROBE_HAND_OUT: return hand_out();
    case PROBE_FETCH: return fetch(channel.ask->place);
    case 34: return check_soak();
    case 37: case 43: return check_handover(number, given);
    default:
        return number <= 20 || number == 38 ? check_entry(number) : check_all(number);
    }
}

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("rialto-probe is started by rialto plugin validate\n", stderr);
        return 2;
    }
    const char *path = NULL;
    const options_t options = confine(count, arguments, &path);
    uint32_t number = channel.ask->number;
    answer(number);
    for (;;) {
        number = wait_for_question(number);
        if (channel.ask->operation == RIALTO_ASK_END) _exit(RIALTO_WORKER_EXIT_END);
        channel.answer->result = respond(&options, channel.ask->operation, path);
        answer(number);
    }
}
