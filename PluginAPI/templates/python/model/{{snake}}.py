"""Expects the last move to go on."""

from rialto import Bar, Forecasts, Model, duration, per_instrument

HOUR = 3_600_000_000_000


class Mine(Model, id="{{id}}"):
    horizon = duration(HOUR, HOUR // 3600, 8760 * HOUR, summary="Time until the outcome is known")
    closes = per_instrument(0)

    def on_bar(self, bar: Bar, forecasts: Forecasts) -> None:
        before, self.closes[bar.instrument] = self.closes[bar.instrument], bar.close
        if before > 0 and bar.close != before and not forecasts.is_warm_up:
            odds = 0.52 if bar.close > before else 0.48
            forecasts.probability_up(bar.instrument, odds, self.horizon)
