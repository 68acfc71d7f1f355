import RialtoBacktest
import RialtoPluginHost
import RialtoTestSupport
import Testing

/// What the plugins in C of `SeriesWorld` do, in Python: `price`, `mean` and `reader`.
private let twins = [
    "price": """
    from rialto import Model, publishes

    class Price(Model, id="t.price"):
        close = publishes("close")

        def on_bar(self, bar, forecasts):
            forecasts.publish(self.close, bar.instrument, bar.close)
    """,
    "mean": """
    from rialto import Model, integer, per_instrument, publishes, reads_series

    class Mean(Model, id="t.mean"):
        length = integer(3, 2, 9, summary="Values in the mean")
        close = reads_series("close")
        mean = publishes("mean/{length}")
        last = per_instrument([0.0, 0.0, 0.0])
        seen = per_instrument(0)

        def on_series(self, number, forecasts):
            at = number.instrument
            last = self.last[at]
            last[self.seen[at] % 3] = number.value
            self.seen[at] += 1
            if self.seen[at] > 2:
                forecasts.publish(self.mean, at, (last[0] + last[1] + last[2]) / 3)
    """,
    "reader": """
    from rialto import Strategy, per_instrument

    class Reader(Strategy, id="t.reader", history=5):
        prices = per_instrument(0)
        wanted = per_instrument(0)

        def start(self):
            self.mean = self.read("mean/3")

        def on_bar(self, bar, intents):
            self.prices[bar.instrument] = bar.close

        def on_series(self, number, intents):
            at = number.instrument
            wanted = 10 if self.prices[at] > number.value else 0
            if number.series == self.mean and wanted != self.wanted[at]:
                if not intents.is_warm_up:
                    self.wanted[at] = wanted
                    intents.target(at, wanted)
    """,
]

/// The mean with whole columns: what each coin had before stands before what is new of it.
private func meanOfColumns(_ means: String, _ top: String) -> String {
    """
    from rialto import Model, publishes, reads_series
    \(top)

    class Mean(Model, id="t.mean"):
        close = reads_series("close")
        mean = publishes("mean/3")

        def start(self):
            self.last = {at: [] for at in self.instruments}

        def on_batch(self, batch, forecasts):
            values, of = batch.series.value, batch.series.instrument
            entries = batch.series.entry
            for at in self.instruments:
                rows = [row for row in range(len(of)) if of[row] == at]
                \(means)
                self.last[at] = [float(one) for one in all[-2:]]
    """
}

private let plain = """
    all = self.last[at] + [values[row] for row in rows]
                for row, end in zip(reversed(rows), range(len(all), 2, -1)):
                    mean = sum(sorted(all[end - 3:end])) / 3
                    forecasts.publish(self.mean, at, mean, row=entries[row])
    """
private let vectors = """
    assert not len(values) or not values.flags.owndata and not values.flags.writeable
                all = numpy.concatenate((self.last[at], values[rows]))
                three = numpy.sort(numpy.stack((all[:-2], all[1:-1], all[2:])), axis=0) \\
                    if len(all) > 2 else numpy.empty((3, 0))
                means = (three[0] + three[1] + three[2]) / 3
                for row, mean in zip(rows[len(rows) - len(means):], means):
                    forecasts.publish(self.mean, at, mean, row=entries[row])
    """

@Suite(
    .serialized,
    .enabled(if: PythonWorkshop.isThere, "Python plugins need python3-dev: see scripts/setup"))
struct `Named series in Python` {
    private let models = ["t.mean", "t.price"]
    /// With the time that an interpreter takes beside other tests.
    private let tier: PluginTier = {
        var settings = Walls.all.settings
        settings.deadline_ns = WorkerSettings().deadline_ns
        return .sandboxed(settings)
    }()

    @Test(arguments: UInt64(1)...2)
    func `lead to the same as in C, for every size of batch, together and each alone`(
        seed: UInt64
    ) throws {
        let world = try SeriesWorld(seed: seed)
        let expected = try world.run(["t.reader"], models)
        #expect(try RunTables(expected)["fills"].count > 100)
        for name in ["price", "mean", "reader"] {
            try world.installPython(name, try #require(twins[name]))
            for limit in name == "reader" ? [1, 64, 4096] : [64] {
                let outcome = try world.run(["t.reader"], models, tier, batchLimit: limit)
                #expect(outcome.digest == expected.digest, "\(name), \(limit)")
                #expect(outcome.forecastDigest == expected.forecastDigest, "\(name), \(limit)")
            }
        }
    }

    @Test func `are read as whole columns, with the same result for every size of batch`() throws {
        let world = try SeriesWorld(seed: 3)
        try world.installPython("mean", meanOfColumns(plain, ""))
        let expected = try world.run(["t.reader"], models, tier)
        #expect(try RunTables(expected)["fills"].count > 100)
        if isNumPyFetchable {
            try world.installPython(
                "mean", meanOfColumns(vectors, "import numpy"), lock: numpyLock)
        } else {
            print("python series: NumPy's wheel cannot be fetched, so memoryviews alone were read")
        }
        for limit in [1, 64, 4096] {
            let outcome = try world.run(["t.reader"], models, tier, batchLimit: limit)
            #expect(outcome.digest == expected.digest, "\(limit)")
            #expect(outcome.forecastDigest == expected.forecastDigest, "\(limit)")
        }
    }

    @Test func `are refused where nobody publishes them, or in a circle, whose path is told`()
        throws
    {
        let world = try SeriesWorld(seed: 1)
        for name in ["mean", "reader"] { try world.installPython(name, twins[name] ?? "") }
        let unknown = try world.refusal(["t.reader"], ["t.price"], tier)
        #expect(unknown.contains("s0 reads series mean/3, which no model publishes"), "\(unknown)")
        let price = (twins["price"] ?? "").replacing(
            "import Model", with: "import Model, reads_series"
        ).replacing("def on_bar", with: "mean = reads_series(\"mean/3\")\n\n    def on_bar")
        try world.installPython("price", price)
        let circle = try world.refusal(["t.reader"], models, tier)
        #expect(circle.contains("mean reads close of price reads mean/3 of mean"), "\(circle)")
    }

    @Test(arguments: [
        (
            "close = publishes(\"close/{depth}\")",
            "braces hold the name of a parameter, which are none"
        ),
        ("close = publishes(\"\")", "names no series; allowed are 1...64 bytes of text"),
        ("close = reads_series(\"\\t\")", "names no series; allowed are 1...64 bytes"),
        (
            "start = lambda self: [self.read(str(at)) for at in range(257)]",
            "series 256 is one too many, allowed are 256 (price.py:4)"
        ),
    ])
    func `have names of which the author is told why they are refused`(
        _ line: String, _ reason: String
    ) throws {
        let world = try SeriesWorld(seed: 1)
        try world.installPython(
            "price",
            """
            from rialto import Model, publishes, reads_series

            class Price(Model, id="t.price"):
                \(line)

                def on_bar(self, bar, forecasts):
                    pass
            """)
        let refusal = try world.refusal(["t.counter"], ["t.price"], tier)
        #expect(refusal.contains(reason), "\(refusal)")
    }

    @Test(arguments: [
        ("forecasts.publish(self.close, 0, float(\"inf\"))", "value was inf, allowed is a finite"),
        ("forecasts.publish(7, 0, 1.0)", "is of series 7, and 1 were announced"),
        ("self.publish(\"late\")", "series late was asked for too late"),
    ])
    func `end a model that publishes what it may not`(_ line: String, _ reason: String) throws {
        let world = try SeriesWorld(seed: 1)
        let price = try #require(twins["price"]).replacing(
            "forecasts.publish(self.close, bar.instrument, bar.close)", with: line)
        try world.installPython("price", price)
        let outcome = try world.backtest(["t.counter"], ["t.price"], tier).execute()
        #expect(outcome.failures.map(\.id) == ["price"])
        #expect(outcome.failures.allSatisfy { $0.reason.contains(reason) }, "\(outcome.failures)")
    }
}
