// Runs one bound library behind a worker's walls. The order of the steps is the worker's.
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "bridge.h"

rialto_bound_answer_t *bound_answer(void) {
    return (rialto_bound_answer_t *)(void *)channel.answer->intent_items;
}

rialto_result problem(uint32_t what, uint32_t index) {
    bound_answer()->problem = what;
    bound_answer()->index = index;
    return RIALTO_ERROR;
}

static rialto_result respond(const char *path) {
    const void *place = (const void *)(uintptr_t)channel.ask->place;
    *bound_answer() = (rialto_bound_answer_t){.begin = -1, .count = -1};
    switch (channel.ask->operation) {
    case RIALTO_ASK_OPEN:
        open_bound(path);
        filter_for_running();
        channel.answer->stage = RIALTO_STAGE_SERVING;
        return RIALTO_OK;
    case RIALTO_ASK_BIND: return bind_functions(place);
    case RIALTO_ASK_CALL: return call_function(place);
    case RIALTO_ASK_COLUMN: return copy_output(place);
    default: return problem(RIALTO_BOUND_FORM, 0);
    }
}

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("rialto-bridge is started by rialto, with a library to confine\n", stderr);
        return 2;
    }
    check_descriptors();
    open_channel();
    const options_t options = read_options(count, arguments);
    map_regions(&options);
    check_environment();
    find_user(&options);
    preload(&options);
    const char *path = enter_private_root(&options);
    leave_user(&options);
    drop_capabilities();
    limit_resources(&options);
    forbid_files(&options, path);
    watch_faults();
    forbid_clock();
    filter_for_loading(&options);
    uint32_t number = channel.ask->number;
    // The host looks at the layers before any of the library's code could say otherwise.
    answer(number);
    for (;;) {
        number = wait_for_question(number);
        if (channel.ask->operation == RIALTO_ASK_END) _exit(RIALTO_WORKER_EXIT_END);
        channel.answer->result = respond(path);
        answer(number);
    }
}
