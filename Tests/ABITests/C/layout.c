// Lists the layout of the contract: of each struct its size and alignment, of each field its
// offset and size, and the value of each constant. Compiled as C11 and as C++17; both must print
// the golden.
#include <stddef.h>
#include <stdio.h>

#include "rialto/rialto.h"

#ifdef __cplusplus
#define ALIGN_OF(type) alignof(type)
#else
#define ALIGN_OF(type) _Alignof(type)
#endif

#define STRUCT(name)                                                                               \
    printf("struct %s size %u align %u\n", #name, (unsigned)sizeof(name), (unsigned)ALIGN_OF(name))
#define FIELD(name, field)                                                                         \
    printf("field %s.%s offset %u size %u\n", #name, #field, (unsigned)offsetof(name, field),      \
           (unsigned)sizeof(((name *)0)->field))
#define CONSTANT(name) printf("constant %s %lld\n", #name, (long long)name)

static void list_base(void) {
    STRUCT(rialto_text_t);
    FIELD(rialto_text_t, data);
    FIELD(rialto_text_t, size);
    STRUCT(rialto_cash_t);
    FIELD(rialto_cash_t, low);
    FIELD(rialto_cash_t, high);
    STRUCT(rialto_error_t);
    FIELD(rialto_error_t, struct_size);
    FIELD(rialto_error_t, code);
    FIELD(rialto_error_t, text);
    CONSTANT(RIALTO_ABI_MAJOR);
    CONSTANT(RIALTO_ABI_MINOR);
    CONSTANT(RIALTO_OK);
    CONSTANT(RIALTO_NOT_FOUND);
    CONSTANT(RIALTO_TRUNCATED);
    CONSTANT(RIALTO_END);
    CONSTANT(RIALTO_ERROR);
    CONSTANT(RIALTO_ERROR_ARGUMENT);
    CONSTANT(RIALTO_ERROR_MEMORY);
    CONSTANT(RIALTO_ERROR_UNSUPPORTED);
    CONSTANT(RIALTO_ERROR_STATE);
    CONSTANT(RIALTO_ERROR_PARAMETER);
    CONSTANT(RIALTO_ERROR_ABI);
    CONSTANT(RIALTO_BATCH_MAX);
    CONSTANT(RIALTO_NONE);
    CONSTANT(RIALTO_SIDE_UNKNOWN);
    CONSTANT(RIALTO_BUY);
    CONSTANT(RIALTO_SELL);
}

static void list_parameters(void) {
    STRUCT(rialto_value_t);
    FIELD(rialto_value_t, struct_size);
    FIELD(rialto_value_t, type);
    FIELD(rialto_value_t, decimals);
    FIELD(rialto_value_t, integer);
    FIELD(rialto_value_t, number);
    FIELD(rialto_value_t, text);
    STRUCT(rialto_parameter_t);
    FIELD(rialto_parameter_t, struct_size);
    FIELD(rialto_parameter_t, id);
    FIELD(rialto_parameter_t, type);
    FIELD(rialto_parameter_t, reserved);
    FIELD(rialto_parameter_t, flags);
    FIELD(rialto_parameter_t, name);
    FIELD(rialto_parameter_t, unit);
    FIELD(rialto_parameter_t, summary);
    FIELD(rialto_parameter_t, choices);
    FIELD(rialto_parameter_t, lowest);
    FIELD(rialto_parameter_t, highest);
    FIELD(rialto_parameter_t, step);
    FIELD(rialto_parameter_t, initial);
    CONSTANT(RIALTO_VALUE_INTEGER);
    CONSTANT(RIALTO_VALUE_NUMBER);
    CONSTANT(RIALTO_VALUE_DECIMAL);
    CONSTANT(RIALTO_VALUE_BOOLEAN);
    CONSTANT(RIALTO_VALUE_TEXT);
    CONSTANT(RIALTO_VALUE_DURATION);
    CONSTANT(RIALTO_PARAMETER_LIVE);
    CONSTANT(RIALTO_PARAMETER_OPTIMISABLE);
    CONSTANT(RIALTO_PARAMETER_REQUIRED);
}

static void list_market(void) {
    STRUCT(rialto_instruments_t);
    FIELD(rialto_instruments_t, struct_size);
    FIELD(rialto_instruments_t, count);
    FIELD(rialto_instruments_t, time_ns);
    FIELD(rialto_instruments_t, instrument);
    FIELD(rialto_instruments_t, revision);
    FIELD(rialto_instruments_t, name);
    FIELD(rialto_instruments_t, venue);
    FIELD(rialto_instruments_t, currency);
    FIELD(rialto_instruments_t, kind);
    FIELD(rialto_instruments_t, price_decimals);
    FIELD(rialto_instruments_t, quantity_decimals);
    FIELD(rialto_instruments_t, price_step);
    FIELD(rialto_instruments_t, quantity_step);
    FIELD(rialto_instruments_t, multiplier);
    FIELD(rialto_instruments_t, expiry_ns);
    STRUCT(rialto_status_t);
    FIELD(rialto_status_t, struct_size);
    FIELD(rialto_status_t, count);
    FIELD(rialto_status_t, time_ns);
    FIELD(rialto_status_t, venue_time_ns);
    FIELD(rialto_status_t, instrument);
    FIELD(rialto_status_t, status);
    STRUCT(rialto_trades_t);
    FIELD(rialto_trades_t, struct_size);
    FIELD(rialto_trades_t, count);
    FIELD(rialto_trades_t, time_ns);
    FIELD(rialto_trades_t, venue_time_ns);
    FIELD(rialto_trades_t, instrument);
    FIELD(rialto_trades_t, price);
    FIELD(rialto_trades_t, quantity);
    FIELD(rialto_trades_t, taker_side);
    STRUCT(rialto_quotes_t);
    FIELD(rialto_quotes_t, struct_size);
    FIELD(rialto_quotes_t, count);
    FIELD(rialto_quotes_t, time_ns);
    FIELD(rialto_quotes_t, venue_time_ns);
    FIELD(rialto_quotes_t, instrument);
    FIELD(rialto_quotes_t, bid_price);
    FIELD(rialto_quotes_t, bid_quantity);
    FIELD(rialto_quotes_t, ask_price);
    FIELD(rialto_quotes_t, ask_quantity);
    STRUCT(rialto_books_t);
    FIELD(rialto_books_t, struct_size);
    FIELD(rialto_books_t, count);
    FIELD(rialto_books_t, time_ns);
    FIELD(rialto_books_t, venue_time_ns);
    FIELD(rialto_books_t, instrument);
    FIELD(rialto_books_t, first_level);
    FIELD(rialto_books_t, bid_count);
    FIELD(rialto_books_t, ask_count);
    FIELD(rialto_books_t, level_price);
    FIELD(rialto_books_t, level_quantity);
    STRUCT(rialto_book_deltas_t);
    FIELD(rialto_book_deltas_t, struct_size);
    FIELD(rialto_book_deltas_t, count);
    FIELD(rialto_book_deltas_t, time_ns);
    FIELD(rialto_book_deltas_t, venue_time_ns);
    FIELD(rialto_book_deltas_t, instrument);
    FIELD(rialto_book_deltas_t, side);
    FIELD(rialto_book_deltas_t, last);
    FIELD(rialto_book_deltas_t, price);
    FIELD(rialto_book_deltas_t, quantity);
    FIELD(rialto_book_deltas_t, sequence);
    STRUCT(rialto_bars_t);
    FIELD(rialto_bars_t, struct_size);
    FIELD(rialto_bars_t, count);
    FIELD(rialto_bars_t, time_ns);
    FIELD(rialto_bars_t, open_time_ns);
    FIELD(rialto_bars_t, close_time_ns);
    FIELD(rialto_bars_t, instrument);
    FIELD(rialto_bars_t, interval_ns);
    FIELD(rialto_bars_t, open);
    FIELD(rialto_bars_t, high);
    FIELD(rialto_bars_t, low);
    FIELD(rialto_bars_t, close);
    FIELD(rialto_bars_t, volume);
    FIELD(rialto_bars_t, final);
    STRUCT(rialto_marks_t);
    FIELD(rialto_marks_t, struct_size);
    FIELD(rialto_marks_t, count);
    FIELD(rialto_marks_t, time_ns);
    FIELD(rialto_marks_t, venue_time_ns);
    FIELD(rialto_marks_t, instrument);
    FIELD(rialto_marks_t, mark_price);
    FIELD(rialto_marks_t, index_price);
    STRUCT(rialto_funding_t);
    FIELD(rialto_funding_t, struct_size);
    FIELD(rialto_funding_t, count);
    FIELD(rialto_funding_t, time_ns);
    FIELD(rialto_funding_t, venue_time_ns);
    FIELD(rialto_funding_t, instrument);
    FIELD(rialto_funding_t, rate_e9);
    FIELD(rialto_funding_t, next_funding_ns);
    STRUCT(rialto_open_interest_t);
    FIELD(rialto_open_interest_t, struct_size);
    FIELD(rialto_open_interest_t, count);
    FIELD(rialto_open_interest_t, time_ns);
    FIELD(rialto_open_interest_t, venue_time_ns);
    FIELD(rialto_open_interest_t, instrument);
    FIELD(rialto_open_interest_t, quantity);
    STRUCT(rialto_liquidations_t);
    FIELD(rialto_liquidations_t, struct_size);
    FIELD(rialto_liquidations_t, count);
    FIELD(rialto_liquidations_t, time_ns);
    FIELD(rialto_liquidations_t, venue_time_ns);
    FIELD(rialto_liquidations_t, instrument);
    FIELD(rialto_liquidations_t, side);
    FIELD(rialto_liquidations_t, price);
    FIELD(rialto_liquidations_t, quantity);
    STRUCT(rialto_texts_t);
    FIELD(rialto_texts_t, struct_size);
    FIELD(rialto_texts_t, count);
    FIELD(rialto_texts_t, time_ns);
    FIELD(rialto_texts_t, venue_time_ns);
    FIELD(rialto_texts_t, instrument);
    FIELD(rialto_texts_t, source);
    FIELD(rialto_texts_t, author);
    FIELD(rialto_texts_t, title);
    FIELD(rialto_texts_t, body);
    CONSTANT(RIALTO_SPOT);
    CONSTANT(RIALTO_LINEAR);
    CONSTANT(RIALTO_INVERSE);
    CONSTANT(RIALTO_STATUS_OPEN);
    CONSTANT(RIALTO_STATUS_CLOSED);
    CONSTANT(RIALTO_STATUS_HALTED);
    CONSTANT(RIALTO_STATUS_GAP);
    CONSTANT(RIALTO_STATUS_STALE);
    CONSTANT(RIALTO_STATUS_RECONNECT);
    CONSTANT(RIALTO_STATUS_LIVE);
}

static void list_own(void) {
    STRUCT(rialto_parameter_changes_t);
    FIELD(rialto_parameter_changes_t, struct_size);
    FIELD(rialto_parameter_changes_t, count);
    FIELD(rialto_parameter_changes_t, time_ns);
    FIELD(rialto_parameter_changes_t, parameter);
    FIELD(rialto_parameter_changes_t, set);
    FIELD(rialto_parameter_changes_t, value);
    STRUCT(rialto_own_orders_t);
    FIELD(rialto_own_orders_t, struct_size);
    FIELD(rialto_own_orders_t, count);
    FIELD(rialto_own_orders_t, time_ns);
    FIELD(rialto_own_orders_t, venue_time_ns);
    FIELD(rialto_own_orders_t, order_id);
    FIELD(rialto_own_orders_t, instrument);
    FIELD(rialto_own_orders_t, state);
    FIELD(rialto_own_orders_t, side);
    FIELD(rialto_own_orders_t, reason);
    FIELD(rialto_own_orders_t, price);
    FIELD(rialto_own_orders_t, quantity);
    FIELD(rialto_own_orders_t, filled);
    STRUCT(rialto_fills_t);
    FIELD(rialto_fills_t, struct_size);
    FIELD(rialto_fills_t, count);
    FIELD(rialto_fills_t, time_ns);
    FIELD(rialto_fills_t, venue_time_ns);
    FIELD(rialto_fills_t, order_id);
    FIELD(rialto_fills_t, instrument);
    FIELD(rialto_fills_t, side);
    FIELD(rialto_fills_t, liquidity);
    FIELD(rialto_fills_t, price);
    FIELD(rialto_fills_t, quantity);
    FIELD(rialto_fills_t, position);
    FIELD(rialto_fills_t, fee);
    STRUCT(rialto_account_t);
    FIELD(rialto_account_t, struct_size);
    FIELD(rialto_account_t, count);
    FIELD(rialto_account_t, time_ns);
    FIELD(rialto_account_t, cash);
    FIELD(rialto_account_t, equity);
    FIELD(rialto_account_t, margin);
    FIELD(rialto_account_t, capital_left);
    FIELD(rialto_account_t, halted);
    FIELD(rialto_account_t, first_position);
    FIELD(rialto_account_t, position_count);
    FIELD(rialto_account_t, position_instrument);
    FIELD(rialto_account_t, position_quantity);
    STRUCT(rialto_timers_t);
    FIELD(rialto_timers_t, struct_size);
    FIELD(rialto_timers_t, count);
    FIELD(rialto_timers_t, time_ns);
    FIELD(rialto_timers_t, timer_id);
    STRUCT(rialto_responses_t);
    FIELD(rialto_responses_t, struct_size);
    FIELD(rialto_responses_t, count);
    FIELD(rialto_responses_t, time_ns);
    FIELD(rialto_responses_t, request_id);
    FIELD(rialto_responses_t, status);
    FIELD(rialto_responses_t, headers);
    FIELD(rialto_responses_t, body);
    CONSTANT(RIALTO_ORDER_SUBMITTED);
    CONSTANT(RIALTO_ORDER_ACCEPTED);
    CONSTANT(RIALTO_ORDER_PARTLY_FILLED);
    CONSTANT(RIALTO_ORDER_FILLED);
    CONSTANT(RIALTO_ORDER_CANCELED);
    CONSTANT(RIALTO_ORDER_REJECTED);
    CONSTANT(RIALTO_ORDER_EXPIRED);
    CONSTANT(RIALTO_ORDER_UNKNOWN);
    CONSTANT(RIALTO_REASON_NONE);
    CONSTANT(RIALTO_REASON_SIZE);
    CONSTANT(RIALTO_REASON_NOTIONAL);
    CONSTANT(RIALTO_REASON_BAND);
    CONSTANT(RIALTO_REASON_POSITION);
    CONSTANT(RIALTO_REASON_DRAWDOWN);
    CONSTANT(RIALTO_REASON_CAPITAL);
    CONSTANT(RIALTO_REASON_SHORT);
    CONSTANT(RIALTO_REASON_NO_PRICE);
    CONSTANT(RIALTO_REASON_UNKNOWN_ORDER);
    CONSTANT(RIALTO_REASON_VENUE);
    CONSTANT(RIALTO_REASON_LINKED);
    CONSTANT(RIALTO_REASON_UNSUPPORTED);
    CONSTANT(RIALTO_REASON_DUPLICATE);
    CONSTANT(RIALTO_REASON_OVERFLOW);
    CONSTANT(RIALTO_REASON_TAKES);
    CONSTANT(RIALTO_REASON_UNFILLED);
    CONSTANT(RIALTO_REASON_SELF_TRADE);
    CONSTANT(RIALTO_REASON_LIQUIDATED);
    CONSTANT(RIALTO_REASON_CLOSED);
    CONSTANT(RIALTO_REASON_LOST);
    CONSTANT(RIALTO_REASON_MINIMUM);
    CONSTANT(RIALTO_LIQUIDITY_MAKER);
    CONSTANT(RIALTO_LIQUIDITY_TAKER);
    CONSTANT(RIALTO_LIQUIDITY_INTERNAL);
}

static void list_forecasts(void) {
    STRUCT(rialto_forecast_t);
    FIELD(rialto_forecast_t, struct_size);
    FIELD(rialto_forecast_t, row);
    FIELD(rialto_forecast_t, instrument);
    FIELD(rialto_forecast_t, kind);
    FIELD(rialto_forecast_t, quantile_count);
    FIELD(rialto_forecast_t, reserved);
    FIELD(rialto_forecast_t, horizon_ns);
    FIELD(rialto_forecast_t, valid_ns);
    FIELD(rialto_forecast_t, confidence);
    FIELD(rialto_forecast_t, value);
    FIELD(rialto_forecast_t, deviation);
    FIELD(rialto_forecast_t, quantile_level);
    FIELD(rialto_forecast_t, quantile_value);
    FIELD(rialto_forecast_t, series);
    FIELD(rialto_forecast_t, reserved_series);
    STRUCT(rialto_forecasts_out_t);
    FIELD(rialto_forecasts_out_t, struct_size);
    FIELD(rialto_forecasts_out_t, item_size);
    FIELD(rialto_forecasts_out_t, capacity);
    FIELD(rialto_forecasts_out_t, count);
    FIELD(rialto_forecasts_out_t, items);
    STRUCT(rialto_forecast_events_t);
    FIELD(rialto_forecast_events_t, struct_size);
    FIELD(rialto_forecast_events_t, count);
    FIELD(rialto_forecast_events_t, time_ns);
    FIELD(rialto_forecast_events_t, model);
    FIELD(rialto_forecast_events_t, instrument);
    FIELD(rialto_forecast_events_t, kind);
    FIELD(rialto_forecast_events_t, horizon_ns);
    FIELD(rialto_forecast_events_t, valid_until_ns);
    FIELD(rialto_forecast_events_t, confidence);
    FIELD(rialto_forecast_events_t, value);
    FIELD(rialto_forecast_events_t, deviation);
    FIELD(rialto_forecast_events_t, weight);
    CONSTANT(RIALTO_FORECAST_PROBABILITY_UP);
    CONSTANT(RIALTO_FORECAST_MEAN_DEVIATION);
    CONSTANT(RIALTO_FORECAST_QUANTILES);
    CONSTANT(RIALTO_FORECAST_TARGET);
    CONSTANT(RIALTO_FORECAST_SERIES);
    CONSTANT(RIALTO_QUANTILES_MAX);
}

static void list_batch(void) {
    STRUCT(rialto_batch_t);
    FIELD(rialto_batch_t, struct_size);
    FIELD(rialto_batch_t, flags);
    FIELD(rialto_batch_t, count);
    FIELD(rialto_batch_t, single_kind);
    FIELD(rialto_batch_t, order_kind);
    FIELD(rialto_batch_t, order_row);
    FIELD(rialto_batch_t, instruments);
    FIELD(rialto_batch_t, status);
    FIELD(rialto_batch_t, parameters);
    FIELD(rialto_batch_t, own_orders);
    FIELD(rialto_batch_t, fills);
    FIELD(rialto_batch_t, account);
    FIELD(rialto_batch_t, trades);
    FIELD(rialto_batch_t, quotes);
    FIELD(rialto_batch_t, books);
    FIELD(rialto_batch_t, book_deltas);
    FIELD(rialto_batch_t, bars);
    FIELD(rialto_batch_t, marks);
    FIELD(rialto_batch_t, funding);
    FIELD(rialto_batch_t, open_interest);
    FIELD(rialto_batch_t, liquidations);
    FIELD(rialto_batch_t, texts);
    FIELD(rialto_batch_t, forecasts);
    FIELD(rialto_batch_t, timers);
    FIELD(rialto_batch_t, responses);
    FIELD(rialto_batch_t, series);
    CONSTANT(RIALTO_KIND_INSTRUMENTS);
    CONSTANT(RIALTO_KIND_STATUS);
    CONSTANT(RIALTO_KIND_PARAMETERS);
    CONSTANT(RIALTO_KIND_OWN_ORDERS);
    CONSTANT(RIALTO_KIND_FILLS);
    CONSTANT(RIALTO_KIND_ACCOUNT);
    CONSTANT(RIALTO_KIND_TRADES);
    CONSTANT(RIALTO_KIND_QUOTES);
    CONSTANT(RIALTO_KIND_BOOKS);
    CONSTANT(RIALTO_KIND_BOOK_DELTAS);
    CONSTANT(RIALTO_KIND_BARS);
    CONSTANT(RIALTO_KIND_MARKS);
    CONSTANT(RIALTO_KIND_FUNDING);
    CONSTANT(RIALTO_KIND_OPEN_INTEREST);
    CONSTANT(RIALTO_KIND_LIQUIDATIONS);
    CONSTANT(RIALTO_KIND_TEXTS);
    CONSTANT(RIALTO_KIND_FORECASTS);
    CONSTANT(RIALTO_KIND_TIMERS);
    CONSTANT(RIALTO_KIND_RESPONSES);
    CONSTANT(RIALTO_KIND_SERIES);
    CONSTANT(RIALTO_BATCH_WARM_UP);
    CONSTANT(RIALTO_BATCH_MORE_FOLLOWS);
}

static void list_series(void) {
    STRUCT(rialto_series_services_t);
    FIELD(rialto_series_services_t, struct_size);
    FIELD(rialto_series_services_t, reserved);
    FIELD(rialto_series_services_t, publish);
    FIELD(rialto_series_services_t, read);
    STRUCT(rialto_series_t);
    FIELD(rialto_series_t, struct_size);
    FIELD(rialto_series_t, count);
    FIELD(rialto_series_t, time_ns);
    FIELD(rialto_series_t, series);
    FIELD(rialto_series_t, instrument);
    FIELD(rialto_series_t, value);
    CONSTANT(RIALTO_SERIES_NAME_MAX);
    CONSTANT(RIALTO_SERIES_MAX);
}

static void list_needs(void) {
    STRUCT(rialto_need_t);
    FIELD(rialto_need_t, struct_size);
    FIELD(rialto_need_t, kind);
    FIELD(rialto_need_t, instrument);
    FIELD(rialto_need_t, history_rows);
    FIELD(rialto_need_t, interval_ns);
    STRUCT(rialto_needs_t);
    FIELD(rialto_needs_t, struct_size);
    FIELD(rialto_needs_t, flags);
    FIELD(rialto_needs_t, need_count);
    FIELD(rialto_needs_t, intents_per_group);
    FIELD(rialto_needs_t, needs);
    CONSTANT(RIALTO_NEEDS_OPEN_LOOP);
    CONSTANT(RIALTO_NEEDS_PER_ACCOUNT);
}

static void list_services(void) {
    STRUCT(rialto_services_t);
    FIELD(rialto_services_t, struct_size);
    FIELD(rialto_services_t, reserved);
    FIELD(rialto_services_t, host);
    FIELD(rialto_services_t, log);
    FIELD(rialto_services_t, random);
    FIELD(rialto_services_t, parameter);
    FIELD(rialto_services_t, instruments);
    FIELD(rialto_services_t, get_value);
    FIELD(rialto_services_t, resource);
    FIELD(rialto_services_t, get_extension);
    CONSTANT(RIALTO_LOG_ERROR);
    CONSTANT(RIALTO_LOG_WARNING);
    CONSTANT(RIALTO_LOG_INFO);
    CONSTANT(RIALTO_LOG_DEBUG);
}

static void list_state(void) {
    STRUCT(rialto_state_writer_t);
    FIELD(rialto_state_writer_t, struct_size);
    FIELD(rialto_state_writer_t, schema);
    FIELD(rialto_state_writer_t, host);
    FIELD(rialto_state_writer_t, write);
    STRUCT(rialto_state_reader_t);
    FIELD(rialto_state_reader_t, struct_size);
    FIELD(rialto_state_reader_t, schema);
    FIELD(rialto_state_reader_t, host);
    FIELD(rialto_state_reader_t, read);
}

static void list_intents(void) {
    STRUCT(rialto_intent_t);
    FIELD(rialto_intent_t, struct_size);
    FIELD(rialto_intent_t, kind);
    FIELD(rialto_intent_t, side);
    FIELD(rialto_intent_t, order_type);
    FIELD(rialto_intent_t, time_in_force);
    FIELD(rialto_intent_t, row);
    FIELD(rialto_intent_t, instrument);
    FIELD(rialto_intent_t, order_flags);
    FIELD(rialto_intent_t, link);
    FIELD(rialto_intent_t, algorithm);
    FIELD(rialto_intent_t, reason);
    FIELD(rialto_intent_t, order_id);
    FIELD(rialto_intent_t, link_id);
    FIELD(rialto_intent_t, quantity);
    FIELD(rialto_intent_t, price);
    FIELD(rialto_intent_t, trigger_price);
    FIELD(rialto_intent_t, stop_price);
    FIELD(rialto_intent_t, take_profit_price);
    FIELD(rialto_intent_t, time_stop_ns);
    FIELD(rialto_intent_t, expire_time_ns);
    FIELD(rialto_intent_t, algorithm_duration_ns);
    FIELD(rialto_intent_t, algorithm_quantity);
    FIELD(rialto_intent_t, algorithm_rate_e6);
    FIELD(rialto_intent_t, leverage_e2);
    FIELD(rialto_intent_t, text_offset);
    FIELD(rialto_intent_t, text_size);
    FIELD(rialto_intent_t, key_offset);
    FIELD(rialto_intent_t, key_size);
    STRUCT(rialto_intents_t);
    FIELD(rialto_intents_t, struct_size);
    FIELD(rialto_intents_t, item_size);
    FIELD(rialto_intents_t, capacity);
    FIELD(rialto_intents_t, count);
    FIELD(rialto_intents_t, items);
    FIELD(rialto_intents_t, text);
    FIELD(rialto_intents_t, text_capacity);
    FIELD(rialto_intents_t, text_count);
    CONSTANT(RIALTO_INTENT_TARGET);
    CONSTANT(RIALTO_INTENT_ORDER);
    CONSTANT(RIALTO_INTENT_CANCEL);
    CONSTANT(RIALTO_INTENT_REPLACE);
    CONSTANT(RIALTO_INTENT_TIMER);
    CONSTANT(RIALTO_INTENT_LOG);
    CONSTANT(RIALTO_INTENT_NOTE);
    CONSTANT(RIALTO_INTENT_SET);
    CONSTANT(RIALTO_ORDER_MARKET);
    CONSTANT(RIALTO_ORDER_LIMIT);
    CONSTANT(RIALTO_ORDER_STOP);
    CONSTANT(RIALTO_ORDER_STOP_LIMIT);
    CONSTANT(RIALTO_ORDER_TRAILING_STOP);
    CONSTANT(RIALTO_GOOD_TILL_CANCEL);
    CONSTANT(RIALTO_IMMEDIATE_OR_CANCEL);
    CONSTANT(RIALTO_FILL_OR_KILL);
    CONSTANT(RIALTO_GOOD_TILL_TIME);
    CONSTANT(RIALTO_ORDER_POST_ONLY);
    CONSTANT(RIALTO_ORDER_REDUCE_ONLY);
    CONSTANT(RIALTO_LINK_NONE);
    CONSTANT(RIALTO_LINK_OCO);
    CONSTANT(RIALTO_LINK_OTO);
    CONSTANT(RIALTO_LINK_BRACKET);
    CONSTANT(RIALTO_ALGORITHM_NONE);
    CONSTANT(RIALTO_ALGORITHM_TWAP);
    CONSTANT(RIALTO_ALGORITHM_VWAP);
    CONSTANT(RIALTO_ALGORITHM_POV);
    CONSTANT(RIALTO_ALGORITHM_ICEBERG);
    CONSTANT(RIALTO_ALGORITHM_SHORTFALL);
    CONSTANT(RIALTO_ALGORITHM_MAKER_TAKER);
}

static void list_strategy(void) {
    STRUCT(rialto_strategy_t);
    FIELD(rialto_strategy_t, struct_size);
    FIELD(rialto_strategy_t, reserved);
    FIELD(rialto_strategy_t, self);
    FIELD(rialto_strategy_t, on_batch);
    FIELD(rialto_strategy_t, save);
    FIELD(rialto_strategy_t, load);
    FIELD(rialto_strategy_t, destroy);
}

static void list_model(void) {
    STRUCT(rialto_model_t);
    FIELD(rialto_model_t, struct_size);
    FIELD(rialto_model_t, reserved);
    FIELD(rialto_model_t, self);
    FIELD(rialto_model_t, on_batch);
    FIELD(rialto_model_t, save);
    FIELD(rialto_model_t, load);
    FIELD(rialto_model_t, destroy);
}

static void list_entry(void) {
    STRUCT(rialto_host_t);
    FIELD(rialto_host_t, struct_size);
    FIELD(rialto_host_t, abi_major_min);
    FIELD(rialto_host_t, abi_major_max);
    FIELD(rialto_host_t, abi_minor);
    FIELD(rialto_host_t, features);
    FIELD(rialto_host_t, name);
    FIELD(rialto_host_t, version);
    STRUCT(rialto_plugin_t);
    FIELD(rialto_plugin_t, struct_size);
    FIELD(rialto_plugin_t, kind);
    FIELD(rialto_plugin_t, id);
    FIELD(rialto_plugin_t, version);
    FIELD(rialto_plugin_t, name);
    FIELD(rialto_plugin_t, summary);
    FIELD(rialto_plugin_t, author);
    FIELD(rialto_plugin_t, license);
    FIELD(rialto_plugin_t, parameters);
    FIELD(rialto_plugin_t, parameter_count);
    FIELD(rialto_plugin_t, reserved);
    FIELD(rialto_plugin_t, context);
    FIELD(rialto_plugin_t, create);
    FIELD(rialto_plugin_t, get_extension);
    STRUCT(rialto_library_t);
    FIELD(rialto_library_t, struct_size);
    FIELD(rialto_library_t, abi_major);
    FIELD(rialto_library_t, abi_minor);
    FIELD(rialto_library_t, plugin_count);
    FIELD(rialto_library_t, plugins);
    CONSTANT(RIALTO_PLUGIN_STRATEGY);
    CONSTANT(RIALTO_PLUGIN_MODEL);
    CONSTANT(RIALTO_PLUGIN_EXCHANGE);
}

static void list_note(void) {
    STRUCT(rialto_note_t);
    FIELD(rialto_note_t, name_size);
    FIELD(rialto_note_t, data_size);
    FIELD(rialto_note_t, type);
    FIELD(rialto_note_t, owner);
    FIELD(rialto_note_t, abi_major_min);
    FIELD(rialto_note_t, abi_major_max);
    FIELD(rialto_note_t, abi_minor);
    FIELD(rialto_note_t, id);
    FIELD(rialto_note_t, version);
    FIELD(rialto_note_t, language);
    FIELD(rialto_note_t, compiler);
    CONSTANT(RIALTO_NOTE_TYPE);
}

int main(void) {
    list_base();
    list_parameters();
    list_market();
    list_own();
    list_forecasts();
    list_batch();
    list_series();
    list_needs();
    list_services();
    list_state();
    list_intents();
    list_strategy();
    list_model();
    list_entry();
    list_note();
    return 0;
}
