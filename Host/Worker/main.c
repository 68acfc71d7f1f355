// Runs one plugin behind walls. The order matters: what needs the system comes first, each wall
// goes up as soon as nothing before it is needed any more, and the plugin's code comes last.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker.h"

static options_t read_options(int count, char **arguments) {
    options_t options = {0};
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? arguments[i + 1] : NULL;
        if (strcmp(arguments[i], "--namespaces") == 0) {
            options.namespaces = 1;
        } else if (strcmp(arguments[i], "--probe") == 0) {
            options.probe = 1;
        } else if (strcmp(arguments[i], "--debug") == 0) {
            options.debug = 1;
        } else if (value != NULL && strcmp(arguments[i], "--memory") == 0) {
            options.memory = strtoull(value, NULL, 10);
            i++;
        } else if (value != NULL && strcmp(arguments[i], "--user") == 0) {
            options.user = (uint32_t)strtoul(value, NULL, 10);
            i++;
        } else if (value != NULL && strcmp(arguments[i], "--group") == 0) {
            options.group = (uint32_t)strtoul(value, NULL, 10);
            i++;
        } else if (value != NULL && strcmp(arguments[i], "--preload") == 0
                   && options.preload_count < 32) {
            options.preload[options.preload_count++] = value;
            i++;
        } else if (value != NULL && options.region_count < RIALTO_REGIONS_MAX
                   && (strcmp(arguments[i], "--region") == 0
                       || strcmp(arguments[i], "--resident") == 0)) {
            options.resident[options.region_count] = strcmp(arguments[i], "--resident") == 0;
            options.regions[options.region_count++] = strtoull(value, NULL, 10);
            i++;
        } else {
            give_up("options", arguments[i]);
        }
    }
    return options;
}

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("rialto-worker is started by rialto, with a plugin to confine\n", stderr);
        return 2;
    }
    check_descriptors();
    open_channel();
    const options_t options = read_options(count, arguments);
    map_regions(&options);
    check_environment();
    map_user(&options);
    preload(&options);
    const char *path = enter_private_root(&options);
    // A debugger is of the host's user: neither is it let at another's process.
    if (!options.debug) leave_user(&options);
    drop_capabilities();
    if (options.debug) allow_debugger();
    limit_resources(&options);
    forbid_files(path);
    watch_faults();
    forbid_clock();
    filter_for_loading();
    if (options.probe) _exit(RIALTO_WORKER_EXIT_END);
    serve(path);
}
