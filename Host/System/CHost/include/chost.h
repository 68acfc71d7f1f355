// Facts about the compiler that built the host.
#ifndef RIALTO_CHOST_H
#define RIALTO_CHOST_H

// The toolchain's version text, as a Swift plugin's note carries it. Lives for ever.
const char *rialto_host_compiler(void);

#endif
