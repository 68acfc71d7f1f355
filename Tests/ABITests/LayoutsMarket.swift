import CRialto

/// Layouts of base.h, parameters.h, market.h as Swift imports them.
func layoutsMarket() -> [String] {
    var lines: [String] = []
    lines += layout(
        rialto_text_t.self, "rialto_text_t",
        [
            "data": \.data, "size": \.size,
        ])
    lines += layout(
        rialto_cash_t.self, "rialto_cash_t",
        [
            "low": \.low, "high": \.high,
        ])
    lines += layout(
        rialto_error_t.self, "rialto_error_t",
        [
            "struct_size": \.struct_size, "code": \.code, "text": \.text,
        ])
    lines += layout(
        rialto_value_t.self, "rialto_value_t",
        [
            "struct_size": \.struct_size, "type": \.type, "decimals": \.decimals,
            "integer": \.integer, "number": \.number, "text": \.text,
        ])
    lines += layout(
        rialto_parameter_t.self, "rialto_parameter_t",
        [
            "struct_size": \.struct_size, "id": \.id, "type": \.type,
            "reserved": \.reserved, "flags": \.flags, "name": \.name, "unit": \.unit,
            "summary": \.summary, "choices": \.choices, "lowest": \.lowest,
            "highest": \.highest, "step": \.step, "initial": \.initial,
        ])
    lines += layout(
        rialto_instruments_t.self, "rialto_instruments_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "instrument": \.instrument, "revision": \.revision, "name": \.name,
            "venue": \.venue, "currency": \.currency, "kind": \.kind,
            "price_decimals": \.price_decimals,
            "quantity_decimals": \.quantity_decimals, "price_step": \.price_step,
            "quantity_step": \.quantity_step, "multiplier": \.multiplier,
            "expiry_ns": \.expiry_ns,
        ])
    lines += layout(
        rialto_status_t.self, "rialto_status_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "status": \.status,
        ])
    lines += layout(
        rialto_trades_t.self, "rialto_trades_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "price": \.price, "quantity": \.quantity, "taker_side": \.taker_side,
        ])
    lines += layout(
        rialto_quotes_t.self, "rialto_quotes_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "bid_price": \.bid_price, "bid_quantity": \.bid_quantity,
            "ask_price": \.ask_price, "ask_quantity": \.ask_quantity,
        ])
    lines += layout(
        rialto_books_t.self, "rialto_books_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "first_level": \.first_level, "bid_count": \.bid_count,
            "ask_count": \.ask_count, "level_price": \.level_price,
            "level_quantity": \.level_quantity,
        ])
    lines += layout(
        rialto_book_deltas_t.self, "rialto_book_deltas_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "side": \.side, "last": \.last, "price": \.price, "quantity": \.quantity,
            "sequence": \.sequence,
        ])
    lines += layout(
        rialto_bars_t.self, "rialto_bars_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "open_time_ns": \.open_time_ns, "close_time_ns": \.close_time_ns,
            "instrument": \.instrument, "interval_ns": \.interval_ns, "open": \.open,
            "high": \.high, "low": \.low, "close": \.close, "volume": \.volume,
            "final": \.final,
        ])
    lines += layout(
        rialto_marks_t.self, "rialto_marks_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "mark_price": \.mark_price, "index_price": \.index_price,
        ])
    lines += layout(
        rialto_funding_t.self, "rialto_funding_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "rate_e9": \.rate_e9, "next_funding_ns": \.next_funding_ns,
        ])
    lines += layout(
        rialto_open_interest_t.self, "rialto_open_interest_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "quantity": \.quantity,
        ])
    lines += layout(
        rialto_liquidations_t.self, "rialto_liquidations_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "side": \.side, "price": \.price, "quantity": \.quantity,
        ])
    lines += layout(
        rialto_texts_t.self, "rialto_texts_t",
        [
            "struct_size": \.struct_size, "count": \.count, "time_ns": \.time_ns,
            "venue_time_ns": \.venue_time_ns, "instrument": \.instrument,
            "source": \.source, "author": \.author, "title": \.title, "body": \.body,
        ])
    return lines
}
