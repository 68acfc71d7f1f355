// The contract is headers only; this file lets a package manager build them as a module.
#include "rialto/rialto.h"
