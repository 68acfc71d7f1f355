#include "rialto/note.h"

RIALTO_WRITE_NOTE("org.rialto.market-maker", "1.0.0", "swift", __VERSION__);
