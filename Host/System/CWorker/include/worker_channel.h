// What a host and one of its workers share: a window that the host writes and the worker may only
// read, and an answer that the worker writes and the host believes nothing of.
#ifndef RIALTO_WORKER_CHANNEL_H
#define RIALTO_WORKER_CHANNEL_H

#include <stdint.h>

#include "rialto/draft/exchange.h"
#include "rialto/rialto.h"

#define RIALTO_CHANNEL_VERSION 4u

// Descriptors that a worker is started with.
#define RIALTO_WORKER_WINDOW 3   // Memory that the host writes
#define RIALTO_WORKER_ANSWER 4   // Memory that the worker writes
#define RIALTO_WORKER_PLUGIN 5   // The library, sealed after its digest was taken
#define RIALTO_WORKER_LIFELINE 6 // Reading end of a pipe whose other end the host holds
#define RIALTO_WORKER_DESCRIPTORS 4
#define RIALTO_WORKER_REGIONS 7  // The first of the regions: files that can only be read

#define RIALTO_REGIONS_MAX 64u // Regions of one worker; what lies in none is copied

#define RIALTO_WINDOW_SIZE (64ull << 20) // Address space; only touched pages cost memory
#define RIALTO_WINDOW_FIRST 4096u        // What lies before is the question itself
#define RIALTO_INTENTS_MAX 1024u
#define RIALTO_INTENT_TEXT_MAX (1u << 16)
#define RIALTO_FORECASTS_MAX 4096u
#define RIALTO_NEEDS_MAX 1024u
#define RIALTO_FRAMES_MAX 32u // Callers that are noted of a crash
#define RIALTO_OUTPUTS_MAX 64u
#define RIALTO_ENDPOINTS_MAX 1024u
#define RIALTO_WORKER_LOG_MAX (1u << 16)
#define RIALTO_WORKER_STATE_MAX (64u << 20)

// What is asked.
#define RIALTO_ASK_CREATE 1u // `place` is a rialto_creation_t
#define RIALTO_ASK_BATCH 2u  // `place` is a rialto_batch_t
#define RIALTO_ASK_END 3u    // Destroy the instance and exit
#define RIALTO_ASK_SAVE 4u   // Save the whole state; `state_size` is how long it is
#define RIALTO_ASK_STATE 5u  // Copy the saved state from byte `place` on; `consumed` is how much
#define RIALTO_ASK_LOAD 6u   // `place` is a rialto_given_state_t
#define RIALTO_ASK_OPEN 7u   // Open the library; asked once the host has seen the layers
#define RIALTO_ASK_ENCODE 8u    // Of an exchange; `place` is a rialto_given_order_t
#define RIALTO_ASK_READ_BACK 9u // Of an exchange; `place` is a rialto_given_request_t

// How far a worker has come; what it says when it has ended names the step that failed.
#define RIALTO_STAGE_STARTED 1u
#define RIALTO_STAGE_CONFINED 2u // Every layer that was asked for is on
#define RIALTO_STAGE_LOADED 3u   // dlopen has returned
#define RIALTO_STAGE_SERVING 4u

// Who refused a creation.
#define RIALTO_REFUSED_BY_CREATE 0u
#define RIALTO_REFUSED_BY_ENTRY 1u
#define RIALTO_REFUSED_TABLE 2u // The host refused the plugin's table
#define RIALTO_REFUSED_MAJOR 3u // The table is of a major that the host does not speak

// Layers that keep a plugin where it is.
#define RIALTO_LAYER_NO_NEW_PRIVILEGES 1u
#define RIALTO_LAYER_FILTER 2u // System calls
#define RIALTO_LAYER_LANDLOCK 4u
#define RIALTO_LAYER_LIMITS 8u
#define RIALTO_LAYER_OWN_USER 16u // Or the host is no root
#define RIALTO_LAYER_NAMESPACES 32u
#define RIALTO_LAYER_PRIVATE_ROOT 64u
#define RIALTO_LAYER_NO_CLOCK 128u // The time-stamp counter traps
#define RIALTO_LAYER_GROUP 256u // Memory and processes counted by the system; the host says it
#define RIALTO_LAYERS_FLOOR 31u
#define RIALTO_LAYERS_ALL 255u

// Exit codes of a worker beside the signals.
#define RIALTO_WORKER_EXIT_END 0 // Asked for, or every wall is up and there is no plugin
#define RIALTO_WORKER_EXIT_STEP 119   // A step before the plugin failed; `error` says which
#define RIALTO_WORKER_EXIT_FILTER 120 // A system call that is not allowed; `fault` says which
#define RIALTO_WORKER_EXIT_ABORT 121  // It called abort
#define RIALTO_WORKER_EXIT_SENT 122   // A signal came from outside; `fault` says which

// One question. Written by the host before `number` rises.
typedef struct rialto_ask {
    uint32_t number;     // Workers wait until it changes
    uint32_t host_waits; // The host sleeps until the answer's number is this one
    uint32_t operation;  // RIALTO_ASK_...
    uint32_t spins;      // How often to look before sleeping
    uint64_t place;      // Of what is asked, in the worker's addresses
    uint32_t log_taken;  // Bytes of the log that the host has read; after all a new one begins
    uint32_t reserved;
} rialto_ask_t;

// One parameter of an instance.
typedef struct rialto_given_parameter {
    uint32_t id;
    uint32_t reserved;
    rialto_value_t value;
} rialto_given_parameter_t;

// One file that an instance may read.
typedef struct rialto_given_file {
    rialto_text_t name;
    rialto_text_t bytes;
} rialto_given_file_t;

// What an instance is made with. Addresses are the worker's.
typedef struct rialto_creation {
    uint32_t kind; // RIALTO_PLUGIN_...
    uint32_t parameter_count;
    uint32_t abi_major_min;
    uint32_t abi_major_max;
    uint32_t abi_minor;
    uint32_t file_count;
    rialto_text_t host_version;
    rialto_text_t plugin_id;
    const rialto_given_parameter_t *parameters;
    const rialto_instruments_t *instruments;
    uint64_t seed;
    const rialto_given_file_t *files;
} rialto_creation_t;

// A state that an instance once saved. Addresses are the worker's.
typedef struct rialto_given_state {
    uint32_t schema;
    uint32_t reserved;
    rialto_text_t bytes;
} rialto_given_state_t;

// An order that an exchange is to encode.
typedef struct rialto_given_order {
    rialto_intent_t intent;
    int64_t now_ns;
    uint64_t nonce;
} rialto_given_order_t;

// A request whose terms an exchange is to read back. Addresses are the worker's.
typedef struct rialto_given_request {
    rialto_text_t url;
    rialto_text_t body;
} rialto_given_request_t;

// A text that lies in the answer's `intent_text`.
typedef struct rialto_said_text {
    uint32_t offset;
    uint32_t size;
} rialto_said_text_t;

// An output of an exchange. Pointers in `fields` mean nothing: its texts lie beside them. Signing
// steps, placeholders and captures are not carried: nothing of a backtest is signed.
typedef struct rialto_said_output {
    rialto_output_t fields;
    rialto_said_text_t url;
    rialto_said_text_t headers;
    rialto_said_text_t body;
} rialto_said_output_t;

// A request that an exchange declared.
typedef struct rialto_said_endpoint {
    uint32_t kind; // RIALTO_CLASS_...
    uint32_t reserved;
    rialto_said_text_t path;
} rialto_said_endpoint_t;

// A series that an instance asked for at its creation.
typedef struct rialto_said_series {
    uint32_t publishes; // Otherwise it reads
    uint32_t size;      // Bytes of `name`
    char name[RIALTO_SERIES_NAME_MAX];
} rialto_said_series_t;

// What a worker was doing when it was stopped.
typedef struct rialto_fault {
    uint32_t signal;      // 0 none
    uint32_t system_call; // Of a SIGSYS
    uint64_t address;     // That was touched
    uint64_t instruction; // Where, in the worker's addresses
    uint32_t reads_clock; // The instruction reads the time-stamp counter
    uint32_t frame_count; // Of `frames` that are written
    uint64_t frames[RIALTO_FRAMES_MAX]; // Where each caller goes on, innermost first
} rialto_fault_t;

// Everything a worker says. The host copies, then checks.
typedef struct rialto_answer {
    uint32_t number;       // Of the question that is answered
    uint32_t worker_waits; // The worker sleeps until a question comes
    int32_t result;
    uint32_t consumed;
    uint32_t stage;  // RIALTO_STAGE_...
    uint32_t layers; // RIALTO_LAYER_... that are on
    uint64_t window; // Where the window lies in the worker
    uint64_t regions[RIALTO_REGIONS_MAX]; // Where each region lies in the worker; 0 nowhere
    uint64_t library;     // Where the plugin's code lies in the worker, and its size
    uint64_t library_size;
    rialto_fault_t fault;
    rialto_error_t error;
    uint32_t needs_flags;
    uint32_t need_count;
    uint32_t intents_per_group;
    uint32_t log_size; // Bytes of `log` that are written
    uint32_t log_dropped;
    uint32_t refused;     // RIALTO_REFUSED_...
    uint32_t keeps_state; // The instance has both save and load
    uint32_t state_schema;
    uint64_t state_size;
    rialto_need_t needs[RIALTO_NEEDS_MAX];
    rialto_intents_t intents;
    rialto_forecasts_out_t forecasts;
    rialto_intent_t intent_items[RIALTO_INTENTS_MAX];
    char intent_text[RIALTO_INTENT_TEXT_MAX];
    rialto_forecast_t forecast_items[RIALTO_FORECASTS_MAX];
    uint32_t output_count;   // As the exchange said
    uint32_t endpoint_count; // As the exchange declared
    uint32_t text_count;     // Bytes of `intent_text` that outputs or endpoints take
    uint32_t reserved;
    rialto_read_back_t terms;
    rialto_said_output_t outputs[RIALTO_OUTPUTS_MAX];
    rialto_said_endpoint_t endpoints[RIALTO_ENDPOINTS_MAX];
    char log[RIALTO_WORKER_LOG_MAX]; // Lines: level, ':', text, '\n'
    uint32_t series_count;
    uint32_t reserved_series;
    rialto_said_series_t series[2 * RIALTO_SERIES_MAX]; // In the order in which they were asked for
} rialto_answer_t;

#endif
