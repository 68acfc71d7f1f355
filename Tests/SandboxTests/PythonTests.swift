import Foundation
import RialtoBacktest
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

private let isMissing: Comment = "Python plugins need python3-dev: see scripts/setup"

/// The strategy of `Plugins/Strategies/SmaCross`, event by event.
private let smaCross = """
    from rialto import Strategy, decimal, integer

    class SmaCross(Strategy, id="com.example.mine"):
        fast = integer(10, 1, 4095, unit="bars", summary="Length of the fast average")
        slow = integer(30, 2, 4096, unit="bars", summary="Length of the slow average")
        quantity = decimal("1", "0.000000000000000001", "1000000000000", summary="Position")

        def start(self):
            if self.fast >= self.slow:
                raise ValueError("fast is not below slow")
            self.closes = {at: [0] * self.slow for at in self.instruments}
            self.lead = dict.fromkeys(self.instruments, 0)
            self.seen = dict.fromkeys(self.instruments, 0)
            self.is_long = dict.fromkeys(self.instruments, False)

        def on_bar(self, bar, intents):
            i, fast, slow = bar.instrument, self.fast, self.slow
            closes, at = self.closes[i], self.seen[i] % slow
            left = closes[at - fast]
            self.lead[i] += slow * (bar.close - left) - fast * (bar.close - closes[at])
            closes[at] = bar.close
            self.seen[i] += 1
            turns = self.lead[i] < 0 if self.is_long[i] else self.lead[i] > 0
            if self.seen[i] >= slow and turns:
                self.is_long[i] = not self.is_long[i]
                held = self.instruments[i].quantity(self.quantity)
                intents.target(i, held if self.is_long[i] else 0)
    """

/// The same with whole columns: what is known of one instrument is carried from batch to batch.
private let smaCrossOfColumns = """
    from itertools import accumulate
    from rialto import Strategy, decimal, integer

    class SmaCross(Strategy, id="com.example.mine", reads="bars", batch_rows=700):
        fast = integer(10, 1, 4095, unit="bars", summary="Length of the fast average")
        slow = integer(30, 2, 4096, unit="bars", summary="Length of the slow average")
        quantity = decimal("1", "0.000000000000000001", "1000000000000", summary="Position")

        def start(self):
            self.closes, self.is_long, self.seen = [0] * self.slow, False, 0
            self.held = self.instruments[0].quantity(self.quantity)

        def on_batch(self, batch, intents):
            fast, slow = self.fast, self.slow
            all = self.closes + batch.bars.close.tolist()
            sums = [0, *accumulate(all)]
            for row in range(len(batch)):
                end = slow + row + 1
                lead = slow * (sums[end] - sums[end - fast]) - fast * (sums[end] - sums[end - slow])
                turns = lead < 0 if self.is_long else lead > 0
                if self.seen + row + 1 >= slow and turns:
                    self.is_long = not self.is_long
                    intents.target(0, self.held if self.is_long else 0, row=row)
            self.seen += len(batch)
            self.closes = all[-slow:]
    """

/// Reads its own fills and account, asks for timers and keeps state: a closed loop.
private let busy = """
    import random
    from rialto import Side, Strategy

    class Busy(Strategy, id="com.example.mine"):
        def start(self):
            self.orders = self.bars = self.held = 0

        def on_bar(self, bar, intents):
            self.bars += 1
            if self.bars % 5 == 0:
                self.orders += 1
                side = Side.BUY if self.held <= 0 else Side.SELL
                away = random.randrange(3) + self.random.randrange(3)
                intents.order(self.orders, bar.instrument, side, 1, limit=bar.close + away)
            if self.bars % 11 == 0:
                intents.timer(self.bars, bar.time_ns + 90_000_000_000)
                print("timer", self.bars)

        def on_timer(self, timer, intents):
            intents.note(0, f"timer {timer.timer_id}")
            intents.target(0, -self.held)

        def on_fill(self, fill, intents):
            self.held = fill.position
            intents.log(f"held {fill.position} for {fill.fee}")

        def on_account(self, account, intents):
            assert account.positions.get(0, 0) == self.held, account

        def on_order(self, order, intents):
            assert 0 <= order.filled <= order.quantity

        def save(self):
            return repr((self.orders, self.bars, self.held)).encode()

        def load(self, state):
            self.orders, self.bars, self.held = eval(state)
    """

private func request(_ parameters: [(String, String)] = []) -> InstanceRequest {
    InstanceRequest(
        pluginId: "com.example.mine", parameters: parameters, instruments: [sketchCoin()],
        indices: [0], seed: 1)
}

private func bars(_ count: Int = 900, seed: UInt64 = 3) -> [SketchBar] {
    var random = SeededGenerator(seed: seed)
    return MarketSketch.randomBars(count, instrument: 0, offset_ns: 0, using: &random)
}

private func outcome(
    _ instance: any RunningStrategy, _ bars: [SketchBar], batchLimit: Int = 4096
) throws -> SketchOutcome {
    var run = SketchRun(market: MarketSketch(bars: bars))
    run.batchLimit = batchLimit
    run.accounts = [run.account([instance.port])]
    return try run.execute()
}

@Suite(.serialized, .enabled(if: PythonWorkshop.isThere, isMissing))
struct `A strategy in Python` {
    private func start(
        _ folder: String, _ walls: Walls, _ parameters: [(String, String)] = [],
        memoryMax: UInt64 = 256 << 20
    ) throws -> SandboxedStrategy {
        var settings = walls.settings
        settings.deadline_ns = 2_000_000_000
        settings.memoryMax = memoryMax
        return try SandboxedStrategy(
            try PluginFile(folder: folder), request(parameters), settings)
    }

    @Test(arguments: Walls.allCases, [smaCross, smaCrossOfColumns])
    func `wants what the same one in C wants, for every size of batch`(
        _ walls: Walls, _ text: String
    ) throws {
        let scratch = try ScratchFolder()
        let folder = try PythonWorkshop.install(text, in: scratch.path)
        let c = try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        let parameters = [("fast", "3"), ("slow", "8")], bars = bars()
        let open = try StrategyInstance(
            try PluginLibrary(folder: c),
            InstanceRequest(
                pluginId: "org.rialto.sma-cross", parameters: parameters,
                instruments: [sketchCoin()], indices: [0], seed: 1))
        let expected = try outcome(open, bars)
        #expect(expected.of(.fill).count > 50)
        for limit in [1, 64, 4096] {
            let strategy = try start(folder, walls, parameters)
            #expect(try outcome(strategy, bars, batchLimit: limit).digest == expected.digest)
            #expect(strategy.failure.isEmpty, "\(strategy.failure)")
        }
    }

    @Test(arguments: Walls.allCases)
    func `does the same in two runs and for every size of batch in a closed loop`(
        _ walls: Walls
    ) throws {
        let scratch = try ScratchFolder(), bars = bars()
        let folder = try PythonWorkshop.install(busy, in: scratch.path)
        var digests: Set<String> = []
        for limit in [1, 64, 4096, 4096] {
            let strategy = try start(folder, walls)
            let outcome = try outcome(strategy, bars, batchLimit: limit)
            #expect(strategy.failure.isEmpty, "\(strategy.failure)")
            #expect(outcome.of(.fill).count > 50)
            #expect(outcome.texts.contains { $0.text.hasPrefix("timer ") })
            digests.insert(outcome.digest)
        }
        #expect(digests.count == 1)
    }

    @Test func `is replaced where its worker is killed, with the same result`() throws {
        let scratch = try ScratchFolder(), bars = bars(3000)
        let folder = try PythonWorkshop.install(busy, in: scratch.path)
        let expected = try outcome(try start(folder, .all), bars).digest
        let strategy = try start(folder, .all)
        var run = SketchRun(market: MarketSketch(bars: bars))
        run.accounts = [run.account([strategy.port])]
        let target = strategy.target
        let killer = Thread {
            for _ in 0..<3 {
                usleep(60_000)
                target.send(SIGKILL)
            }
        }
        killer.start()
        let digest = try run.execute().digest
        #expect(digest == expected, "\(strategy.failure), \(strategy.replacements.count)")
        print("python: \(strategy.replacements.count) workers replaced")
    }

    @Test func `that does what it may not is stopped and named, and the host goes on`() throws {
        let scratch = try ScratchFolder(), bars = bars(60)
        for deed in pythonDeeds {
            let folder = try PythonWorkshop.install(deed.text, in: scratch.path)
            for walls in Walls.allCases {
                let strategy = try start(folder, walls)
                _ = try outcome(strategy, bars)
                for words in deed.cause {
                    #expect(
                        words.contains { strategy.failure.contains($0) },
                        "\(deed.name), \(walls): \(strategy.failure)")
                }
            }
        }
    }

    @Test func `that does what it may not while it is imported is refused with the reason`() throws
    {
        let scratch = try ScratchFolder()
        for deed in pythonImports {
            let folder = try PythonWorkshop.install(deed.text, in: scratch.path)
            for walls in Walls.allCases {
                let reason = refusal { try start(folder, walls) }
                for words in deed.cause {
                    #expect(
                        words.contains { reason.contains($0) }, "\(deed.name), \(walls): \(reason)")
                }
            }
        }
    }

    /// Why a strategy is not made; empty when it is.
    private func refusal(_ make: () throws -> SandboxedStrategy) -> String {
        do {
            _ = try make()
            return ""
        } catch { return (error as? PluginError)?.reason ?? "\(error)" }
    }

    @Test func `is refused in the host's own process, and where its parameters are wrong`() throws {
        let scratch = try ScratchFolder()
        let folder = try PythonWorkshop.install(smaCross, in: scratch.path)
        do throws(PluginError) {
            _ = try PluginLibrary(folder: folder)
            Issue.record("it was opened in process")
        } catch {
            #expect(error.cause == .inProcess(.python))
            #expect(error.help.contains("--sandbox"))
        }
        do {
            _ = try start(folder, .all, [("fast", "9"), ("slow", "9")])
            Issue.record("it was made")
        } catch let error as PluginError {
            #expect(error.reason.contains("ValueError: fast is not below slow (mine.py:10)"))
        }
    }

    @Test func `is refused where a file that comes with it was altered, added or taken away`()
        throws
    {
        let scratch = try ScratchFolder()
        let folder = try PythonWorkshop.install(smaCross, in: scratch.path)
        let site = folder + "/files/site"
        try FileManager.default.createDirectory(
            atPath: site, withIntermediateDirectories: true)
        let file = site + "/helper.py"
        try "ONE = 1\n".write(toFile: file, atomically: true, encoding: .utf8)
        try writeManifest(of: folder + "/libmine.so")
        #expect(try PluginFile(folder: folder).manifest.files?.count == 1)
        func cause() -> PluginError.Cause? {
            do throws(PluginError) {
                _ = try PluginFile(folder: folder)
                return nil
            } catch { return error.cause }
        }
        try "ONE = 2\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(cause() == .file(isListed: true))
        try "ONE = 1\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(cause() == nil)
        try "".write(toFile: site + "/random.py", atomically: true, encoding: .utf8)
        #expect(cause() == .file(isListed: false))
        try FileManager.default.removeItem(atPath: site + "/random.py")
        try FileManager.default.removeItem(atPath: file)
        #expect(cause() == .unreadable)
    }
}
