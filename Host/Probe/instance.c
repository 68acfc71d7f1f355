// Instances of the plugin, made with the defaults of its parameters.
#include <stdio.h>
#include <string.h>

#include "probe.h"

#define PARAMETERS_MAX 4096u

static const int64_t zeros[INSTRUMENTS], steps[INSTRUMENTS] = {1, 1}, ones[INSTRUMENTS] = {1, 1};
static const uint32_t numbers[INSTRUMENTS] = {0, 1}, revisions[INSTRUMENTS];
static const rialto_text_t names[INSTRUMENTS] = {{"BTC/USD", 7}, {"ETH/USD", 7}};
static const rialto_text_t venues[INSTRUMENTS] = {{"paper", 5}, {"paper", 5}};
static const rialto_text_t currencies[INSTRUMENTS] = {{"USD", 3}, {"USD", 3}};
static const uint8_t kinds[INSTRUMENTS] = {RIALTO_SPOT, RIALTO_SPOT};
static const uint8_t price_decimals[INSTRUMENTS] = {2, 2};
static const uint8_t quantity_decimals[INSTRUMENTS] = {6, 6};

static rialto_instruments_t instruments_of(uint32_t count) {
    return (rialto_instruments_t){
        sizeof(rialto_instruments_t), count, zeros, numbers, revisions, names, venues, currencies,
        kinds, price_decimals, quantity_decimals, steps, steps, ones, zeros};
}

static uint32_t take_defaults(const rialto_plugin_t *plugin, rialto_given_parameter_t *out) {
    const char *place = (const char *)plugin->parameters;
    uint32_t count = 0;
    for (uint32_t i = 0; i < plugin->parameter_count && count < PARAMETERS_MAX; i++) {
        const rialto_parameter_t *one = (const rialto_parameter_t *)(const void *)place;
        if (!(one->flags & RIALTO_PARAMETER_REQUIRED)) {
            out[count] = (rialto_given_parameter_t){one->id, 0, one->initial};
            out[count].value.type = one->type;
            out[count++].value.struct_size = sizeof(rialto_value_t);
        }
        place += plugin->parameters[0].struct_size;
    }
    return count;
}

const rialto_creation_t *creation_of(const rialto_plugin_t *plugin, uint32_t instruments) {
    // They are valid until the instance is destroyed: the same for all.
    static rialto_given_parameter_t given[PARAMETERS_MAX];
    static rialto_instruments_t tables[INSTRUMENTS + 1];
    static rialto_creation_t creations[INSTRUMENTS + 1];
    tables[instruments] = instruments_of(instruments);
    rialto_creation_t *creation = &creations[instruments];
    *creation = (rialto_creation_t){
        .kind = plugin->kind, .parameters = given, .parameter_count = take_defaults(plugin, given),
        .instruments = &tables[instruments], .seed = 1, .plugin_id = plugin->id};
    return creation;
}

rialto_result make(instance_t *instance, const rialto_plugin_t *plugin, uint32_t instruments) {
    return make_with(instance, plugin, creation_of(plugin, instruments));
}

rialto_result make_with(instance_t *instance, const rialto_plugin_t *plugin,
                        const rialto_creation_t *creation) {
    memset(instance, 0, sizeof *instance);
    instance->plugin = plugin;
    instance->instruments = creation->instruments->count;
    instance->services = services_from(&instance->given, creation);
    instance->is_model = plugin->kind == RIALTO_PLUGIN_MODEL;
    instance->strategy.struct_size = sizeof instance->strategy;
    instance->model.struct_size = sizeof instance->model;
    instance->needs.struct_size = sizeof instance->needs;
    instance->error.struct_size = sizeof instance->error;
    void *table = instance->is_model ? (void *)&instance->model : (void *)&instance->strategy;
    return plugin->create(plugin, &instance->services, table, &instance->needs,
                          &instance->error);
}

uint32_t fitting(const rialto_plugin_t *plugin) {
    static const rialto_plugin_t *last;
    static uint32_t count;
    if (plugin == last) return count;
    last = plugin;
    for (count = INSTRUMENTS; count > 1; count--) {
        instance_t one;
        if (make(&one, plugin, count) != RIALTO_OK) continue;
        release(&one);
        break;
    }
    return count;
}

void release(instance_t *instance) {
    if (instance->is_model && instance->model.destroy != NULL)
        instance->model.destroy(instance->model.self);
    if (!instance->is_model && instance->strategy.destroy != NULL)
        instance->strategy.destroy(instance->strategy.self);
}

const char *cannot_try(const rialto_plugin_t *plugin) {
    const char *place = (const char *)plugin->parameters;
    if (plugin->kind == RIALTO_PLUGIN_EXCHANGE)
        return "an exchange plugin's contract is a draft and is not tried";
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        const rialto_parameter_t *one = (const rialto_parameter_t *)(const void *)place;
        if (one->flags & RIALTO_PARAMETER_REQUIRED) return "a required parameter has no default";
        place += plugin->parameters[0].struct_size;
    }
    return NULL;
}

const char *name_of(const rialto_plugin_t *plugin) {
    static char text[96];
    const int size = plugin->id.size < 64 ? (int)plugin->id.size : 64;
    snprintf(text, sizeof text, "%.*s", size, plugin->id.data);
    return text;
}
