#include "chost.h"

const char *rialto_host_compiler(void) { return __VERSION__; }
