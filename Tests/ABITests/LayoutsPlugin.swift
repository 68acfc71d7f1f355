import CRialto

/// Layouts of needs.h, services.h, state.h, intents.h,
/// strategy.h, model.h, entry.h, note.h as Swift imports them.
func layoutsPlugin() -> [String] {
    var lines: [String] = []
    lines += layout(
        rialto_need_t.self, "rialto_need_t",
        [
            "struct_size": \.struct_size, "kind": \.kind, "instrument": \.instrument,
            "history_rows": \.history_rows, "interval_ns": \.interval_ns,
        ])
    lines += layout(
        rialto_needs_t.self, "rialto_needs_t",
        [
            "struct_size": \.struct_size, "flags": \.flags,
            "need_count": \.need_count, "intents_per_group": \.intents_per_group,
            "needs": \.needs,
        ])
    lines += layout(
        rialto_services_t.self, "rialto_services_t",
        [
            "struct_size": \.struct_size, "reserved": \.reserved, "host": \.host,
            "log": \.log, "random": \.random, "parameter": \.parameter,
            "instruments": \.instruments, "get_value": \.get_value,
            "resource": \.resource, "get_extension": \.get_extension,
        ])
    lines += layout(
        rialto_state_writer_t.self, "rialto_state_writer_t",
        [
            "struct_size": \.struct_size, "schema": \.schema, "host": \.host,
            "write": \.write,
        ])
    lines += layout(
        rialto_state_reader_t.self, "rialto_state_reader_t",
        [
            "struct_size": \.struct_size, "schema": \.schema, "host": \.host,
            "read": \.read,
        ])
    lines += layout(
        rialto_intent_t.self, "rialto_intent_t",
        [
            "struct_size": \.struct_size, "kind": \.kind, "side": \.side,
            "order_type": \.order_type, "time_in_force": \.time_in_force,
            "row": \.row, "instrument": \.instrument, "order_flags": \.order_flags,
            "link": \.link, "algorithm": \.algorithm, "reason": \.reason,
            "order_id": \.order_id, "link_id": \.link_id, "quantity": \.quantity,
            "price": \.price, "trigger_price": \.trigger_price,
            "stop_price": \.stop_price, "take_profit_price": \.take_profit_price,
            "time_stop_ns": \.time_stop_ns, "expire_time_ns": \.expire_time_ns,
            "algorithm_duration_ns": \.algorithm_duration_ns,
            "algorithm_quantity": \.algorithm_quantity,
            "algorithm_rate_e6": \.algorithm_rate_e6, "leverage_e2": \.leverage_e2,
            "text_offset": \.text_offset, "text_size": \.text_size,
            "key_offset": \.key_offset, "key_size": \.key_size,
        ])
    lines += layout(
        rialto_intents_t.self, "rialto_intents_t",
        [
            "struct_size": \.struct_size, "item_size": \.item_size,
            "capacity": \.capacity, "count": \.count, "items": \.items,
            "text": \.text, "text_capacity": \.text_capacity,
            "text_count": \.text_count,
        ])
    lines += layout(
        rialto_strategy_t.self, "rialto_strategy_t",
        [
            "struct_size": \.struct_size, "reserved": \.reserved, "self": \.`self`,
            "on_batch": \.on_batch, "save": \.save, "load": \.load,
            "destroy": \.destroy,
        ])
    lines += layout(
        rialto_model_t.self, "rialto_model_t",
        [
            "struct_size": \.struct_size, "reserved": \.reserved, "self": \.`self`,
            "on_batch": \.on_batch, "save": \.save, "load": \.load,
            "destroy": \.destroy,
        ])
    lines += layout(
        rialto_host_t.self, "rialto_host_t",
        [
            "struct_size": \.struct_size, "abi_major_min": \.abi_major_min,
            "abi_major_max": \.abi_major_max, "abi_minor": \.abi_minor,
            "features": \.features, "name": \.name, "version": \.version,
        ])
    lines += layout(
        rialto_plugin_t.self, "rialto_plugin_t",
        [
            "struct_size": \.struct_size, "kind": \.kind, "id": \.id,
            "version": \.version, "name": \.name, "summary": \.summary,
            "author": \.author, "license": \.license, "parameters": \.parameters,
            "parameter_count": \.parameter_count, "reserved": \.reserved,
            "context": \.context, "create": \.create,
            "get_extension": \.get_extension,
        ])
    lines += layout(
        rialto_library_t.self, "rialto_library_t",
        [
            "struct_size": \.struct_size, "abi_major": \.abi_major,
            "abi_minor": \.abi_minor, "plugin_count": \.plugin_count,
            "plugins": \.plugins,
        ])
    lines += layout(
        rialto_note_t.self, "rialto_note_t",
        [
            "name_size": \.name_size, "data_size": \.data_size, "type": \.type,
            "owner": \.owner, "abi_major_min": \.abi_major_min,
            "abi_major_max": \.abi_major_max, "abi_minor": \.abi_minor, "id": \.id,
            "version": \.version, "language": \.language, "compiler": \.compiler,
        ])
    return lines
}
