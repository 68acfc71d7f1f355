#include "rialto/note.h"

RIALTO_WRITE_NOTE("{{id}}", "0.1.0", "swift", __VERSION__);
