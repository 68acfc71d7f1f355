// Rialto for authors in C++17: a strategy or a model is a struct with the callbacks that it needs.
//
//     struct Mine {
//         static constexpr rialto::Info info{"org.example.mine", "1.0.0", "Mine", "What it does.",
//                                            "Me", "Apache-2.0"};
//         explicit Mine(const rialto::Setup &setup);
//         std::vector<rialto::Need> needs() const { return {rialto::bars()}; }
//         void on_bar(const rialto::Bar &bar, rialto::Intents &intents);
//     };
//     RIALTO_PLUGIN("org.example.mine", "1.0.0", rialto::Strategy<Mine>)
//
// All callbacks are optional: on_bar, on_trade, on_quote, on_status, on_funding, on_mark,
// on_open_interest, on_liquidation, on_text for models, which are given rialto::Forecasts; for
// strategies on_forecast, on_order, on_fill, on_account, on_timer too. All but bars are asked for
// by kind, as rialto::events(RIALTO_KIND_STATUS). They must not allocate. The kit alone sets the
// consumed count. A constructor may throw rialto::Failure; whatever is thrown anywhere becomes a
// negative result with a text.
// Exchanges are in rialto/kit/exchange.hpp.
#ifndef RIALTO_KIT_HPP
#define RIALTO_KIT_HPP

#include "rialto/kit/drive.hpp"
#include "rialto/kit/events.hpp"
#include "rialto/kit/intents.hpp"
#include "rialto/kit/library.hpp"
#include "rialto/kit/setup.hpp"

#endif
