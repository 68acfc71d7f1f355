// Lists the layout of the draft engines contract, as layout-exchange.c does of its own.
#include <stddef.h>
#include <stdio.h>

#include "rialto/draft/engines.h"

#ifdef __cplusplus
#define ALIGN_OF(type) alignof(type)
#else
#define ALIGN_OF(type) _Alignof(type)
#endif

#define STRUCT(name)                                                                               \
    printf("struct %s size %u align %u\n", #name, (unsigned)sizeof(name), (unsigned)ALIGN_OF(name))
#define FIELD(name, field)                                                                         \
    printf("field %s.%s offset %u size %u\n", #name, #field, (unsigned)offsetof(name, field),      \
           (unsigned)sizeof(((name *)0)->field))
#define CONSTANT(name) printf("constant %s %lld\n", #name, (long long)(name))

int main(void) {
    CONSTANT(RIALTO_ENGINES_MAX);
    STRUCT(rialto_engine_names_t);
    FIELD(rialto_engine_names_t, struct_size);
    FIELD(rialto_engine_names_t, count);
    FIELD(rialto_engine_names_t, names);
    STRUCT(rialto_engines_t);
    FIELD(rialto_engines_t, struct_size);
    FIELD(rialto_engines_t, reserved);
    FIELD(rialto_engines_t, version);
    FIELD(rialto_engines_t, symbol);
    return 0;
}
