#include "rialto/note.h"

RIALTO_WRITE_NOTE("org.rialto.mean-swift", "0.1.0", "swift", __VERSION__);
