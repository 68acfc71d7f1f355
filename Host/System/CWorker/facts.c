// What the system says that only its own headers tell.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker_host.h"

int rialto_worker_pipe(int *out_reading, int *out_writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    *out_reading = ends[0];
    *out_writing = ends[1];
    return 0;
}

const char *rialto_worker_signal(int number) { return sigabbrev_np(number); }

static int file_of(const void *address, char *out_path, uint64_t size) {
    Dl_info info;
    if (address == NULL || dladdr(address, &info) == 0 || info.dli_fname == NULL) return 0;
    return snprintf(out_path, size, "%s", info.dli_fname) < (int)size;
}

int rialto_worker_file_of_symbol(const char *name, char *out_path, uint64_t size) {
    return file_of(dlsym(RTLD_DEFAULT, name), out_path, size);
}

int rialto_worker_own_file(char *out_path, uint64_t size) {
    // A pointer to data: one to a function is not one to an object in C.
    static const char here = 0;
    return file_of(&here, out_path, size);
}

const void *rialto_answer_intents(const rialto_answer_t *answer) { return answer->intent_items; }
const void *rialto_answer_text(const rialto_answer_t *answer) { return answer->intent_text; }
const void *rialto_answer_forecasts(const rialto_answer_t *answer) {
    return answer->forecast_items;
}
const void *rialto_answer_log(const rialto_answer_t *answer) { return answer->log; }

rialto_said_series_t rialto_answer_series(const rialto_answer_t *answer, uint32_t index) {
    return answer->series[index % (2 * RIALTO_SERIES_MAX)];
}

rialto_said_output_t rialto_answer_output(const rialto_answer_t *answer, uint32_t index) {
    return answer->outputs[index % RIALTO_OUTPUTS_MAX];
}

rialto_said_endpoint_t rialto_answer_endpoint(const rialto_answer_t *answer, uint32_t index) {
    return answer->endpoints[index % RIALTO_ENDPOINTS_MAX];
}
