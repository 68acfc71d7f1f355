// A root folder that holds the plugin's library and nothing else, read only.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker.h"

#define PLACE "/tmp" // Exists everywhere; what was there is not seen any more
#define LIBRARY "/plugin.so"
#define CHUNK (1u << 20)

static void copy_library(const char *path) {
    const int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (to < 0) give_up_errno("private root");
    struct stat status;
    if (fstat(RIALTO_WORKER_PLUGIN, &status) != 0) give_up_errno("private root");
    off_t done = 0;
    while (done < status.st_size) {
        const ssize_t count = copy_file_range(RIALTO_WORKER_PLUGIN, &done, to, NULL, CHUNK, 0);
        if (count <= 0) break;
    }
    static char bytes[CHUNK];
    while (done < status.st_size) {
        const ssize_t count = pread(RIALTO_WORKER_PLUGIN, bytes, sizeof bytes, done);
        if (count <= 0 || write(to, bytes, (size_t)count) != count) give_up_errno("private root");
        done += count;
    }
    close(to);
}

const char *enter_private_root(const options_t *options) {
    if (!options->namespaces) return NULL;
    channel.answer->layers |= RIALTO_LAYER_NAMESPACES;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return NULL;
    if (mount("none", PLACE, "tmpfs", MS_NOSUID | MS_NODEV, "size=512m,mode=0555") != 0)
        return NULL;
    copy_library(PLACE LIBRARY);
    const unsigned long sealed = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
    if (mount(NULL, PLACE, NULL, sealed, NULL) != 0)
        give_up_errno("private root");
    if (chdir(PLACE) != 0) give_up_errno("private root");
    if (syscall(SYS_pivot_root, ".", ".") == 0) {
        if (umount2(".", MNT_DETACH) != 0) give_up_errno("private root");
    } else if (chroot(".") != 0) { // The old root is no mount of its own, as inside a chroot
        give_up_errno("private root");
    }
    if (chdir("/") != 0) give_up_errno("private root");
    channel.answer->layers |= RIALTO_LAYER_PRIVATE_ROOT;
    return LIBRARY;
}
