// Lists the layout of the draft exchange contract: of each struct its size and alignment, of
// each field its offset and size, and the value of each constant. Compiled as C11 and as C++17;
// both must print the golden.
#include <stddef.h>
#include <stdio.h>

#include "rialto/draft/exchange.h"

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

static void list_exchange(void) {
    STRUCT(rialto_range_t);
    FIELD(rialto_range_t, part);
    FIELD(rialto_range_t, offset);
    FIELD(rialto_range_t, size);
    FIELD(rialto_range_t, reserved);
    STRUCT(rialto_sign_step_t);
    FIELD(rialto_sign_step_t, struct_size);
    FIELD(rialto_sign_step_t, operation);
    FIELD(rialto_sign_step_t, encoding);
    FIELD(rialto_sign_step_t, range_count);
    FIELD(rialto_sign_step_t, ranges);
    FIELD(rialto_sign_step_t, key);
    FIELD(rialto_sign_step_t, insert);
    STRUCT(rialto_placeholder_t);
    FIELD(rialto_placeholder_t, struct_size);
    FIELD(rialto_placeholder_t, reserved);
    FIELD(rialto_placeholder_t, name);
    FIELD(rialto_placeholder_t, place);
    STRUCT(rialto_capture_t);
    FIELD(rialto_capture_t, struct_size);
    FIELD(rialto_capture_t, reserved);
    FIELD(rialto_capture_t, name);
    FIELD(rialto_capture_t, path);
    STRUCT(rialto_output_t);
    FIELD(rialto_output_t, struct_size);
    FIELD(rialto_output_t, kind);
    FIELD(rialto_output_t, row);
    FIELD(rialto_output_t, endpoint);
    FIELD(rialto_output_t, id);
    FIELD(rialto_output_t, url);
    FIELD(rialto_output_t, headers);
    FIELD(rialto_output_t, body);
    FIELD(rialto_output_t, steps);
    FIELD(rialto_output_t, placeholders);
    FIELD(rialto_output_t, captures);
    FIELD(rialto_output_t, step_count);
    FIELD(rialto_output_t, placeholder_count);
    FIELD(rialto_output_t, capture_count);
    FIELD(rialto_output_t, bucket_cost);
    FIELD(rialto_output_t, time_ns);
    FIELD(rialto_output_t, venue_time_ns);
    FIELD(rialto_output_t, client_id);
    FIELD(rialto_output_t, instrument);
    FIELD(rialto_output_t, side);
    FIELD(rialto_output_t, state);
    FIELD(rialto_output_t, reason);
    FIELD(rialto_output_t, price);
    FIELD(rialto_output_t, quantity);
    FIELD(rialto_output_t, filled);
    FIELD(rialto_output_t, price_2);
    FIELD(rialto_output_t, quantity_2);
    FIELD(rialto_output_t, fee);
    FIELD(rialto_output_t, amount);
    FIELD(rialto_output_t, held);
    STRUCT(rialto_outputs_t);
    FIELD(rialto_outputs_t, struct_size);
    FIELD(rialto_outputs_t, item_size);
    FIELD(rialto_outputs_t, capacity);
    FIELD(rialto_outputs_t, count);
    FIELD(rialto_outputs_t, items);
    STRUCT(rialto_endpoint_t);
    FIELD(rialto_endpoint_t, struct_size);
    FIELD(rialto_endpoint_t, kind);
    FIELD(rialto_endpoint_t, method);
    FIELD(rialto_endpoint_t, host);
    FIELD(rialto_endpoint_t, path);
    FIELD(rialto_endpoint_t, bucket);
    FIELD(rialto_endpoint_t, reserved);
    STRUCT(rialto_bucket_t);
    FIELD(rialto_bucket_t, struct_size);
    FIELD(rialto_bucket_t, capacity);
    FIELD(rialto_bucket_t, refill_ns);
    FIELD(rialto_bucket_t, name);
    STRUCT(rialto_read_back_t);
    FIELD(rialto_read_back_t, struct_size);
    FIELD(rialto_read_back_t, instrument);
    FIELD(rialto_read_back_t, kind);
    FIELD(rialto_read_back_t, side);
    FIELD(rialto_read_back_t, reserved);
    FIELD(rialto_read_back_t, reserved_2);
    FIELD(rialto_read_back_t, client_id);
    FIELD(rialto_read_back_t, price);
    FIELD(rialto_read_back_t, quantity);
    FIELD(rialto_read_back_t, instrument_place);
    FIELD(rialto_read_back_t, side_place);
    FIELD(rialto_read_back_t, price_place);
    FIELD(rialto_read_back_t, quantity_place);
    FIELD(rialto_read_back_t, client_id_place);
    STRUCT(rialto_exchange_t);
    FIELD(rialto_exchange_t, struct_size);
    FIELD(rialto_exchange_t, endpoint_count);
    FIELD(rialto_exchange_t, self);
    FIELD(rialto_exchange_t, endpoints);
    FIELD(rialto_exchange_t, buckets);
    FIELD(rialto_exchange_t, bucket_count);
    FIELD(rialto_exchange_t, reserved);
    FIELD(rialto_exchange_t, encode);
    FIELD(rialto_exchange_t, read_back);
    FIELD(rialto_exchange_t, on_batch);
    FIELD(rialto_exchange_t, destroy);
    CONSTANT(RIALTO_OUTPUT_REQUEST);
    CONSTANT(RIALTO_OUTPUT_SOCKET_OPEN);
    CONSTANT(RIALTO_OUTPUT_SOCKET_SEND);
    CONSTANT(RIALTO_OUTPUT_SOCKET_CLOSE);
    CONSTANT(RIALTO_OUTPUT_TIMER);
    CONSTANT(RIALTO_OUTPUT_TRADE);
    CONSTANT(RIALTO_OUTPUT_QUOTE);
    CONSTANT(RIALTO_OUTPUT_ORDER);
    CONSTANT(RIALTO_OUTPUT_FILL);
    CONSTANT(RIALTO_OUTPUT_BALANCE);
    CONSTANT(RIALTO_OUTPUT_INSTRUMENT);
    CONSTANT(RIALTO_OUTPUT_ERROR);
    CONSTANT(RIALTO_CLASS_READ);
    CONSTANT(RIALTO_CLASS_TRADE);
    CONSTANT(RIALTO_CLASS_TRANSFER);
    CONSTANT(RIALTO_SIGN_HMAC_SHA256);
    CONSTANT(RIALTO_SIGN_HMAC_SHA512);
    CONSTANT(RIALTO_SIGN_ED25519);
    CONSTANT(RIALTO_SIGN_SECP256K1);
    CONSTANT(RIALTO_SIGN_SHA256);
    CONSTANT(RIALTO_SIGN_SHA512);
    CONSTANT(RIALTO_ENCODE_RAW);
    CONSTANT(RIALTO_ENCODE_HEX);
    CONSTANT(RIALTO_ENCODE_BASE64);
    CONSTANT(RIALTO_PART_METHOD);
    CONSTANT(RIALTO_PART_URL);
    CONSTANT(RIALTO_PART_HEADERS);
    CONSTANT(RIALTO_PART_BODY);
    CONSTANT(RIALTO_PART_STEP);
}

int main(void) {
    list_exchange();
    return 0;
}
