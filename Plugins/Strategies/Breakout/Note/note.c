#include "rialto/note.h"

RIALTO_WRITE_NOTE("org.rialto.breakout", "1.0.0", "swift", __VERSION__);
