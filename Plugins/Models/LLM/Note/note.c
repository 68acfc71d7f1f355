#include "rialto/note.h"

RIALTO_WRITE_NOTE("org.rialto.llm", "1.0.0", "swift", __VERSION__);
