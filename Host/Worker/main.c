// Runs one plugin behind walls: its code comes last.
#include <stdio.h>
#include <unistd.h>

#include "worker.h"

int main(int count, char **arguments) {
    if (count < 2) {
        fputs("rialto-worker is started by rialto, with a plugin to confine\n", stderr);
        return 2;
    }
    const char *path = NULL;
    const options_t options = confine(count, arguments, &path);
    if (options.probe) _exit(RIALTO_WORKER_EXIT_END);
    serve(&options, path);
}
