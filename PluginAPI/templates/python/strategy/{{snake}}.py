"""Long after `length` rises in a row, flat after a fall."""

from rialto import Bar, Intents, Strategy, integer, per_instrument


class Mine(Strategy, id="{{id}}"):
    length = integer(3, 1, 100, unit="bars", summary="Rises in a row before it buys")
    closes, rises = per_instrument(0), per_instrument(0)

    def on_bar(self, bar: Bar, intents: Intents) -> None:
        at, before = bar.instrument, self.closes[bar.instrument]
        self.closes[at] = bar.close
        self.rises[at] = self.rises[at] + 1 if 0 < before < bar.close else 0
        if self.rises[at] == self.length or bar.close < before:
            intents.target(at, self.instruments[at].quantity_step if self.rises[at] else 0)
