// The environment is the host's choice, not the operator's: only what makes runs repeatable.
#include <string.h>

#include "worker.h"

extern char **environ;

static const char *const allowed[] = {
    "SWIFT_DETERMINISTIC_HASHING=", "SWIFT_BACKTRACE=", "PYTHONHASHSEED=", "GLIBC_TUNABLES=",
    "LD_LIBRARY_PATH=", "LANG=", "TZ=", "OPENBLAS_NUM_THREADS=", "OPENBLAS_CORETYPE=",
    "NPY_DISABLE_CPU_FEATURES=", "OMP_NUM_THREADS=",
};

void check_environment(void) {
    for (char **entry = environ; *entry != NULL; entry++) {
        int found = 0;
        for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
            found |= strncmp(*entry, allowed[i], strlen(allowed[i])) == 0;
        if (!found) give_up("environment", *entry);
    }
}
