// Lists the layout of the draft loading contract, as layout-exchange.c does of its own.
#include <stddef.h>
#include <stdio.h>

#include "rialto/draft/loading.h"

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

int main(void) {
    STRUCT(rialto_loading_places_t);
    FIELD(rialto_loading_places_t, struct_size);
    FIELD(rialto_loading_places_t, reserved);
    FIELD(rialto_loading_places_t, runtime);
    FIELD(rialto_loading_places_t, files);
    STRUCT(rialto_loading_t);
    FIELD(rialto_loading_t, struct_size);
    FIELD(rialto_loading_t, reserved);
    FIELD(rialto_loading_t, load);
    return 0;
}
