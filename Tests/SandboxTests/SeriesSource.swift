/// C text of a model of bars that publishes and reads named series through the kit's helpers.
///
/// - Parameters:
///   - publishes: Numbered from 0; `reads` likewise.
///   - fields: What an instance keeps; code finds it at `s`.
///   - onBar: Code with `time`, `instrument`, `close` and `row`, the entry; `say(number, value)`
///     publishes.
///   - onSeries: The same with `series` and `value` in place of `close`.
func seriesModel(
    _ id: String, publishes: [String], reads: [String] = [], history: Int = 0, fields: String = "",
    top: String = "",
    onBar: String = "", onSeries: String = ""
) -> String {
    seriesPlugin(
        id, kind: "MODEL", asks: publishes.map { ("publishes", $0) } + reads.map { ("reads", $0) },
        history: history, out: "forecasts", fields: fields,
        top: """
            #define say(number, value) \
            rialto_publish(forecasts, row, number, instrument, value)
            \(top)
            """, onBar: onBar, onSeries: onSeries)
}

/// C text of a strategy that reads named series; `want(quantity)` wants a position.
func seriesStrategy(
    _ id: String, reads: [String], history: Int = 0, fields: String = "",
    top: String = "", onBar: String = "",
    onSeries: String = ""
) -> String {
    seriesPlugin(
        id, kind: "STRATEGY", asks: reads.map { ("reads", $0) }, history: history, out: "intents",
        fields: "int64_t wanted[16];" + fields,
        top: """
            #define say(number, value) (void)0
            static void want_at(rialto_intents_t *intents, uint32_t flags, uint32_t row,
                                uint32_t instrument, int64_t quantity) {
                if (quantity == s->wanted[instrument] || (flags & RIALTO_BATCH_WARM_UP)) return;
                const size_t used = (size_t)intents->count++ * intents->item_size;
                rialto_intent_t *intent = (void *)((char *)intents->items + used);
                intent->struct_size = sizeof(rialto_intent_t);
                intent->kind = RIALTO_INTENT_TARGET;
                intent->row = row;
                intent->instrument = instrument;
                intent->quantity = s->wanted[instrument] = quantity;
            }
            #define want(quantity) want_at(intents, batch->flags, row, instrument, quantity)
            \(top)
            """, onBar: onBar, onSeries: onSeries)
}

private func seriesPlugin(
    _ id: String, kind: String, asks: [(how: String, name: String)], history: Int, out: String,
    fields: String, top: String, onBar: String, onSeries: String
) -> String {
    let calls = asks.enumerated().map { index, ask in
        let number = index - (asks.firstIndex { $0.how == ask.how } ?? 0)
        return """
                uint32_t number\(index) = 99;
                if (rialto_\(ask.how)(services, "\(ask.name)", &number\(index)) != RIALTO_OK
                    || number\(index) != \(number))
                    return rialto_refuse(error, RIALTO_ERROR, "no series \(ask.name)");
            """
    }
    let table = kind == "MODEL" ? "rialto_model_t" : "rialto_strategy_t"
    let outType = kind == "MODEL" ? "rialto_forecasts_out_t" : "rialto_intents_t"
    let flags = kind == "MODEL" ? "" : "out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;"
    return """
        #include <math.h>
        #include <stdlib.h>
        #include "rialto/one_plugin.h"
        #include "rialto/publishing.h"
        #include "rialto/rialto.h"

        RIALTO_WRITE_NOTE("\(id)", "1.0.0", "c", __VERSION__);
        #define TEXT(literal) {literal, sizeof(literal) - 1}
        typedef struct state {
            \(fields)
            uint64_t unused;
        } state_t;
        static _Thread_local state_t *s; // Of the instance that is called
        \(top)
        static const rialto_need_t needs[] = {
            {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, \(history), 0}};

        static rialto_result on_batch(void *self, const rialto_batch_t *batch,
                                      \(outType) *\(out), uint32_t *out_consumed) {
            s = self;
            (void)\(out);
            for (uint32_t row = 0; row < batch->count; row++) {
                uint32_t at;
                if (rialto_entry(batch, row, &at) == RIALTO_KIND_BARS) {
                    const int64_t time = batch->bars->time_ns[at], close = batch->bars->close[at];
                    const uint32_t instrument = batch->bars->instrument[at];
                    (void)time, (void)close, (void)instrument;
                    \(onBar)
                } else {
                    const int64_t time = batch->series->time_ns[at];
                    const uint32_t series = batch->series->series[at];
                    const uint32_t instrument = batch->series->instrument[at];
                    const double value = batch->series->value[at];
                    (void)time, (void)series, (void)instrument, (void)value;
                    \(onSeries)
                }
            }
            *out_consumed = batch->count;
            return RIALTO_OK;
        }

        static void destroy(void *self) { free(self); }

        static rialto_result create(const rialto_plugin_t *plugin,
                                    const rialto_services_t *services, void *out_table,
                                    rialto_needs_t *out_needs, rialto_error_t *error) {
            (void)plugin, (void)services, (void)error;
        \(calls.joined(separator: "\n"))
            \(table) *table = out_table;
            table->self = calloc(1, sizeof(state_t));
            table->on_batch = on_batch;
            table->destroy = destroy;
            out_needs->need_count = 1;
            out_needs->needs = needs;
            \(flags)
            return RIALTO_OK;
        }

        static const rialto_plugin_t plugin = {
            .struct_size = sizeof(rialto_plugin_t), .kind = RIALTO_PLUGIN_\(kind),
            .id = TEXT("\(id)"), .version = TEXT("1.0.0"), .name = TEXT("Series"),
            .summary = TEXT("Publishes or reads."), .author = TEXT("Tests"),
            .license = TEXT("Apache-2.0"), .create = create,
        };
        RIALTO_ONE_PLUGIN(plugin)
        """
}
