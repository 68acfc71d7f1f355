// One instance, question by question.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker.h"
#include "worker_tables.h"

// The instance: its kind says which table is filled in.
static uint32_t kind;
static rialto_strategy_t strategy;
static rialto_model_t model;

static void take_needs(const rialto_needs_t *needs) {
    rialto_answer_t *answer = channel.answer;
    answer->needs_flags = needs->flags;
    answer->intents_per_group = needs->intents_per_group;
    answer->need_count = needs->need_count;
    const uint32_t stride = needs->needs[0].struct_size;
    const char *place = (const char *)needs->needs;
    for (uint32_t i = 0; i < needs->need_count && i < RIALTO_NEEDS_MAX; i++)
        memcpy(&answer->needs[i], place + (size_t)i * stride, sizeof(rialto_need_t));
}

static rialto_result create(const rialto_creation_t *creation, rialto_error_t *error) {
    const rialto_plugin_t *plugin = NULL;
    const rialto_result found = find_plugin(creation, &plugin, error);
    if (found != RIALTO_OK) return found;
    rialto_needs_t needs = {.struct_size = sizeof needs};
    void *table = &strategy;
    kind = creation->kind;
    strategy.struct_size = sizeof strategy;
    model.struct_size = sizeof model;
    if (kind == RIALTO_PLUGIN_MODEL) table = &model;
    if (kind == RIALTO_PLUGIN_EXCHANGE) table = exchange_table();
    const rialto_result result =
        plugin->create(plugin, services_of(creation), table, &needs, error);
    if (result != RIALTO_OK) return result;
    if (rialto_needs_check(&needs, RIALTO_NEEDS_MAX, error) != RIALTO_OK) {
        channel.answer->refused = RIALTO_REFUSED_TABLE;
        return RIALTO_ERROR_ARGUMENT;
    }
    take_needs(&needs);
    if (kind == RIALTO_PLUGIN_EXCHANGE) return say_endpoints();
    if (kind == RIALTO_PLUGIN_MODEL ? model.on_batch == NULL : strategy.on_batch == NULL)
        return RIALTO_ERROR_UNSUPPORTED;
    channel.answer->keeps_state = kind == RIALTO_PLUGIN_MODEL
                                      ? model.save != NULL && model.load != NULL
                                      : strategy.save != NULL && strategy.load != NULL;
    return RIALTO_OK;
}

static rialto_result read_as_strategy(const rialto_batch_t *batch, uint32_t *out_consumed) {
    rialto_answer_t *answer = channel.answer;
    const uint32_t used = answer->intents.count;
    memset(answer->intent_items, 0,
           sizeof(rialto_intent_t) * (used < RIALTO_INTENTS_MAX ? used : RIALTO_INTENTS_MAX));
    answer->intents = (rialto_intents_t){
        sizeof(rialto_intents_t), sizeof(rialto_intent_t), RIALTO_INTENTS_MAX, 0,
        answer->intent_items, answer->intent_text, RIALTO_INTENT_TEXT_MAX, 0};
    return strategy.on_batch(strategy.self, batch, &answer->intents, out_consumed);
}

static rialto_result read_as_model(const rialto_batch_t *batch, uint32_t *out_consumed) {
    rialto_answer_t *answer = channel.answer;
    const uint32_t used = answer->forecasts.count;
    memset(answer->forecast_items, 0,
           sizeof(rialto_forecast_t) * (used < RIALTO_FORECASTS_MAX ? used : RIALTO_FORECASTS_MAX));
    answer->forecasts = (rialto_forecasts_out_t){
        .struct_size = sizeof(rialto_forecasts_out_t), .item_size = sizeof(rialto_forecast_t),
        .capacity = RIALTO_FORECASTS_MAX, .items = answer->forecast_items};
    return model.on_batch(model.self, batch, &answer->forecasts, out_consumed);
}

static rialto_result read_batch(const rialto_batch_t *batch) {
    uint32_t consumed = 0;
    rialto_result result;
    switch (kind) {
    case RIALTO_PLUGIN_MODEL: result = read_as_model(batch, &consumed); break;
    case RIALTO_PLUGIN_EXCHANGE: result = read_as_exchange(batch, &consumed); break;
    default: result = read_as_strategy(batch, &consumed);
    }
    channel.answer->consumed = consumed;
    return result;
}

static void end(void) {
    if (kind == RIALTO_PLUGIN_EXCHANGE) end_exchange();
    if (kind == RIALTO_PLUGIN_MODEL && model.destroy != NULL) model.destroy(model.self);
    if (kind == RIALTO_PLUGIN_STRATEGY && strategy.destroy != NULL)
        strategy.destroy(strategy.self);
}

static rialto_result respond(void) {
    const int is_model = kind == RIALTO_PLUGIN_MODEL;
    const void *place = (const void *)(uintptr_t)channel.ask->place;
    rialto_answer_t *answer = channel.answer;
    void *self = is_model ? model.self : strategy.self;
    const int is_exchange = kind == RIALTO_PLUGIN_EXCHANGE;
    begin_log();
    switch (channel.ask->operation) {
    case RIALTO_ASK_ENCODE: return is_exchange ? encode_order(place) : RIALTO_ERROR_UNSUPPORTED;
    case RIALTO_ASK_READ_BACK:
        return is_exchange ? read_request_back(place) : RIALTO_ERROR_UNSUPPORTED;
    case RIALTO_ASK_CREATE: return create(place, &answer->error);
    case RIALTO_ASK_BATCH: return read_batch(place);
    case RIALTO_ASK_SAVE: return save_state(self, is_model ? model.save : strategy.save);
    case RIALTO_ASK_LOAD: return load_state(self, is_model ? model.load : strategy.load, place);
    case RIALTO_ASK_STATE:
        answer->consumed =
            copy_state(channel.ask->place, answer->intent_text, RIALTO_INTENT_TEXT_MAX);
        return RIALTO_OK;
    default: return RIALTO_ERROR_ARGUMENT;
    }
}

void serve(const options_t *options, const char *path) {
    uint32_t number = channel.ask->number;
    // The host looks at the layers before any of the plugin's code could say otherwise.
    answer(number);
    number = wait_for_question(number);
    if (channel.ask->operation != RIALTO_ASK_OPEN) _exit(RIALTO_WORKER_EXIT_END);
    open_library(options, path);
    if (options->interprets && !options->debugpy) stand_still(MONOTONIC_STANDS);
    filter_for_running();
    channel.answer->error = (rialto_error_t){.struct_size = sizeof(rialto_error_t)};
    channel.answer->stage = RIALTO_STAGE_SERVING;
    channel.answer->result = RIALTO_OK;
    answer(number);
    for (;;) {
        number = wait_for_question(number);
        if (channel.ask->operation == RIALTO_ASK_END) {
            end();
            _exit(RIALTO_WORKER_EXIT_END);
        }
        channel.answer->result = respond();
        answer(number);
    }
}
