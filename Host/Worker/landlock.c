// Files: none but the library itself and the folders of its profile, whatever the filter lets
// through.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker.h"

// Every right over files that a kernel of `version` knows: a set with one too many is refused.
static uint64_t rights(long version) {
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2) rights |= 1ull << 13; // Moving between folders
    if (version >= 3) rights |= 1ull << 14; // Cutting
    if (version >= 5) rights |= 1ull << 15; // Controlling devices
    return rights;
}

// Lets a file or the files of a folder be read.
static void let_read(int rules, const char *path, uint64_t rights) {
    if (path == NULL) return;
    const int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0) give_up_path("landlock", path);
    const struct landlock_path_beneath_attr rule = {rights, file};
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        give_up_path("landlock", path);
    close(file);
}

void forbid_files(const options_t *options, const char *plugin) {
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return;
    // Later kernels know more fields than the headers here: network and scopes, as words.
    struct {
        uint64_t files, network, scopes;
    } attributes = {rights(version), version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
    const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (rules < 0) give_up_errno("landlock");
    const uint64_t folder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    let_read(rules, plugin, LANDLOCK_ACCESS_FS_READ_FILE);
    let_read(rules, options->runtime, folder);
    let_read(rules, options->files, folder);
    let_read(rules, options->debugpy, folder);
    let_read(rules, options->source, folder);
    if (syscall(SYS_landlock_restrict_self, rules, 0) != 0) give_up_errno("landlock");
    close(rules);
    channel.answer->layers |= RIALTO_LAYER_LANDLOCK;
}
