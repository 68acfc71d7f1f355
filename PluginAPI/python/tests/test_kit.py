"""Tests of the kit: python3 -m unittest discover -s PluginAPI/python/tests"""

import sys
import unittest
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rialto import (  # noqa: E402
    Account, Algorithm, Bar, Book, BookDelta, Fill, Forecast, Funding, Instrument, Level,
    Lifetime, Model, Need, Order, Quote, SeriesEvent, Side, Status, Strategy, Text, Timer,
    Trade, boolean, choice, decimal, duration, integer, number, per_instrument, publishes,
    reads_series)
from rialto.plugin import plugin_of  # noqa: E402
from rialto.testing import TestHost  # noqa: E402

EVENTS = [
    Status(1, 0, 1), Order(1, 7, 0, 2, 1, 0, 100, 5, 2), Fill(1, 7, 0, 1, 1, 100, 2, 2, -3 << 70),
    Account(1, 5 << 70, 6, 0, -1, 0, {0: 2, 3: -4}), Trade(1, 0, 100, 3, 2),
    Quote(2, 0, 99, 1, 101, 2), Book(2, 0, [Level(99, 1), Level(98, 2)], [Level(101, 3)]),
    BookDelta(2, 0, 1, 1, 99, 0, 12), Bar(2, 0, 60, 100, 103, 99, 101, 7),
    Funding(3, 0, -100, 9), Text(3, 1, 0, "wire", "", "naïve", "body"),
    Book(3, 1, [], [Level(5, 6)]),
    Text(3, 3, 2**32 - 1, "", "", "", "比特币"),
    Forecast(3, 4, 0, 1, 60, 63, 0.5, 0.75, 0.0, 1.0), Timer(3, 9), Bar(3, 1, 60, 1, 4, 1, 2, 9)]


class Everything(Strategy, id="com.example.everything"):
    """Keeps every event."""

    def start(self):
        self.seen = []

    def keep(self, event, intents):
        self.seen.append(event)

    on_status = on_order = on_fill = on_account = on_trade = on_quote = on_book = keep
    on_book_delta = on_bar = on_funding = on_text = on_forecast = on_timer = keep


class Events(unittest.TestCase):
    def test_of_every_kind_come_whole_and_in_order_however_batches_are_cut(self):
        for batch in (1, 2, 5, 4096):
            host = TestHost(Everything)
            host.push(*EVENTS)
            self.assertEqual(host.run(batch), [])
            self.assertEqual(host.plugin.seen, EVENTS)

    def test_of_one_kind_come_whole_past_every_size_of_part(self):
        events = [Bar(at, at % 3, 60, at, at + 2, at, at + 1, 1) for at in range(1, 9000)]
        host = TestHost(Everything)
        host.push(*events)
        host.run()
        self.assertEqual(host.plugin.seen, events)

    def test_must_not_go_back_in_time(self):
        host = TestHost(Everything)
        host.bar(5, close=1)
        with self.assertRaisesRegex(ValueError, "before 5"):
            host.bar(4, close=1)


class Acts(Strategy, id="com.example.acts", open_loop=False):
    def on_bar(self, bar, intents):
        if bar.close % 2:
            intents.target(bar.instrument, bar.close)


class Groups(unittest.TestCase):
    def bars(self, host):
        for at, close in enumerate((2, 1, 3, 4, 5)):
            for instrument in (0, 1):
                host.bar(at + 1, close=close, instrument=instrument)

    def read(self, plugin):
        host = TestHost(plugin)
        self.bars(host)
        counts = []
        hand_over = host._hand_over
        host._hand_over = lambda part, flags: counts.append(hand_over(part, flags)) or counts[-1]
        return host.run(), counts

    def test_end_a_batch_where_a_closed_loop_acts(self):
        said, counts = self.read(Acts)
        self.assertEqual([one.row for one in said], [2, 3, 0, 1, 2, 3])
        self.assertEqual(counts, [4, 2, 4])

    def test_go_on_where_an_open_loop_acts(self):
        class Open(Acts, id="com.example.open"):
            pass

        said, counts = self.read(Open)
        self.assertEqual([one.row for one in said], [2, 3, 4, 5, 8, 9])
        self.assertEqual(counts, [10])

    def test_end_an_open_loop_where_it_asks_for_a_timer(self):
        class Timed(Strategy, id="com.example.timed"):
            def on_bar(self, bar, intents):
                if bar.close == 3 and bar.instrument == 0:
                    intents.timer(1, bar.time_ns + 1)

            def on_timer(self, timer, intents):
                pass

        self.assertEqual(self.read(Timed)[1], [6, 4])

    def test_are_never_cut_by_a_full_buffer(self):
        class Many(Strategy, id="com.example.many", per_group=500):
            def on_bar(self, bar, intents):
                for _ in range(200):
                    intents.log("x")

        said, counts = self.read(Many)
        self.assertEqual((len(said), counts), (2000, [4, 4, 2]))

    def test_with_more_than_fits_are_an_error(self):
        class Flood(Strategy, id="com.example.flood"):
            def on_bar(self, bar, intents):
                for _ in range(600):
                    intents.target(0, 1)

        with self.assertRaisesRegex(RuntimeError, "more than 1024 intents"):
            self.read(Flood)


class Whole(Strategy, id="com.example.whole", reads=("bars", "trades"), batch_rows=4):
    def start(self):
        self.sizes = []

    def on_batch(self, batch, intents):
        self.sizes.append((len(batch), list(batch.bars.close), list(batch.trades.price)))
        for row, close in zip(batch.bars.entry, batch.bars.close):
            if close > 2:
                intents.target(0, int(close), row=row)


class Columns(unittest.TestCase):
    def test_are_whole_groups_and_name_the_entry_of_each_row(self):
        host = TestHost(Whole)
        host.push(Trade(1, 0, 50, 1, 1), Bar(1, 0, 60, 1, 1, 1, 1, 1), Trade(2, 0, 51, 1, 1),
                  Bar(2, 0, 60, 1, 1, 1, 3, 1), Bar(2, 0, 60, 1, 1, 1, 4, 1),
                  Trade(3, 0, 52, 1, 1))
        said = [(one.time_ns, one.quantity) for one in host.run()]
        self.assertEqual(host.plugin.sizes, [(2, [1], [50]), (4, [3, 4], [51, 52])])
        self.assertEqual(said, [(2, 3), (2, 4)])

    def test_of_a_closed_loop_are_one_group(self):
        class One(Whole, id="com.example.one", reads="bars", open_loop=False):
            pass

        host = TestHost(One)
        for time in (1, 1, 2):
            host.bar(time, close=5)
        host.run()
        self.assertEqual([size for size, _, _ in host.plugin.sizes], [2, 1])

    def test_cannot_be_written_to(self):
        class Writes(Strategy, id="com.example.writes", reads="bars"):
            def on_batch(self, batch, intents):
                batch.bars.close[0] = 1

        host = TestHost(Writes)
        host.bar(1, close=5)
        with self.assertRaises((TypeError, ValueError)):
            host.run()

    def test_that_are_not_there_are_named(self):
        class Asks(Strategy, id="com.example.asks", reads="bars"):
            def on_batch(self, batch, intents):
                batch.bars.middle

        # Of a kind without rows every column is empty.
        host = TestHost(Asks)
        host.bar(1, close=5)
        with self.assertRaisesRegex(AttributeError, "bars.middle"):
            host.run()


class Says(Strategy, id="com.example.says"):
    def on_bar(self, bar, intents):
        intents.order(1, 0, Side.BUY, 5)
        intents.order(2, 0, Side.SELL, 5, limit=9, post_only=True, one_cancels_others=4)
        intents.order(3, 0, Side.SELL, 5, trigger=8, reduce_only=True, after=2)
        intents.order(4, 0, Side.SELL, 5, limit=9, trigger=8, bracket_of=2)
        intents.order(5, 0, Side.SELL, 5, trailing=3, lifetime=Lifetime.FILL_OR_KILL)
        intents.order(6, 0, Side.BUY, 5, limit=9, expires_ns=77)
        intents.order(7, 0, Side.BUY, 5, algorithm=Algorithm.participation(1000, 50))
        intents.cancel(1, 0)
        intents.replace(2, 0, limit=10)
        intents.note(0, "why")
        intents.set("key", "value")


class WhatItSays(unittest.TestCase):
    def test_is_written_as_the_contract_has_it(self):
        host = TestHost(Says)
        host.bar(1, close=5)
        said = host.run()
        self.assertEqual([one.kind for one in said], [2] * 7 + [3, 4, 7, 8])
        self.assertEqual([one.order_type for one in said[:7]], [1, 2, 3, 4, 5, 2, 1])
        self.assertEqual([one.lifetime for one in said[:7]], [0, 0, 0, 0, 2, 3, 0])
        self.assertEqual([one.flags for one in said[:3]], [0, 1, 2])
        self.assertEqual([(one.link, one.link_id) for one in said[:4]],
                         [(0, 0), (1, 4), (2, 2), (3, 2)])
        self.assertEqual((said[4].price, said[5].expires_ns), (3, 77))
        self.assertEqual((said[6].algorithm, said[6].duration_ns, said[6].rate_e6), (3, 50, 1000))
        self.assertEqual((said[9].text, said[10].key, said[10].text), ("why", "key", "value"))

    def test_on_history_is_an_error(self):
        host = TestHost(Says)
        host.bar(1, close=5)
        with self.assertRaisesRegex(RuntimeError, "is_warm_up"):
            host.run(warm_up=True)

    def test_of_a_model_stands_in_the_order_of_rows(self):
        class Predicts(Model, id="com.example.predicts", reads="bars"):
            def on_batch(self, batch, forecasts):
                for row in reversed(range(len(batch))):
                    forecasts.probability_up(0, 0.5, 60, row=row)
                forecasts.quantiles(0, [0.1, 0.9], [-1, 1], 60, row=0)

        host = TestHost(Predicts)
        for time in (1, 2, 3):
            host.bar(time, close=5)
        said = host.run()
        self.assertEqual([(one.row, one.kind) for one in said], [(0, 1), (0, 3), (1, 1), (2, 1)])


class Given(Strategy, id="com.example.given", version="1.2.3", history=50):
    """Has every sort of parameter."""

    whole = integer(3, 1, 9, unit="bars", summary="a", id=7)
    real = number(0.5, 0, 1, summary="b")
    exact = decimal("1.50", "0", "10", summary="c")
    yes = boolean(True, summary="d")
    word = choice("one", "one", "two", summary="e")
    wait = duration(60, 1, 100, summary="f")
    count = per_instrument(0)

    def start(self):
        if self.whole == 9:
            raise ValueError("nine is too many")

    def on_quote(self, quote, intents):
        pass

    def save(self):
        return str(self.count[0]).encode()

    def load(self, state):
        self.count[0] = int(state)


class WhatItIs(unittest.TestCase):
    def test_has_parameters_with_stable_ids_and_exact_values(self):
        host = TestHost(Given, whole=4, exact="2.25")
        self.assertEqual([one.id for one in Given.parameters], [7, 1, 2, 3, 4, 5])
        plugin = host.plugin
        self.assertEqual((plugin.whole, plugin.real, plugin.yes, plugin.word, plugin.wait),
                         (4, 0.5, True, "one", 60))
        self.assertEqual(plugin.exact, Decimal("2.25"))

    def test_has_needs_of_its_callbacks_and_is_open_unless_it_reads_its_own(self):
        instance = TestHost(Given).instance
        self.assertEqual(instance.plugin.needs(), [Need(8, history=50)])
        self.assertTrue(instance.open_loop and instance.keeps_state)
        self.assertFalse(TestHost(Everything).instance.open_loop)
        self.assertEqual(Given.info.summary, "Has every sort of parameter.")

    def test_keeps_its_state(self):
        host = TestHost(Given)
        host.plugin.count[0] = 12
        host.reload()
        self.assertEqual(host.plugin.count[0], 12)

    def test_refuses_what_it_cannot_use(self):
        with self.assertRaisesRegex(ValueError, "nine"):
            TestHost(Given, whole=9)
        with self.assertRaisesRegex(TypeError, "known: whole"):
            TestHost(Given, hole=9)
        with self.assertRaisesRegex(ValueError, "default was 5"):
            integer(5, 1, 4, summary="x")
        for words in ({"id": "mine"}, {"id": "com.example.x", "version": "1"},
                      {"id": "com.example.x", "batch_rows": 0},
                      {"id": "com.example.x", "reads": "bar"}):
            with self.assertRaises(ValueError):
                type("Bad", (Strategy,), {"on_bar": lambda *_: None}, **words)
        with self.assertRaisesRegex(TypeError, "no callback"):
            type("Bad", (Strategy,), {}, id="com.example.x")

    def test_is_one_class_of_a_module(self):
        with self.assertRaisesRegex(TypeError, "plugins, allowed is 1"):
            plugin_of(sys.modules[__name__])

    def test_draws_the_same_numbers_from_one_seed(self):
        drawn = [TestHost(Given, seed=seed).plugin.random.random() for seed in (1, 1, 2)]
        self.assertEqual(drawn[0], drawn[1])
        self.assertNotEqual(drawn[0], drawn[2])

    def test_knows_amounts_in_its_instrument(self):
        one = Instrument(0, "BTC/USD", price_decimals=2, quantity_decimals=4, price_step=5,
                         quantity_step=10)
        self.assertEqual(one.quantity("0.12345"), 1230)
        self.assertEqual(one.quantity(Decimal("-0.12345")), -1230)
        self.assertEqual(one.price("10.03"), 1005)


class Mean(Model, id="com.example.mean"):
    """Publishes a mean of what it reads, and twice each close."""

    length = integer(2, 1, 9, summary="Values in the mean")
    close = reads_series("close")
    mean = publishes("close/mean/{length}")
    names = integer(0, 0, 300, summary="Further names")
    last = per_instrument(())

    def start(self):
        self.twice = self.publish("twice")
        for at in range(self.names):
            self.publish(f"more/{at}")

    def on_bar(self, bar, forecasts):
        forecasts.publish(self.twice, bar.instrument, 2 * bar.close)

    def on_series(self, number, forecasts):
        last = self.last[number.instrument] = (*self.last[number.instrument],
                                               number.value)[-self.length:]
        if len(last) == self.length:
            forecasts.publish(self.mean, number.instrument, sum(last) / len(last))


class Follows(Strategy, id="com.example.follows"):
    wanted = reads_series("wanted")

    def start(self):
        self.other = self.read("other")

    def on_series(self, number, intents):
        if number.series == self.wanted:
            intents.target(number.instrument, int(number.value))


class Series(unittest.TestCase):
    def test_are_published_in_answer_to_events_and_read_in_warm_up_too(self):
        for batch in (1, 2, 4096):
            host = TestHost(Mean, length=3)
            self.assertEqual(host.publishes, ["close/mean/3", "twice"])
            self.assertEqual(host.reads, ["close"])
            for time in range(1, 6):
                host.bar(time, close=time)
                host.number("close", time, time / 2)
            said = host.run(batch, warm_up=True)
            self.assertTrue(all(one.kind == 5 for one in said))
            self.assertEqual([one.value for one in said if one.series == 1], [2, 4, 6, 8, 10])
            self.assertEqual(
                [(one.time_ns, one.value) for one in said if one.series == 0],
                [(3, 1.0), (4, 1.5), (5, 2.0)])

    def test_reach_a_strategy_by_the_number_of_their_name(self):
        host = TestHost(Follows)
        host.number("other", 1, 3)
        host.number("wanted", 1, 4)
        self.assertEqual([one.quantity for one in host.run()], [4])
        self.assertEqual(host.plugin.needs(), [Need(20)])
        with self.assertRaisesRegex(ValueError, "it reads wanted, other"):
            host.number("third", 2, 1)

    def test_are_columns_of_a_batch(self):
        class Columns(Model, id="com.example.columns", batch_rows=3):
            first = reads_series("first")
            second = reads_series("second")
            sums = publishes("sums")

            def on_batch(self, batch, forecasts):
                for row, series, value in zip(
                        batch.series.entry, batch.series.series, batch.series.value):
                    forecasts.publish(self.sums, 0, float(value) + 10 * int(series), row=row)

        host = TestHost(Columns)
        host.push(*(SeriesEvent(at, at % 2, 0, at / 4) for at in range(1, 8)))
        self.assertEqual([one.value for one in host.run()],
                         [at / 4 + 10 * (at % 2) for at in range(1, 8)])

    def test_that_are_refused_say_why(self):
        def named(name):
            return type("Named", (Model,), {"one": publishes(name)}, id="com.example.x",
                        reads="bars")

        for name in ("", "n" * 65, "\u00e9" * 33, "tab\t", "\u0085"):
            with self.assertRaisesRegex(ValueError, "names no series; allowed are 1...64 bytes"):
                TestHost(named(name))
        TestHost(named("\u00e9" * 32))
        for name in ("{size}", "{", "{0}"):
            with self.assertRaisesRegex(ValueError, "braces hold the name of a parameter"):
                TestHost(named(name))
        with self.assertRaisesRegex(ValueError, "more/254 is one too many, allowed are 256"):
            TestHost(Mean, names=255)
        with self.assertRaisesRegex(ValueError, "only models do"):
            TestHost(type("Sells", (Strategy,), {"one": publishes("x")}, id="com.example.x",
                          reads="bars"))

    def test_cannot_be_asked_for_later_nor_be_no_number(self):
        class Late(Model, id="com.example.late"):
            sums = publishes("sums")

            def on_bar(self, bar, forecasts):
                if bar.close == 1:
                    forecasts.publish(self.sums, 0, float("nan"))
                self.publish("late")

        for close, words in ((1, "value was nan"), (2, "asked for too late")):
            host = TestHost(Late)
            host.bar(1, close=close)
            with self.assertRaisesRegex((ValueError, RuntimeError), words):
                host.run()


if __name__ == "__main__":
    unittest.main()
