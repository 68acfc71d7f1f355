import Foundation
import RialtoBacktest
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// NumPy, as a plugin's `requirements.lock` names it.
let numpyLock = """
    numpy==1.26.4 \\
        --hash=sha256:666dbfb6ec68962c033a450943ded891bed2d54e6755e35e5835d63f4f6931d5 \\
        --hash=sha256:7ab55401287bfec946ced39700c053796e7cc0e3acbef09993a9ad2adba6ca6e
    """

/// Crosses of two averages as NumPy computes them: a batch at once.
private let vectors = """
    import numpy
    from rialto import Strategy

    FAST, SLOW = 10, 30

    class Vectors(Strategy, id="com.example.mine", reads="bars"):
        def start(self):
            self.closes, self.is_long = numpy.zeros(SLOW, numpy.int64), False
            numpy.random.random()

        def on_batch(self, batch, intents):
            close = batch.bars.close
            assert not close.flags.owndata and not close.flags.writeable
            closes = numpy.concatenate((self.closes, close))
            sums = numpy.concatenate(([0], numpy.cumsum(closes)))
            count = len(close)
            fast = sums[SLOW + 1:] - sums[SLOW + 1 - FAST:-FAST]
            slow = sums[SLOW + 1:] - sums[1:-SLOW]
            side = numpy.sign(SLOW * fast - FAST * slow)
            for row in numpy.flatnonzero(side):
                if (side[row] > 0) != self.is_long:
                    self.is_long = bool(side[row] > 0)
                    intents.target(0, int(self.is_long), row=row)
            self.closes = closes[-SLOW:].copy()
    """

/// Keeps a view of a batch, or writes into one.
private func misuse(_ line: String) -> String {
    """
    import numpy
    from rialto import Strategy

    class Mine(Strategy, id="com.example.mine", reads="bars"):
        def on_batch(self, batch, intents):
            \(line)
    """
}

/// Whether pip can fetch the wheel here.
let isNumPyFetchable: Bool = {
    guard PythonWorkshop.isThere, let scratch = try? ScratchFolder(),
        (try? scratch.write(numpyLock, to: "lock")) != nil
    else { return false }
    let words = [
        "/usr/bin/python3", "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
        "--only-binary=:all:", "-d", scratch.path, "-r", scratch.path + "/lock",
    ]
    return (try? runProgram(words).status) == 0
}()

@Suite(
    .serialized,
    .enabled(if: isNumPyFetchable, "NumPy's wheel needs python3-dev, python3-pip and the network"))
struct `A strategy in Python with NumPy` {
    private func run(
        _ folder: String, _ walls: Walls, batchLimit: Int = 4096
    ) throws -> (
        outcome: SketchOutcome, failure: String
    ) {
        var random = SeededGenerator(seed: 3)
        var settings = walls.settings
        settings.deadline_ns = 5_000_000_000
        settings.memoryMax = 1 << 30
        let strategy = try SandboxedStrategy(
            try PluginFile(folder: folder),
            InstanceRequest(
                pluginId: "com.example.mine", parameters: [], instruments: [sketchCoin()],
                indices: [0], seed: 1), settings)
        var run = SketchRun(
            market: MarketSketch(
                bars: MarketSketch.randomBars(2000, instrument: 0, offset_ns: 0, using: &random)))
        run.batchLimit = batchLimit
        run.accounts = [run.account([strategy.port])]
        return (try run.execute(), strategy.failure)
    }

    @Test(arguments: Walls.allCases)
    func `reads whole columns without a copy, the same for every size of batch`(
        _ walls: Walls
    ) throws {
        let scratch = try ScratchFolder()
        let folder = try PythonWorkshop.install(vectors, lock: numpyLock, in: scratch.path)
        var digests: Set<String> = []
        for limit in [1, 64, 4096, 4096] {
            let (outcome, failure) = try run(folder, walls, batchLimit: limit)
            #expect(failure.isEmpty, "\(failure)")
            #expect(outcome.of(.fill).count > 20)
            digests.insert(outcome.digest)
        }
        #expect(digests.count == 1)
    }

    @Test func `is ended where it misuses a batch`() throws {
        let scratch = try ScratchFolder()
        for (line, cause) in [
            (
                "batch.bars.close[0] = 1",
                "ValueError: assignment destination is read-only (mine.py:6)"
            ),
            ("batch.bars.close.flags.writeable = True", "ValueError: cannot set WRITEABLE flag"),
            ("self.kept = batch.bars.close", "BufferError: a view of the batch was kept"),
            ("self.kept = batch.bars.close[3:]", "BufferError: a view of the batch was kept"),
            ("numpy.random.default_rng()", "system call getrandom"),
            ("numpy.load('/etc/passwd')", "system call openat"),
            ("batch.bars.middle", "AttributeError"),
        ] {
            // The wheel stays: only the library is built anew.
            let folder = try PythonWorkshop.install(
                misuse(line), lock: numpyLock, in: scratch.path)
            let failure = try run(folder, .all).failure
            #expect(failure.contains(cause), "\(failure)")
        }
    }
}
