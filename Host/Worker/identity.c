// Whose process it is: of a root host a user of its own; otherwise the host's, which in a user
// namespace of its own is nobody outside of it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker.h"

#define NOBODY 65534u

static int write_file(const char *path, const char *text) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const ssize_t written = write(file, text, strlen(text));
    close(file);
    return written == (ssize_t)strlen(text);
}

// Whether this is a user namespace that knows no users yet.
static int is_unmapped(void) {
    char byte;
    const int file = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const ssize_t size = read(file, &byte, 1);
    close(file);
    return size == 0;
}

void map_user(const options_t *options) {
    char map[64];
    if (!is_unmapped()) return;
    snprintf(map, sizeof map, "0 %u 1", options->user);
    if (!write_file("/proc/self/uid_map", map)) give_up_errno("user map");
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", options->group);
    if (!write_file("/proc/self/gid_map", map)) give_up_errno("group map");
    channel.answer->layers |= RIALTO_LAYER_OWN_USER;
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
