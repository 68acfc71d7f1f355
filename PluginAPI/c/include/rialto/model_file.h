// Reads a file of `rialto model train --plugin ID` in the plugin that is to be asked: what the
// model looks at, how that is standardised, until when it has learned, and the plugin's own bytes.
// The host has compared its digest before `create`; every length is checked here all the same.
#ifndef RIALTO_MODEL_FILE_H
#define RIALTO_MODEL_FILE_H

#include <string.h>

#include "rialto/rialto.h"

#define RIALTO_MODEL_FEATURES_MAX 256u

// Points into the file. Numbers are copied out with rialto_model_number: they may lie anywhere.
typedef struct rialto_model_file {
    uint32_t feature_count; // 1...RIALTO_MODEL_FEATURES_MAX
    rialto_text_t features[RIALTO_MODEL_FEATURES_MAX];
    rialto_text_t engine;   // The plugin's id
    rialto_text_t version;  // The plugin's version
    rialto_text_t blob;     // As it was handed over
    int64_t interval_ns;    // Length of a bar
    int64_t horizon_ns;
    int64_t until_ns;       // The last instant that it has learned anything of, Unix time UTC
    int64_t expires_ns;     // 0 never
    const char *means;      // Doubles, one for each feature
    const char *deviations; // Doubles above 0
    double slope, intercept; // The probability is 1 / (1 + exp(-(slope x logit + intercept)))
} rialto_model_file_t;

typedef struct rialto_model_reader {
    const char *at, *end;
    int failed;
} rialto_model_reader_t;

static inline const char *rialto_model_take(rialto_model_reader_t *reader, uint64_t size) {
    const char *at = reader->at;
    if (reader->failed || size > (uint64_t)(reader->end - reader->at)) {
        reader->failed = 1;
        return NULL;
    }
    reader->at += size;
    return at;
}

static inline uint64_t rialto_model_integer(rialto_model_reader_t *reader, uint32_t size) {
    const unsigned char *bytes = (const unsigned char *)rialto_model_take(reader, size);
    uint64_t value = 0;
    for (uint32_t i = 0; bytes != NULL && i < size; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static inline double rialto_model_number(const char *numbers, uint32_t index) {
    double number;
    memcpy(&number, numbers + 8 * (size_t)index, sizeof number);
    return number;
}

static inline rialto_text_t rialto_model_text(rialto_model_reader_t *reader) {
    const uint64_t size = rialto_model_integer(reader, 4);
    const char *data = rialto_model_take(reader, size);
    const rialto_text_t text = {data, data != NULL ? size : 0};
    return text;
}

static inline const char *rialto_model_numbers(rialto_model_reader_t *reader, uint32_t count) {
    if (rialto_model_integer(reader, 4) != count) reader->failed = 1;
    return rialto_model_take(reader, 8ull * count);
}

// Reads a file. RIALTO_ERROR_ARGUMENT when it is none of a plugin's model.
static inline rialto_result rialto_read_model(rialto_text_t file, rialto_model_file_t *out) {
    if (file.size < 56 || memcmp(file.data, "RIALTO-M\1\0\0\0", 12) != 0)
        return RIALTO_ERROR_ARGUMENT;
    rialto_model_reader_t reader = {file.data + 24, file.data + file.size - 32, 0};
    if (rialto_model_integer(&reader, 4) != 4) return RIALTO_ERROR_ARGUMENT;
    rialto_model_text(&reader); // Its kind is the plugin's id again
    out->engine = rialto_model_text(&reader);
    out->version = rialto_model_text(&reader);
    rialto_model_text(&reader); // A logit
    rialto_model_integer(&reader, 4);
    rialto_model_integer(&reader, 4); // One row
    out->blob = rialto_model_text(&reader);
    out->feature_count = (uint32_t)rialto_model_integer(&reader, 4);
    if (reader.failed || out->feature_count == 0
        || out->feature_count > RIALTO_MODEL_FEATURES_MAX)
        return RIALTO_ERROR_ARGUMENT;
    for (uint32_t i = 0; i < out->feature_count; i++)
        out->features[i] = rialto_model_text(&reader);
    rialto_model_text(&reader); // Hash of the features
    rialto_model_text(&reader); // The series
    out->interval_ns = (int64_t)rialto_model_integer(&reader, 8);
    out->horizon_ns = (int64_t)rialto_model_integer(&reader, 8);
    rialto_model_integer(&reader, 8); // The first bar
    out->until_ns = (int64_t)rialto_model_integer(&reader, 8);
    out->expires_ns = (int64_t)rialto_model_integer(&reader, 8);
    rialto_model_integer(&reader, 8); // The seed
    out->means = rialto_model_numbers(&reader, out->feature_count);
    out->deviations = rialto_model_numbers(&reader, out->feature_count);
    const char *calibration = rialto_model_take(&reader, 16);
    if (reader.failed) return RIALTO_ERROR_ARGUMENT;
    out->slope = rialto_model_number(calibration, 0);
    out->intercept = rialto_model_number(calibration, 1);
    return RIALTO_OK;
}

// A feature as the model sees it, -8...8.
static inline double rialto_model_standardised(const rialto_model_file_t *file, uint32_t feature,
                                               double value) {
    const double number = (value - rialto_model_number(file->means, feature))
                          / rialto_model_number(file->deviations, feature);
    return number < -8 ? -8 : number > 8 ? 8 : number;
}

#endif
