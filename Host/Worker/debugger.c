// What a debugger needs beside the walls that are not put up for it. One that traces needs a
// process whose memory others of the same user may look at. debugpy, which runs inside of a Python
// plugin's worker, needs a connection: it is opened here, and nothing that comes later can open
// another.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "worker.h"

void allow_debugger(void) {
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) give_up_errno("debugger");
    // Systems without that restriction do not know the call.
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
}

void call_debugpy(const options_t *options) {
    char text[4096];
    struct sockaddr_in adapter = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    adapter.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0
        || connect(connection, (const struct sockaddr *)&adapter, sizeof adapter) != 0)
        give_up_errno("debugpy");
    // Python's ctypes asks for it when debugpy imports that; without it the import says so.
    dlopen("libffi.so.8", RTLD_NOW | RTLD_GLOBAL);
    snprintf(text, sizeof text, "%d:%s", connection, options->debugpy);
    setenv("RIALTO_DEBUGPY", text, 1); // The kit of the plugin reads them
    if (options->source != NULL) setenv("RIALTO_DEBUGPY_SOURCE", options->source, 1);
}
