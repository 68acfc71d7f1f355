// Lists the layout of the draft requests contract, as layout-exchange.c does of its own.
#include <stddef.h>
#include <stdio.h>

#include "rialto/draft/requests.h"

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
#define CONSTANT(name) printf("constant %s %lld\n", #name, (long long)name)

int main(void) {
    CONSTANT(RIALTO_INTENT_REQUEST);
    CONSTANT(RIALTO_RESPONSE_BODY_MAX);
    CONSTANT(RIALTO_RESPONSE_HEADERS_MAX);
    CONSTANT(RIALTO_REQUEST_PLACES_MAX);
    STRUCT(rialto_request_place_t);
    FIELD(rialto_request_place_t, struct_size);
    FIELD(rialto_request_place_t, reserved);
    FIELD(rialto_request_place_t, method);
    FIELD(rialto_request_place_t, host);
    FIELD(rialto_request_place_t, path);
    STRUCT(rialto_requests_t);
    FIELD(rialto_requests_t, struct_size);
    FIELD(rialto_requests_t, place_count);
    FIELD(rialto_requests_t, places);
    return 0;
}
