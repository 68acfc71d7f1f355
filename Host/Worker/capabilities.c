// No capability, and none to be had again.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker.h"

void drop_capabilities(void) {
    for (int number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++)
        prctl(PR_CAPBSET_DROP, number, 0, 0, 0); // Without CAP_SETPCAP there is none to drop
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, none) != 0) give_up_errno("capabilities");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) give_up_errno("capabilities");
    // A change of user forgets who to die with.
    if (prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0) != 0) give_up_errno("capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up_errno("no new privileges");
    channel.answer->layers |= RIALTO_LAYER_NO_NEW_PRIVILEGES;
}
