// What a worker was given, and nothing else: the host has closed all other descriptors.
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

#include "worker.h"

void check_descriptors(void) {
    for (int number = 0; number < RIALTO_WORKER_WINDOW + RIALTO_WORKER_DESCRIPTORS; number++)
        if (fcntl(number, F_GETFD) < 0) _exit(RIALTO_WORKER_EXIT_STEP);
    // A full pipe must not stop a plugin that talks too much.
    fcntl(1, F_SETFL, O_NONBLOCK | O_WRONLY);
    fcntl(RIALTO_WORKER_LIFELINE, F_SETFL, O_NONBLOCK | O_RDONLY);
}
