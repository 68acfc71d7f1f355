/// C text of a strategy that passes every check. Each part can be replaced by a bad one.
struct HonestSource {
    var note = #"RIALTO_WRITE_NOTE("org.example.honest", "1.0.0", "c", __VERSION__);"#
    /// Before all functions.
    var top = ""
    /// Of `create`, before memory is taken; and after it.
    var before = ""
    var after = ""
    /// What it says that it needs.
    var needs = """
        out_needs->need_count = 1;
        out_needs->needs = &need;
        out_needs->flags = RIALTO_NEEDS_OPEN_LOOP;
        """
    var destroy = "free(instance);"
    /// Of `on_batch`, before the loop over rows; and in it, with `close`, `row` and `self`.
    var batch = ""
    var row = ""
    /// How state is written, from `self` to `bytes` of `size`, and read.
    var written = "honest_t kept = *self;"
    var piecewise = true
    var loaded = ""
    /// What becomes of a write that fails.
    var unwritten = "return result;"
    /// How far apart items are.
    var stride = "intents->item_size"
    /// Of the entry, before it refuses; how it refuses; how it answers.
    var entry = ""
    var refusal = """
        if (!RIALTO_HOST_SPEAKS(host))
            return rialto_refuse(out_error, RIALTO_ERROR_ABI, "another major");
        """
    var answer = "*out_library = &library;"
    /// Of `get_extension`.
    var extensions = "(void)id; return NULL;"
    var version = "1.0.0"
    var parameter = "NUMBER(1), NUMBER(9), NUMBER(1), NUMBER(3)"

    var text: String {
        """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <string.h>
        #include "rialto/one_plugin.h"
        #include "rialto/rialto.h"
        \(note)
        #define TEXT(literal) {literal, sizeof(literal) - 1}
        #define NUMBER(value) {sizeof(rialto_value_t), RIALTO_VALUE_INTEGER, 0, value, 0, {0, 0}}
        typedef struct honest {
            int64_t calls;
            uint64_t place;
            int64_t sum; // Last: what is cut off at the front is missed
        } honest_t;
        static rialto_need_t need = {sizeof(rialto_need_t), RIALTO_KIND_BARS, RIALTO_NONE, 0, 0};
        \(top)
        \(functions)
        \(tables)
        """
    }

    private var functions: String {
        """
        static rialto_intent_t *put(rialto_intents_t *intents, uint32_t kind, uint32_t row) {
            char *place = (char *)intents->items + (size_t)intents->count++ * \(stride);
            rialto_intent_t *intent = (rialto_intent_t *)(void *)place;
            intent->struct_size = sizeof(rialto_intent_t);
            intent->kind = (uint8_t)kind;
            intent->row = row;
            return intent;
        }
        static rialto_result on_batch(void *instance, const rialto_batch_t *batch,
                                      rialto_intents_t *intents, uint32_t *out_consumed) {
            honest_t *self = instance;
            *out_consumed = batch->count;
            self->calls++;
            \(batch)
            for (uint32_t row = 0; row < batch->count; row++) {
                const int64_t *time = batch->bars->time_ns + row;
                // Two instruments: a group has two rows.
                if (row > 0 && time[0] != time[-1] && intents->count + 2 > intents->capacity) {
                    *out_consumed = row;
                    return RIALTO_OK;
                }
                const int64_t close = batch->bars->close[row];
                self->sum = (self->sum * 31 + close) % 1000003;
                \(row)
                if (self->sum % 7 != 0) continue;
                put(intents, RIALTO_INTENT_TARGET, row)->quantity = self->sum;
            }
            return RIALTO_OK;
        }
        static rialto_result save(void *instance, rialto_state_writer_t *writer) {
            honest_t *self = instance;
            \(written)
            uint64_t done = 0, count = 0;
            writer->schema = 1;
            do {
                const rialto_result result = writer->write(
                    writer->host, (const char *)&kept + done, sizeof kept - done, &count);
                if (result != RIALTO_OK) \(unwritten)
                done += count;
            } while (\(piecewise ? 1 : 0) && done < sizeof kept);
            return RIALTO_OK;
        }
        static rialto_result load(void *instance, const rialto_state_reader_t *reader) {
            honest_t *self = instance, kept = {0};
            uint64_t done = 0, count = 0;
            if (reader->schema != 1) return RIALTO_ERROR_STATE;
            do {
                if (reader->read(reader->host, (char *)&kept + done, sizeof kept - done, &count)
                    != RIALTO_OK)
                    return RIALTO_ERROR_STATE;
                done += count;
            } while (\(piecewise ? 1 : 0) && done < sizeof kept);
            \(loaded)
            *self = kept;
            return RIALTO_OK;
        }
        static void destroy(void *instance) { \(destroy) }
        static rialto_result create(const rialto_plugin_t *plugin,
                                    const rialto_services_t *services, void *out_table,
                                    rialto_needs_t *out_needs, rialto_error_t *error) {
            const rialto_instruments_t *known = NULL;
            (void)plugin;
            \(before)
            services->instruments(services->host, &known);
            if (known == NULL || known->count == 0)
                return rialto_refuse(error, RIALTO_ERROR_PARAMETER, "it wants an instrument");
            honest_t *self = calloc(1, sizeof(honest_t));
            if (self == NULL) return rialto_refuse(error, RIALTO_ERROR_MEMORY, "no memory");
            \(after)
            rialto_strategy_t *table = out_table;
            table->self = self;
            table->on_batch = on_batch;
            table->save = save;
            table->load = load;
            table->destroy = destroy;
            \(needs)
            return RIALTO_OK;
        }
        static const void *get_extension(rialto_text_t id) { \(extensions) }
        """
    }

    private var tables: String {
        """
        static const rialto_parameter_t parameters[] = {
            {sizeof(rialto_parameter_t), 1, RIALTO_VALUE_INTEGER, 0, 0, TEXT("length"),
             TEXT("bars"), TEXT("Length"), TEXT(""), \(parameter)},
        };
        static const rialto_plugin_t plugin = {
            .struct_size = sizeof(rialto_plugin_t), .kind = RIALTO_PLUGIN_STRATEGY,
            .id = TEXT("org.example.honest"), .version = TEXT("\(version)"),
            .name = TEXT("Honest"), .summary = TEXT("Does as the contract says."),
            .author = TEXT("Tests"), .license = TEXT("Apache-2.0"), .parameters = parameters,
            .parameter_count = 1, .create = create, .get_extension = get_extension,
        };
        static const rialto_plugin_t *const plugins[] = {&plugin};
        static const rialto_library_t library = {sizeof(rialto_library_t), RIALTO_ABI_MAJOR,
                                                 RIALTO_ABI_MINOR, 1, plugins};
        rialto_result rialto_plugin_entry(const rialto_host_t *host,
                                          const rialto_library_t **out_library,
                                          rialto_error_t *out_error) {
            (void)host, (void)out_error;
            \(entry)
            \(refusal)
            \(answer)
            return RIALTO_OK;
        }
        """
    }
}
