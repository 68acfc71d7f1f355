// Rialto plugin contract, draft "rialto.requests/1": a strategy that asks over the network. It has
// no socket and no key: it describes a request, the host checks, sends and records it, and the
// answer comes back as an event. Not part of rialto.h: this may still change.
//
// An instance that says in its needs that it wants RIALTO_KIND_RESPONSES adds an intent of kind
// RIALTO_INTENT_REQUEST. Like a timer it makes the instance stop at the end of its time group, also
// one that is open loop. Every request is answered once, by a row of rialto_responses_t at the time
// at which the host could know the answer, after the timers of that time. An instance that wants
// RIALTO_KIND_ACCOUNT too is told its book at the first instant of the run and beside every answer.
#ifndef RIALTO_DRAFT_REQUESTS_H
#define RIALTO_DRAFT_REQUESTS_H

#include "rialto/batch.h"
#include "rialto/intents.h"

// order_id is the request's id, above 0, which comes back with its answer; expire_time_ns when it
// is not waited for any longer, or 0 for the host's own patience; text the request, in UTF-8:
//
//   POST https://api.example.com/v1/items
//   content-type: application/json
//   authorization: Bearer {{name-of-a-secret}}
//
//   the body, to the end
//
// Lines end in \n. The host fills in secrets, in headers alone, for the hosts that the operator
// allows for them. A request is refused that the plugin does not declare (below), that the operator
// does not allow, or that breaks a limit of the run: its answer has status -1, and its body says
// why. An answer larger than RIALTO_RESPONSE_BODY_MAX is refused as well.
#define RIALTO_INTENT_REQUEST 9u

#define RIALTO_RESPONSE_BODY_MAX (1u << 20)   // Bytes of an answer's body, unpacked
#define RIALTO_RESPONSE_HEADERS_MAX (1u << 16) // Bytes of an answer's headers
#define RIALTO_REQUEST_PLACES_MAX 64u         // Places that one plugin declares

// The id for rialto_plugin_t.get_extension, which answers with a rialto_requests_t.
#define RIALTO_REQUESTS_EXTENSION "rialto.requests/1"

// Where a plugin may ask. Whatever is not declared is refused.
typedef struct rialto_request_place {
    uint32_t struct_size; // Set by the plugin; also the stride of the array that holds it
    uint32_t reserved;    // 0
    rialto_text_t method; // GET, POST, PUT or DELETE
    rialto_text_t host;   // Lower case; * for any host that the operator names
    rialto_text_t path;   // Exact, without query; starts with /
} rialto_request_place_t;

// Everything that a plugin may ask. Lives as long as the library.
typedef struct rialto_requests {
    uint32_t struct_size; // Set by the plugin
    uint32_t place_count; // 1...RIALTO_REQUEST_PLACES_MAX
    const rialto_request_place_t *places;
} rialto_requests_t;

#endif
