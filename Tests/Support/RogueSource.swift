/// C text of a strategy whose answer to each batch is `body`; everything else is as it should be.
///
/// In `body` there are `batch`, `intents`, `out_consumed` (already all entries) and `put`, which
/// adds an intent of a kind for instrument 0 and returns it. `needs` are the kinds that it is given
/// of all its instruments; `extra` is code of `create`, `top` what comes before all functions.
package func rogueSource(
    _ body: String, id: String = "org.rialto.test.rogue", needs: [String] = ["BARS"],
    extra: String = "", top: String = ""
) -> String {
    """
    #define _GNU_SOURCE
    #include <stdlib.h>
    #include <string.h>
    #include "rialto/rialto.h"

    RIALTO_WRITE_NOTE("\(id)", "1.0.0", "c", __VERSION__);
    #define TEXT(literal) {literal, sizeof(literal) - 1}
    \(top)
    static rialto_need_t needs[] = {
    \(needs.map { "    {sizeof(rialto_need_t), RIALTO_KIND_\($0), RIALTO_NONE, 0, 0}," }
        .joined(separator: "\n"))
    };

    static rialto_intent_t *put(rialto_intents_t *intents, uint32_t kind) {
        char *place = (char *)intents->items + (size_t)intents->count++ * intents->item_size;
        rialto_intent_t *intent = (rialto_intent_t *)place;
        intent->struct_size = sizeof(rialto_intent_t);
        intent->kind = (uint8_t)kind;
        return intent;
    }

    static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                  rialto_intents_t *intents,
                                  uint32_t *out_consumed) {
        (void)self;
        (void)put;
        *out_consumed = batch->count;
        \(body)
        return RIALTO_OK;
    }

    static void destroy(void *self) { (void)self; }

    static rialto_result create(const rialto_plugin_t *plugin, const rialto_services_t *services,
                                void *out_table, rialto_needs_t *out_needs, rialto_error_t *error) {
        (void)plugin; (void)services; (void)error;
        rialto_strategy_t *table = out_table;
        table->on_batch = on_batch;
        table->destroy = destroy;
        out_needs->need_count = sizeof needs / sizeof needs[0];
        out_needs->needs = needs;
        out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
        \(extra)
        return RIALTO_OK;
    }

    static const rialto_plugin_t plugin = {
        .struct_size = sizeof(rialto_plugin_t), .kind = RIALTO_PLUGIN_STRATEGY, .id = TEXT("\(id)"),
        .version = TEXT("1.0.0"), .name = TEXT("Rogue"), .summary = TEXT("Breaks rules."),
        .author = TEXT("Tests"), .license = TEXT("Apache-2.0"), .create = create,
    };
    static const rialto_plugin_t *const plugins[] = {&plugin};
    static const rialto_library_t library = {sizeof(rialto_library_t), RIALTO_ABI_MAJOR,
                                             RIALTO_ABI_MINOR, 1, plugins};

    rialto_result rialto_plugin_entry(const rialto_host_t *host,
                                      const rialto_library_t **out_library,
                                      rialto_error_t *out_error) {
        (void)host; (void)out_error;
        *out_library = &library;
        return RIALTO_OK;
    }
    """
}
