// What the host asks for on the command line.
#include <stdlib.h>
#include <string.h>

#include "worker.h"

// Options with one value, by name; each says where the value goes.
static int take(options_t *options, const char *name, const char *value) {
    if (strcmp(name, "--memory") == 0) {
        options->memory = strtoull(value, NULL, 10);
    } else if (strcmp(name, "--user") == 0) {
        options->user = (uint32_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--group") == 0) {
        options->group = (uint32_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--profile") == 0) {
        options->interprets = strcmp(value, "python") == 0;
        return options->interprets;
    } else if (strcmp(name, "--runtime") == 0) {
        options->runtime = value;
    } else if (strcmp(name, "--debug") == 0) {
        options->debug = value;
    } else if (strcmp(name, "--debugpy") == 0) {
        options->debugpy = value;
    } else if (strcmp(name, "--debugpy-port") == 0) {
        options->port = (uint16_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--source") == 0) {
        options->source = value;
    } else if (strcmp(name, "--files") == 0) {
        options->files = value;
    } else if (strcmp(name, "--preload") == 0 && options->preload_count < PRELOADS_MAX) {
        options->preload[options->preload_count++] = value;
    } else if (strcmp(name, "--load") == 0 && options->load_count < PRELOADS_MAX) {
        options->load[options->load_count++] = value;
    } else if (strcmp(name, "--engine") == 0 && options->engine_count < ENGINES_MAX) {
        options->engines[options->engine_count++] = value;
    } else if (options->region_count < RIALTO_REGIONS_MAX
               && (strcmp(name, "--region") == 0 || strcmp(name, "--resident") == 0)) {
        options->resident[options->region_count] = strcmp(name, "--resident") == 0;
        options->regions[options->region_count++] = strtoull(value, NULL, 10);
    } else {
        return 0;
    }
    return 1;
}

options_t read_options(int count, char **arguments) {
    options_t options = {0};
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--namespaces") == 0) {
            options.namespaces = 1;
        } else if (strcmp(arguments[i], "--probe") == 0) {
            options.probe = 1;
        } else if (strcmp(arguments[i], "--threads") == 0) {
            options.threads = 1;
        } else if (i + 1 < count && take(&options, arguments[i], arguments[i + 1])) {
            i++;
        } else {
            give_up("options", arguments[i]);
        }
    }
    return options;
}
