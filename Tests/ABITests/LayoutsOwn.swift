import CRialto

/// Layouts of own.h, forecasts.h, batch.h, series.h as Swift imports them.
func layoutsOwn() -> [String] {
    var lines: [String] = []
    lines += layout(
        rialto_parameter_changes_t.self, "rialto_parameter_changes_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "parameter": \.parameter, "set": \.set, "value": \.value,
        ])
    lines += layout(
        rialto_own_orders_t.self, "rialto_own_orders_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "order_id": \.order_id,
            "instrument": \.instrument, "state": \.state, "side": \.side,
            "reason": \.reason, "price": \.price, "quantity": \.quantity,
            "filled": \.filled,
        ])
    lines += layout(
        rialto_fills_t.self, "rialto_fills_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "order_id": \.order_id,
            "instrument": \.instrument, "side": \.side, "liquidity": \.liquidity,
            "price": \.price, "quantity": \.quantity, "position": \.position,
            "fee": \.fee,
        ])
    lines += layout(
        rialto_account_t.self, "rialto_account_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "cash": \.cash, "equity": \.equity, "margin": \.margin,
            "capital_left": \.capital_left, "halted": \.halted,
            "first_position": \.first_position, "position_count": \.position_count,
            "position_instrument": \.position_instrument,
            "position_quantity": \.position_quantity,
        ])
    lines += layout(
        rialto_timers_t.self, "rialto_timers_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "timer_id": \.timer_id,
        ])
    lines += layout(
        rialto_responses_t.self, "rialto_responses_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "request_id": \.request_id, "status": \.status, "headers": \.headers,
            "body": \.body,
        ])
    lines += layout(
        rialto_forecast_t.self, "rialto_forecast_t",
        [
            "struct_size": \.struct_size, "row": \.row, "instrument": \.instrument,
            "kind": \.kind, "quantile_count": \.quantile_count,
            "reserved": \.reserved, "horizon_ns": \.horizon_ns,
            "valid_ns": \.valid_ns, "confidence": \.confidence, "value": \.value,
            "deviation": \.deviation, "quantile_level": \.quantile_level,
            "quantile_value": \.quantile_value, "series": \.series,
            "reserved_series": \.reserved_series,
        ])
    lines += layout(
        rialto_forecasts_out_t.self, "rialto_forecasts_out_t",
        [
            "struct_size": \.struct_size, "item_size": \.item_size,
            "capacity": \.capacity, "count": \.count, "items": \.items,
        ])
    lines += layout(
        rialto_forecast_events_t.self, "rialto_forecast_events_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "model": \.model, "instrument": \.instrument, "kind": \.kind,
            "horizon_ns": \.horizon_ns, "valid_until_ns": \.valid_until_ns,
            "confidence": \.confidence, "value": \.value, "deviation": \.deviation,
            "weight": \.weight,
        ])
    lines += layout(
        rialto_batch_t.self, "rialto_batch_t",
        [
            "struct_size": \.struct_size, "flags": \.flags, "count": \.count,
            "single_kind": \.single_kind, "order_kind": \.order_kind,
            "order_row": \.order_row, "instruments": \.instruments,
            "status": \.status, "parameters": \.parameters,
            "own_orders": \.own_orders, "fills": \.fills, "account": \.account,
            "trades": \.trades, "quotes": \.quotes, "books": \.books,
            "book_deltas": \.book_deltas, "bars": \.bars, "marks": \.marks,
            "funding": \.funding, "open_interest": \.open_interest,
            "liquidations": \.liquidations, "texts": \.texts,
            "forecasts": \.forecasts, "timers": \.timers, "responses": \.responses,
            "series": \.series,
        ])
    lines += layout(
        rialto_series_services_t.self, "rialto_series_services_t",
        [
            "struct_size": \.struct_size, "reserved": \.reserved, "publish": \.publish,
            "read": \.read,
        ])
    lines += layout(
        rialto_series_t.self, "rialto_series_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "series": \.series, "instrument": \.instrument, "value": \.value,
        ])
    return lines
}
