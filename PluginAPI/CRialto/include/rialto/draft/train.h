// Rialto plugin contract, draft: a model that is trained by `rialto model train --plugin ID`. The
// host makes features, labels, folds, calibration, scores, card and file; the plugin makes bytes of
// rows, and logits of rows and those bytes. At run time its `create` finds the file under the name
// that its parameter `model` gives, as model files of every kind.
#ifndef RIALTO_DRAFT_TRAIN_H
#define RIALTO_DRAFT_TRAIN_H

#include "../base.h"

// The id for rialto_plugin_t.get_extension.
#define RIALTO_TRAIN_ID "rialto.train/1"

#define RIALTO_TRAIN_BLOB_MAX (6u << 20) // Most bytes of a trained model

// Rows to learn from, oldest first. Valid for the call.
typedef struct rialto_rows {
    uint32_t struct_size;   // Set by the host
    uint32_t feature_count; // 1...256
    uint64_t count;         // Rows
    const double *values;   // count x feature_count, row by row: standardised, -8...8
    const double *labels;   // 0 or 1: whether the price was higher after the horizon
    const double *weights;  // Above 0: how much a row counts
} rialto_rows_t;

// What is to be trained. Valid for the call.
typedef struct rialto_training {
    uint32_t struct_size; // Set by the host
    uint32_t rounds_max;  // Most rounds
    uint64_t seed;        // What all that is drawn must follow from: equal calls give equal bytes
    const rialto_text_t *features; // Names of the features, in order
    const rialto_rows_t *learned;  // The part of the fold to learn from
    const rialto_rows_t *kept;     // The part after it, to stop by; nothing is learned from it
    void *host;                    // Owned by the host; pass it back untouched

    // Tell how far it is: the round, from 1, and mean log losses in nats (NaN when not known).
    // RIALTO_END asks to stop: return RIALTO_END from `train` then.
    // [control]
    rialto_result (*progress)(void *host, uint32_t round, double learned_loss, double kept_loss);

    // Hand the trained model over, once, at the end. It is copied.
    // RIALTO_ERROR_MEMORY beyond RIALTO_TRAIN_BLOB_MAX.
    // [control]
    rialto_result (*finish)(void *host, rialto_text_t blob);
} rialto_training_t;

// What a plugin offers. Lives as long as the library.
typedef struct rialto_train {
    uint32_t struct_size; // Set by the plugin
    uint32_t reserved;    // 0

    // Train. No state is kept between calls.
    // [control]
    rialto_result (*train)(const rialto_training_t *training, rialto_error_t *out_error);

    // Write the logit of a rise for each row. RIALTO_ERROR_ARGUMENT when `blob` is not its own.
    // [control]
    rialto_result (*ask)(rialto_text_t blob, const rialto_rows_t *rows, double *out_logits,
                         rialto_error_t *out_error);
} rialto_train_t;

#endif
