// Online logistic regression: the probability that the price is higher after the horizon, learned
// bar by bar. A bar teaches only once its own horizon has passed, with the price known then.
#include <math.h>
#include <stdlib.h>

#include "rialto/one_plugin.h"
#include "rialto/rialto.h"

RIALTO_WRITE_NOTE("org.rialto.online-logistic", "1.0.0", "c", __VERSION__);

#define FEATURES 5
#define PENDING_MAX 16384u // Bars within one horizon; 11 days of minutes. More are not learned
#define TEXT(literal) {literal, sizeof(literal) - 1}
#define VALUE(type, integer, number) {sizeof(rialto_value_t), type, 0, integer, number, {0, 0}}
#define INTEGER(value) VALUE(RIALTO_VALUE_INTEGER, value, 0)
#define DURATION(value) VALUE(RIALTO_VALUE_DURATION, value, 0)
#define NUMBER(value) VALUE(RIALTO_VALUE_NUMBER, 0, value)

enum { HORIZON = 1, LENGTH = 2, RATE = 3, DECAY = 4, SAMPLES = 5 };

static const rialto_parameter_t parameters[] = {
    {sizeof(rialto_parameter_t), HORIZON, RIALTO_VALUE_DURATION, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("horizon"), TEXT(""), TEXT("How far ahead it looks"), TEXT(""), DURATION(1000000000),
     DURATION(31622400000000000), DURATION(0), DURATION(3600000000000)},
    {sizeof(rialto_parameter_t), LENGTH, RIALTO_VALUE_INTEGER, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("length"), TEXT("bars"), TEXT("Length of the averages behind the features"), TEXT(""),
     INTEGER(2), INTEGER(10000), INTEGER(1), INTEGER(14)},
    {sizeof(rialto_parameter_t), RATE, RIALTO_VALUE_NUMBER, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("rate"), TEXT(""), TEXT("Size of a gradient step"), TEXT(""), NUMBER(0.0001),
     NUMBER(1), NUMBER(0), NUMBER(0.01)},
    {sizeof(rialto_parameter_t), DECAY, RIALTO_VALUE_NUMBER, 0, RIALTO_PARAMETER_OPTIMISABLE,
     TEXT("decay"), TEXT(""), TEXT("Pull of the weights towards zero, times the rate"), TEXT(""),
     NUMBER(0), NUMBER(1), NUMBER(0), NUMBER(0.001)},
    {sizeof(rialto_parameter_t), SAMPLES, RIALTO_VALUE_INTEGER, 0, 0, TEXT("samples"),
     TEXT("bars"), TEXT("Bars that it learns from before it speaks"), TEXT(""), INTEGER(0),
     INTEGER(1000000), INTEGER(1), INTEGER(200)},
};

// A bar that has not taught yet.
typedef struct lesson {
    int64_t due_ns;
    double close;
    double x[FEATURES];
} lesson_t;

// What is known of one instrument.
typedef struct track {
    double weight[FEATURES];
    double last;       // Last close; 0 before the first
    double slow_close; // Exponential mean of closes
    double gain, loss; // Exponential means of rises and falls, for the relative strength
    double variance;   // Of one-bar returns over `length`
    double calm;       // The same over 8 lengths
    int64_t seen;
    int64_t learned;
    uint32_t first, pending; // Ring of lessons
    lesson_t *lessons;       // PENDING_MAX of them
} track_t;

typedef struct online_logistic {
    int64_t horizon_ns, length, samples;
    double rate, decay;
    uint32_t track_count;
    track_t *tracks; // By instrument index
    rialto_need_t need;
} online_logistic_t;

// e^x for -40...40, from additions and products alone: the same bits with every library.
static double exponential(double x) {
    const double k = floor(x * 1.4426950408889634 + 0.5);
    const double r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10;
    double sum = 1;
    for (int i = 14; i > 0; i--) sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

static double logistic(double x) {
    const double z = x > 40 ? 40 : x < -40 ? -40 : x;
    return 1 / (1 + exponential(-z));
}

// Bends any number into -1...1.
static double squash(double x) { return x / sqrt(1 + x * x); }

static double predict(const track_t *t, const double x[FEATURES]) {
    double sum = 0;
    for (int i = 0; i < FEATURES; i++) sum += t->weight[i] * x[i];
    return logistic(sum);
}

// One gradient step of the log loss for a lesson that ended above (1) or not (0).
static void learn(const online_logistic_t *self, track_t *t, const lesson_t *lesson, double up) {
    const double error = up - predict(t, lesson->x);
    for (int i = 0; i < FEATURES; i++)
        t->weight[i] += self->rate * (error * lesson->x[i] - self->decay * t->weight[i]);
    t->learned++;
}

// Learns from every lesson that is due by `time_ns`. What was due before saw the last close.
static void settle(const online_logistic_t *self, track_t *t, int64_t time_ns, double close) {
    while (t->pending > 0 && t->lessons[t->first].due_ns <= time_ns) {
        const lesson_t *lesson = &t->lessons[t->first];
        const double known = lesson->due_ns == time_ns ? close : t->last;
        learn(self, t, lesson, known > lesson->close ? 1 : 0);
        t->first = (t->first + 1) % PENDING_MAX;
        t->pending--;
    }
}

// Takes in a close, above 0.
static void take(const online_logistic_t *self, track_t *t, double close) {
    if (t->last > 0) {
        const double step = close / t->last - 1;
        const double oldest = 1 / (double)t->seen, n = (double)self->length;
        const double slow = fmax(1 / n, oldest), slower = fmax(0.125 / n, oldest);
        t->gain += slow * ((step > 0 ? step : 0) - t->gain);
        t->loss += slow * ((step < 0 ? -step : 0) - t->loss);
        t->variance += slow * (step * step - t->variance);
        t->calm += slower * (step * step - t->calm);
        t->slow_close += slow * (close - t->slow_close);
    } else t->slow_close = close;
    t->seen++;
}

// The features of the present close; `before` is the one before it.
static void describe(const online_logistic_t *self, const track_t *t, double close, double before,
                     double x[FEATURES]) {
    const double deviation = sqrt(t->variance), sum = t->gain + t->loss;
    x[0] = 1;
    x[1] = squash((close / before - 1) / deviation);
    x[2] = squash((close / t->slow_close - 1) / (deviation * sqrt((double)self->length)));
    x[3] = sum > 0 ? (t->gain - t->loss) / sum : 0; // Relative strength index / 50 - 1
    x[4] = t->variance / (t->variance + t->calm) * 2 - 1;
}

// Takes in a bar. Returns the probability of a rise, or -1 when it has no opinion yet.
static double step(const online_logistic_t *self, track_t *t, int64_t time_ns, double close) {
    const double before = t->last;
    settle(self, t, time_ns, close);
    take(self, t, close);
    t->last = close;
    if (t->seen <= self->length || !(t->variance > 0)) return -1;
    lesson_t lesson = {time_ns + self->horizon_ns, close, {0}};
    describe(self, t, close, before, lesson.x);
    if (t->pending < PENDING_MAX)
        t->lessons[(t->first + t->pending++) % PENDING_MAX] = lesson;
    return t->learned >= self->samples ? predict(t, lesson.x) : -1;
}

static rialto_result add(rialto_forecasts_out_t *out, uint32_t row, uint32_t instrument,
                         int64_t horizon_ns, double probability) {
    if (out->count == out->capacity) return RIALTO_ERROR_MEMORY;
    char *place = (char *)out->items + (size_t)out->count++ * out->item_size;
    rialto_forecast_t *forecast = (rialto_forecast_t *)place;
    forecast->struct_size = sizeof(rialto_forecast_t);
    forecast->row = row;
    forecast->instrument = instrument;
    forecast->kind = RIALTO_FORECAST_PROBABILITY_UP;
    forecast->horizon_ns = horizon_ns;
    forecast->confidence = 1;
    forecast->value = probability;
    return RIALTO_OK;
}

// [data]
static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                              rialto_forecasts_out_t *forecasts, uint32_t *out_consumed) {
    online_logistic_t *self = instance;
    const rialto_bars_t *bars = batch->bars;
    const int is_warm_up = (batch->flags & RIALTO_BATCH_WARM_UP) != 0;
    if (batch->single_kind != RIALTO_KIND_BARS || bars == NULL) return RIALTO_ERROR_UNSUPPORTED;
    // Stop between groups as soon as one forecast for each instrument may not fit.
    if (self->track_count > forecasts->capacity) return RIALTO_ERROR_UNSUPPORTED;
    const uint32_t enough = forecasts->capacity - self->track_count;
    uint32_t row = 0;
    for (; row < batch->count; row++) {
        if (forecasts->count > enough && bars->time_ns[row] != bars->time_ns[row - 1]) break;
        const uint32_t instrument = bars->instrument[row];
        const double probability = step(self, &self->tracks[instrument], bars->time_ns[row],
                                        (double)bars->close[row]);
        if (probability < 0 || is_warm_up) continue;
        const rialto_result result =
            add(forecasts, row, instrument, self->horizon_ns, probability);
        if (result != RIALTO_OK) return result;
    }
    *out_consumed = row;
    return RIALTO_OK;
}

// [control]
static void destroy(void *instance) {
    online_logistic_t *self = instance;
    for (uint32_t i = 0; self->tracks != NULL && i < self->track_count; i++)
        free(self->tracks[i].lessons);
    free(self->tracks);
    free(self);
}

static rialto_result prepare(online_logistic_t *self, const rialto_instruments_t *instruments) {
    for (uint32_t i = 0; i < instruments->count; i++)
        if (instruments->instrument[i] >= self->track_count)
            self->track_count = instruments->instrument[i] + 1;
    self->tracks = calloc(self->track_count, sizeof(track_t));
    if (self->tracks == NULL) return RIALTO_ERROR_MEMORY;
    for (uint32_t i = 0; i < instruments->count; i++) {
        track_t *t = &self->tracks[instruments->instrument[i]];
        t->lessons = calloc(PENDING_MAX, sizeof(lesson_t));
        if (t->lessons == NULL) return RIALTO_ERROR_MEMORY;
    }
    return RIALTO_OK;
}

static void read_parameters(online_logistic_t *self, const rialto_services_t *services) {
    rialto_value_t horizon = {0}, length = {0}, rate = {0}, decay = {0}, samples = {0};
    services->parameter(services->host, HORIZON, &horizon);
    services->parameter(services->host, LENGTH, &length);
    services->parameter(services->host, RATE, &rate);
    services->parameter(services->host, DECAY, &decay);
    services->parameter(services->host, SAMPLES, &samples);
    self->horizon_ns = horizon.integer;
    self->length = length.integer;
    self->rate = rate.number;
    self->decay = decay.number;
    self->samples = samples.integer;
}

// [control]
static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                            void *out_table, rialto_needs_t *out_needs, rialto_error_t *out_error) {
    const rialto_instruments_t *instruments = NULL;
    (void)plugin;
    services->instruments(services->host, &instruments);
    if (instruments == NULL || instruments->count == 0)
        return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no instrument was given");
    online_logistic_t *self = calloc(1, sizeof(online_logistic_t));
    if (self == NULL) return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    read_parameters(self, services);
    if (prepare(self, instruments) != RIALTO_OK) {
        destroy(self);
        return rialto_refuse(out_error, RIALTO_ERROR_MEMORY, "out of memory");
    }
    const uint32_t history = (uint32_t)(self->samples + 9 * self->length);
    self->need =
        (rialto_need_t){sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, history, 0};
    out_needs->need_count = 1;
    out_needs->needs = &self->need;
    rialto_model_t *table = out_table;
    table->self = self;
    table->on_batch = on_batch;
    table->destroy = destroy;
    return RIALTO_OK;
}

static const rialto_plugin_t plugin = {
    .struct_size = sizeof(rialto_plugin_t),
    .kind = RIALTO_PLUGIN_MODEL,
    .id = TEXT("org.rialto.online-logistic"),
    .version = TEXT("1.0.0"),
    .name = TEXT("Online logistic regression"),
    .summary = TEXT("Learns the probability of a rise from returns, relative strength, range."),
    .author = TEXT("The Rialto authors"),
    .license = TEXT("Apache-2.0"),
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof parameters[0],
    .create = create,
};

RIALTO_ONE_PLUGIN(plugin)
