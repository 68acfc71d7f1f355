// Whose process it is: of a root host a user of its own; otherwise the host's, which in a user
// namespace of its own is nobody outside of it.
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <unistd.h>

#include "worker.h"

#define NOBODY 65534u

// Whether this is a user namespace with one user: the host's, who is nobody else outside of it.
static int has_one_user(void) {
    unsigned inside = 0, outside = 0, count = 0;
    FILE *map = fopen("/proc/self/uid_map", "re");
    if (map == NULL) return 0;
    const int found = fscanf(map, "%u %u %u", &inside, &outside, &count);
    fclose(map);
    return found == 3 && count == 1;
}

void find_user(const options_t *options) {
    if (options->namespaces && has_one_user()) channel.answer->layers |= RIALTO_LAYER_OWN_USER;
}

void leave_user(const options_t *options) {
    if (channel.answer->layers & RIALTO_LAYER_OWN_USER) return;
    if (geteuid() == 0) {
        uint32_t user = options->user;
        setgroups(0, NULL);
        // Some containers know only a part of all users.
        if (setresgid(user, user, user) != 0) user = NOBODY;
        if (user == NOBODY && setresgid(user, user, user) != 0) give_up_errno("own group");
        if (setresuid(user, user, user) != 0) give_up_errno("own user");
    }
    channel.answer->layers |= RIALTO_LAYER_OWN_USER;
}
