// Runs one plugin behind walls. The order matters: what needs the system comes first, each wall
// goes up as soon as nothing before it is needed any more, and the plugin's code comes last.
#include <stdio.h>
#include <unistd.h>

#include "worker.h"

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
    find_user(&options);
    if (options.interprets) stand_still(ALL_STANDS);
    preload(&options);
    const char *path = options.debug ? options.debug : enter_private_root(&options);
    // A debugger is of the host's user: neither is it let at another's process.
    if (!options.debug) leave_user(&options);
    drop_capabilities();
    if (options.debug) allow_debugger();
    limit_resources(&options);
    forbid_files(&options, path);
    watch_faults();
    forbid_clock();
    filter_for_loading(&options);
    if (options.probe) _exit(RIALTO_WORKER_EXIT_END);
    serve(&options, path);
}
