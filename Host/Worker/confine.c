// The walls, in the one order that holds for every launcher: what needs the system comes first, and
// each wall goes up as soon as nothing before it is needed any more.
#include "worker.h"

options_t confine(int count, char **arguments, const char **out_path) {
    check_descriptors();
    open_channel();
    const options_t options = read_options(count, arguments);
    map_regions(&options);
    check_environment();
    find_user(&options);
    // debugpy's threads wait by the clock.
    if (options.interprets && !options.debugpy) stand_still(ALL_STANDS);
    preload(&options);
    load_engines(&options);
    *out_path = options.debug ? options.debug : enter_private_root(&options);
    // A debugger is of the host's user: neither is it let at another's process.
    if (!options.debug) leave_user(&options);
    drop_capabilities();
    if (options.debug) allow_debugger();
    if (options.debugpy) call_debugpy(&options);
    limit_resources(&options);
    forbid_files(&options, *out_path);
    watch_faults();
    if (!options.debugpy) forbid_clock();
    filter_for_loading(&options);
    return options;
}
