"""Expects the last move to go on."""

from rialto import Bar, Forecasts, Model, duration, per_instrument


class Mine(Model, id="{{id}}"):
    horizon = duration(3600 * 10**9, 10**9, 31_536_000 * 10**9, summary="Time until the outcome")
    closes = per_instrument(0)

    def on_bar(self, bar: Bar, forecasts: Forecasts) -> None:
        before, self.closes[bar.instrument] = self.closes[bar.instrument], bar.close
        if before > 0 and bar.close != before and not forecasts.is_warm_up:
            odds = 0.52 if bar.close > before else 0.48
            forecasts.probability_up(bar.instrument, odds, self.horizon)
