// Lists the layout of the draft train contract, as layout-exchange.c does of its own.
#include <stddef.h>
#include <stdio.h>

#include "rialto/draft/train.h"

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
    CONSTANT(RIALTO_TRAIN_BLOB_MAX);
    STRUCT(rialto_rows_t);
    FIELD(rialto_rows_t, struct_size);
    FIELD(rialto_rows_t, feature_count);
    FIELD(rialto_rows_t, count);
    FIELD(rialto_rows_t, values);
    FIELD(rialto_rows_t, labels);
    FIELD(rialto_rows_t, weights);
    STRUCT(rialto_training_t);
    FIELD(rialto_training_t, struct_size);
    FIELD(rialto_training_t, rounds_max);
    FIELD(rialto_training_t, seed);
    FIELD(rialto_training_t, features);
    FIELD(rialto_training_t, learned);
    FIELD(rialto_training_t, kept);
    FIELD(rialto_training_t, host);
    FIELD(rialto_training_t, progress);
    FIELD(rialto_training_t, finish);
    STRUCT(rialto_train_t);
    FIELD(rialto_train_t, struct_size);
    FIELD(rialto_train_t, reserved);
    FIELD(rialto_train_t, train);
    FIELD(rialto_train_t, ask);
    return 0;
}
