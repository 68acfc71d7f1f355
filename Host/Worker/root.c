// A root folder that holds the plugin's library and the folders of its profile, and nothing else,
// read only.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

// A copy of the mount that holds a folder, to be put elsewhere; -1 where there is no folder, -2
// where the system has no such thing.
static int take_folder(const char *path) {
    if (path == NULL) return -1;
    const int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (tree < 0 && errno == ENOENT) give_up_path("private root", path);
    return tree < 0 ? -2 : tree;
}

// The flags of a mount that stay when it becomes read only: some may not be taken away.
static unsigned long kept_flags(const char *path) {
    struct statvfs status;
    if (statvfs(path, &status) != 0) return 0;
    const unsigned long flags = status.f_flag;
    return (flags & ST_NOEXEC ? MS_NOEXEC : 0) | (flags & ST_NOATIME ? MS_NOATIME : 0)
           | (flags & ST_NODIRATIME ? MS_NODIRATIME : 0) | (flags & ST_RELATIME ? MS_RELATIME : 0);
}

// Puts a folder where it was, below the new root.
static void put_folder(int tree, const char *path) {
    if (tree < 0) return;
    char place[4096];
    snprintf(place, sizeof place, "%s%s", PLACE, path);
    for (char *slash = place + sizeof PLACE; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = 0;
        mkdir(place, 0555);
        *slash = '/';
    }
    mkdir(place, 0555);
    if (move_mount(tree, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) != 0)
        give_up_path("private root", path);
    const unsigned long sealed = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
    if (mount(NULL, place, NULL, sealed | kept_flags(place), NULL) != 0)
        give_up_path("private root", path);
    close(tree);
}

const char *enter_private_root(const options_t *options) {
    if (!options->namespaces) return NULL;
    channel.answer->layers |= RIALTO_LAYER_NAMESPACES;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return NULL;
    const int runtime = take_folder(options->runtime), files = take_folder(options->files);
    if (runtime == -2 || files == -2) return NULL;
    if (mount("none", PLACE, "tmpfs", MS_NOSUID | MS_NODEV, "size=512m,mode=0555") != 0)
        return NULL;
    copy_library(PLACE LIBRARY);
    put_folder(runtime, options->runtime);
    put_folder(files, options->files);
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
