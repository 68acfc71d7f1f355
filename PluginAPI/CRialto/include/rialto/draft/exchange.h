// Rialto plugin contract, draft "rialto.exchange/1": an exchange plugin, a codec without I/O. It
// turns an intent into the description of a request and an answer into facts; the host sends,
// signs, limits and records. Not part of rialto.h: this layout may still change.
#ifndef RIALTO_DRAFT_EXCHANGE_H
#define RIALTO_DRAFT_EXCHANGE_H

#include "rialto/batch.h"
#include "rialto/intents.h"
#include "rialto/needs.h"
#include "rialto/services.h"

#define RIALTO_OUTPUT_REQUEST 1u      // HTTP; the answer comes back as a `responses` event
#define RIALTO_OUTPUT_SOCKET_OPEN 2u  // id, url
#define RIALTO_OUTPUT_SOCKET_SEND 3u  // id, body
#define RIALTO_OUTPUT_SOCKET_CLOSE 4u // id
#define RIALTO_OUTPUT_TIMER 5u        // id, time_ns
#define RIALTO_OUTPUT_TRADE 6u // instrument, venue_time_ns, price, quantity, side of the taker
#define RIALTO_OUTPUT_QUOTE 7u        // bid: price, quantity; ask: price_2, quantity_2
#define RIALTO_OUTPUT_ORDER 8u        // client_id, state, reason, price, quantity, filled
#define RIALTO_OUTPUT_FILL 9u         // client_id, instrument, side, price, quantity, fee
#define RIALTO_OUTPUT_BALANCE 10u     // body is the currency; amount, held
#define RIALTO_OUTPUT_INSTRUMENT 11u  // body is the name; price_2 and quantity_2 are the steps
#define RIALTO_OUTPUT_ERROR 12u       // id of the request or 0, reason, body for people

#define RIALTO_CLASS_READ 1u
#define RIALTO_CLASS_TRADE 2u
#define RIALTO_CLASS_TRANSFER 3u // Refused by the host, always

#define RIALTO_SIGN_HMAC_SHA256 1u
#define RIALTO_SIGN_HMAC_SHA512 2u
#define RIALTO_SIGN_ED25519 3u
#define RIALTO_SIGN_SECP256K1 4u // Of typed data only, never of a bare digest
#define RIALTO_SIGN_SHA256 5u    // A digest that a later step reads
#define RIALTO_SIGN_SHA512 6u

#define RIALTO_ENCODE_RAW 0u // Only as input of a later step
#define RIALTO_ENCODE_HEX 1u
#define RIALTO_ENCODE_BASE64 2u

// Where bytes lie: in a part of the request, or in what an earlier signing step gave.
#define RIALTO_PART_METHOD 1u
#define RIALTO_PART_URL 2u
#define RIALTO_PART_HEADERS 3u
#define RIALTO_PART_BODY 4u
#define RIALTO_PART_STEP 5u // offset is the step's index

// A range of bytes. Sizes reach to the end when they are 0xFFFFFFFF.
typedef struct rialto_range {
    uint32_t part;   // RIALTO_PART_...
    uint32_t offset; // Bytes from the part's start
    uint32_t size;   // Bytes
    uint32_t reserved; // 0
} rialto_range_t;

// One step of a signing recipe: an operation over ranges, joined in their order.
typedef struct rialto_sign_step {
    uint32_t struct_size;  // Set by the plugin
    uint32_t operation;    // RIALTO_SIGN_...
    uint32_t encoding;     // RIALTO_ENCODE_...
    uint32_t range_count;  // 1 or more
    const rialto_range_t *ranges;
    rialto_text_t key;     // Name of a key of this venue; empty for digests
    rialto_range_t insert; // Replaced by the encoded result; part 0 inserts nowhere
} rialto_sign_step_t;

// A place where the host fills in a secret, a captured value or its own order id.
typedef struct rialto_placeholder {
    uint32_t struct_size; // Set by the plugin
    uint32_t reserved;    // 0
    rialto_text_t name;   // Of a key or of a capture of this venue
    rialto_range_t place;
} rialto_placeholder_t;

// A field of a JSON answer that the host keeps: the plugin only ever sees its name.
typedef struct rialto_capture {
    uint32_t struct_size; // Set by the plugin
    uint32_t reserved;    // 0
    rialto_text_t name;   // For placeholders
    rialto_text_t path;   // Keys joined by /, such as data/token
} rialto_capture_t;

// One thing that an exchange plugin says. Fields that its kind does not name are 0. What it points
// to is the plugin's or the batch's, until the next call of the instance.
typedef struct rialto_output {
    uint32_t struct_size; // Set by the plugin
    uint32_t kind;        // RIALTO_OUTPUT_...
    uint32_t row;         // Entry of the batch that it answers; 0 from encode
    uint32_t endpoint;    // Of requests: index into the declared endpoints
    uint64_t id;          // Of the request, socket or timer
    rialto_text_t url;    // Of requests: path and query
    rialto_text_t headers; // Lines of name: value
    rialto_text_t body;
    const rialto_sign_step_t *steps;
    const rialto_placeholder_t *placeholders;
    const rialto_capture_t *captures;
    uint32_t step_count;
    uint32_t placeholder_count;
    uint32_t capture_count;
    uint32_t bucket_cost; // Tokens that it takes from the endpoint's bucket
    int64_t time_ns;      // Of timers
    int64_t venue_time_ns; // 0 when not stated
    uint64_t client_id;   // The host's id of the order
    uint32_t instrument;
    uint8_t side;         // RIALTO_BUY, RIALTO_SELL, RIALTO_SIDE_UNKNOWN
    uint8_t state;        // RIALTO_ORDER_SUBMITTED...
    uint16_t reason;      // RIALTO_REASON_...
    int64_t price;
    int64_t quantity;
    int64_t filled;
    int64_t price_2;
    int64_t quantity_2;
    rialto_cash_t fee;
    rialto_cash_t amount;
    rialto_cash_t held;
} rialto_output_t;

// Where an exchange plugin writes. Allocated by the host; the plugin writes items and `count`.
typedef struct rialto_outputs {
    uint32_t struct_size; // Set by the host
    uint32_t item_size;   // Set by the host: bytes from one item to the next
    uint32_t capacity;    // Set by the host, in items
    uint32_t count;       // 0 before the call; set by the plugin
    void *items;          // rialto_output_t at every item_size bytes, all zero before the call
} rialto_outputs_t;

// A request that the plugin may make. Whatever is not declared is refused.
typedef struct rialto_endpoint {
    uint32_t struct_size; // Set by the plugin; also the stride of the array that holds it
    uint32_t kind;        // RIALTO_CLASS_...
    rialto_text_t method; // Such as POST
    rialto_text_t host;   // Host name; TLS always
    rialto_text_t path;   // Without query
    uint32_t bucket;      // Index of its rate-limit bucket
    uint32_t reserved;    // 0
} rialto_endpoint_t;

// A rate limit of the venue.
typedef struct rialto_bucket {
    uint32_t struct_size; // Set by the plugin; also the stride of the array that holds it
    uint32_t capacity;    // Tokens
    int64_t refill_ns;    // One token comes back every refill_ns, > 0
    rialto_text_t name;
} rialto_bucket_t;

// The terms of a trade request, as they stand in its final bytes. The host compares them with what
// was asked for, and reads the bytes at each place for itself:
// - quantity and price: digits with at most one point, either the decimal or the count of units,
//   and always the same of the two; client_id: its decimal digits, which other text may surround;
// - side and instrument: any word of the venue. One word stands for one side or instrument and the
//   other way round, from the first order on; the word is not the name of another instrument, nor
//   buy or bid for a sale, nor sell or ask for a purchase.
// A place lies in the body or the url, takes 1...256 bytes, shares none with another place, and is
// no piece of a longer number or word. An order that breaks this is not sent.
typedef struct rialto_read_back {
    uint32_t struct_size; // Set by the host
    uint32_t instrument;
    uint8_t kind;         // RIALTO_INTENT_ORDER, RIALTO_INTENT_CANCEL or RIALTO_INTENT_REPLACE
    uint8_t side;         // 0 of a cancel
    uint16_t reserved;    // 0
    uint32_t reserved_2;  // 0
    uint64_t client_id;
    int64_t price;        // 0 of market orders and cancels
    int64_t quantity;     // 0 of a cancel
    rialto_range_t instrument_place; // Where the terms were found: in body or url
    rialto_range_t side_place;
    rialto_range_t price_place;      // size 0 when there is none
    rialto_range_t quantity_place;
    rialto_range_t client_id_place;
} rialto_read_back_t;

// The functions of one instance, filled in by `create` of a plugin of kind RIALTO_PLUGIN_EXCHANGE.
typedef struct rialto_exchange {
    uint32_t struct_size; // Set by the host before create; the plugin fills in no more than that
    uint32_t endpoint_count;
    void *self;           // Owned by the plugin; passed back untouched
    const rialto_endpoint_t *endpoints; // The plugin's until destroy
    const rialto_bucket_t *buckets;     // The plugin's until destroy
    uint32_t bucket_count;
    uint32_t reserved;    // 0

    // Describe the request of an order, cancel or replace intent whose order_id is the host's
    // client id. `nonce` rises with each call. Encoding again gives the same client id. What the
    // venue does not offer becomes an order output, rejected, instead of a request.
    // RIALTO_NOT_FOUND when the instrument is none of the venue; RIALTO_TRUNCATED when an output
    // does not fit.
    // [data]
    rialto_result (*encode)(void *self, const rialto_intent_t *intent, int64_t now_ns,
                            uint64_t nonce, rialto_outputs_t *outputs);

    // Read the terms of a trade request back from its final bytes, which may be any bytes.
    // RIALTO_NOT_FOUND when they are no trade request of this venue.
    // [data]
    rialto_result (*read_back)(void *self, rialto_text_t url, rialto_text_t body,
                               rialto_read_back_t *out_terms);

    // Read the whole of `batch` (responses and timers) and add what it says, in the order of rows.
    // It may stop after a time group when its outputs fill up; the rest comes again. When one group
    // says more than fits: RIALTO_TRUNCATED, with out_consumed set; what fitted is valid.
    // [data]
    rialto_result (*on_batch)(void *self, const rialto_batch_t *batch, rialto_outputs_t *outputs,
                              uint32_t *out_consumed);

    // Release everything the plugin holds. No call follows this one.
    // [control]
    void (*destroy)(void *self);
} rialto_exchange_t;

#endif
