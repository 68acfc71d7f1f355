/// A third party's plugin in C that trains its own models: logistic regression by gradient steps.
/// When asked in a run it makes its features itself, and knows `price_change_1` alone.
let logisticSource = #"""
    #include <math.h>
    #include <stdio.h>
    #include <stdlib.h>

    #include "rialto/draft/train.h"
    #include "rialto/model_file.h"
    #include "rialto/one_plugin.h"
    #include "rialto/rialto.h"

    RIALTO_WRITE_NOTE("com.example.logistic", "1.2.0", "c", __VERSION__);

    #define TEXT(literal) {literal, sizeof(literal) - 1}
    #define MAGIC 0x4C4F4749u

    // The model's bytes: a magic number, how many weights, and the weights, the bias last.
    typedef struct model {
        uint32_t magic, count;
        double weights[RIALTO_MODEL_FEATURES_MAX + 1];
    } model_t;

    static double score(const model_t *model, const double *row) {
        double sum = model->weights[model->count];
        for (uint32_t i = 0; i < model->count; i++) sum += model->weights[i] * row[i];
        return sum;
    }

    static double loss_of(const model_t *model, const rialto_rows_t *rows) {
        double sum = 0;
        for (uint64_t i = 0; i < rows->count; i++) {
            const double logit = score(model, rows->values + i * rows->feature_count);
            sum += log1p(exp(rows->labels[i] > 0.5 ? -logit : logit));
        }
        return sum / (double)rows->count;
    }

    static void step(model_t *model, const rialto_rows_t *rows) {
        double gradient[RIALTO_MODEL_FEATURES_MAX + 1] = {0}, total = 0;
        for (uint64_t i = 0; i < rows->count; i++) {
            const double *row = rows->values + i * rows->feature_count;
            const double off = rows->weights[i]
                               * (1 / (1 + exp(-score(model, row))) - rows->labels[i]);
            for (uint32_t k = 0; k < model->count; k++) gradient[k] += off * row[k];
            gradient[model->count] += off;
            total += rows->weights[i];
        }
        for (uint32_t k = 0; k <= model->count; k++) model->weights[k] -= gradient[k] / total;
    }

    static rialto_result train(const rialto_training_t *training, rialto_error_t *out_error) {
        const rialto_rows_t *rows = training->learned;
        if (rows->feature_count > 8)
            return rialto_refuse(out_error, RIALTO_ERROR_ARGUMENT, "more than 8 features");
        model_t model = {MAGIC, rows->feature_count, {0}};
        for (uint32_t k = 0; k < model.count; k++)
            model.weights[k] = (double)((training->seed + k) % 7) * 1e-3;
        for (uint32_t round = 1; round <= training->rounds_max; round++) {
            step(&model, rows);
            const double learned = loss_of(&model, rows), kept = loss_of(&model, training->kept);
            if (training->progress(training->host, round, learned, kept) != RIALTO_OK)
                return RIALTO_END;
        }
        const rialto_text_t blob = {(const char *)&model, 8 + 8 * (model.count + 1)};
        return training->finish(training->host, blob);
    }

    static rialto_result open_blob(rialto_text_t blob, uint32_t features, model_t *out) {
        if (blob.size < 16 || blob.size > sizeof *out) return RIALTO_ERROR_ARGUMENT;
        memcpy(out, blob.data, blob.size);
        const int is_own = out->magic == MAGIC && out->count == features
                           && blob.size == 8 + 8 * (uint64_t)(out->count + 1);
        return is_own ? RIALTO_OK : RIALTO_ERROR_ARGUMENT;
    }

    static rialto_result ask(rialto_text_t blob, const rialto_rows_t *rows, double *out_logits,
                             rialto_error_t *out_error) {
        model_t model;
        if (open_blob(blob, rows->feature_count, &model) != RIALTO_OK)
            return rialto_refuse(out_error, RIALTO_ERROR_ARGUMENT, "this is no model of mine");
        for (uint64_t i = 0; i < rows->count; i++)
            out_logits[i] = score(&model, rows->values + i * rows->feature_count);
        return RIALTO_OK;
    }

    typedef struct self {
        rialto_model_file_t file;
        model_t model;
        double close; // Of the one instrument; 0 before its first bar
    } self_t;

    static rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, 2, 0};

    static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                                  rialto_forecasts_out_t *out, uint32_t *out_consumed) {
        self_t *self = instance;
        const rialto_bars_t *bars = batch->bars;
        uint32_t row = 0;
        for (; row < batch->count && out->count < out->capacity; row++) {
            const double before = self->close, close = self->close = (double)bars->close[row];
            const int may = bars->time_ns[row] > self->file.until_ns && before > 0
                            && !(batch->flags & RIALTO_BATCH_WARM_UP);
            if (!may) continue;
            const double x = rialto_model_standardised(&self->file, 0, log(close / before));
            const double logit = self->file.slope * score(&self->model, &x) + self->file.intercept;
            rialto_forecast_t *forecast =
                (rialto_forecast_t *)((char *)out->items + (size_t)out->count++ * out->item_size);
            forecast->struct_size = sizeof *forecast;
            forecast->row = row;
            forecast->instrument = bars->instrument[row];
            forecast->kind = RIALTO_FORECAST_PROBABILITY_UP;
            forecast->horizon_ns = self->file.horizon_ns;
            forecast->confidence = 1;
            forecast->value = 1 / (1 + exp(-logit));
        }
        *out_consumed = row;
        return RIALTO_OK;
    }

    static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs,
                                rialto_error_t *out_error) {
        rialto_value_t name = {0};
        rialto_text_t bytes = {0};
        services->parameter(services->host, 1, &name);
        if (services->resource(services->host, name.text, &bytes) != RIALTO_OK)
            return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER, "no file of that name");
        self_t *self = calloc(1, sizeof *self);
        if (self == NULL) return RIALTO_ERROR_MEMORY;
        const rialto_text_t known = TEXT("price_change_1");
        const int is_own = rialto_read_model(bytes, &self->file) == RIALTO_OK
                           && self->file.engine.size == plugin->id.size
                           && memcmp(self->file.engine.data, plugin->id.data, plugin->id.size) == 0
                           && self->file.feature_count == 1
                           && self->file.features[0].size == known.size
                           && memcmp(self->file.features[0].data, known.data, known.size) == 0
                           && open_blob(self->file.blob, 1, &self->model) == RIALTO_OK;
        if (!is_own) {
            free(self);
            return rialto_refuse(out_error, RIALTO_ERROR_PARAMETER,
                                 "the file is no model of mine over price_change_1");
        }
        need.interval_ns = self->file.interval_ns;
        out_needs->need_count = 1;
        out_needs->needs = &need;
        rialto_model_t *table = out_table;
        table->self = self;
        table->on_batch = on_batch;
        table->destroy = free;
        return RIALTO_OK;
    }

    static const void *get_extension(rialto_text_t id) {
        static const rialto_train_t table = {sizeof table, 0, train, ask};
        const int is_known = id.size == sizeof(RIALTO_TRAIN_ID) - 1
                             && memcmp(id.data, RIALTO_TRAIN_ID, id.size) == 0;
        return is_known ? &table : NULL;
    }

    static const rialto_parameter_t parameters[] = {
        {sizeof(rialto_parameter_t), 1, RIALTO_VALUE_TEXT, 0, RIALTO_PARAMETER_REQUIRED,
         TEXT("model"), TEXT(""), TEXT("Name of its file among the run's files"), TEXT(""),
         {0, 0, 0, 0, 0, {0, 0}}, {0, 0, 0, 0, 0, {0, 0}}, {0, 0, 0, 0, 0, {0, 0}},
         {0, 0, 0, 0, 0, {0, 0}}},
    };

    static const rialto_plugin_t plugin = {
        .struct_size = sizeof(rialto_plugin_t),
        .kind = RIALTO_PLUGIN_MODEL,
        .id = TEXT("com.example.logistic"),
        .version = TEXT("1.2.0"),
        .name = TEXT("Logistic"),
        .summary = TEXT("Logistic regression."),
        .author = TEXT("Somebody"),
        .license = TEXT("Apache-2.0"),
        .parameters = parameters,
        .parameter_count = 1,
        .create = create,
        .get_extension = get_extension,
    };

    RIALTO_ONE_PLUGIN(plugin)
    """#
