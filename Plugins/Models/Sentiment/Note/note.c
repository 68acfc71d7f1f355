#include "rialto/note.h"

RIALTO_WRITE_NOTE("org.rialto.sentiment", "1.0.0", "swift", __VERSION__);
