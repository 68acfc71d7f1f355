// The one wall less that a debugger needs beside those that are not put up for it: a process whose
// memory others of the same user may look at.
#include <sys/prctl.h>

#include "worker.h"

void allow_debugger(void) {
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) give_up_errno("debugger");
    // Systems without that restriction do not know the call.
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
}
