import RialtoBacktest
import RialtoIndicators
import RialtoValues

/// `rialto bench w6`: indicators over ten million numbers, into buffers that are used again, as
/// TA-Lib's C functions have it.
enum IndicatorBench {
    private static let count = 10_000_000

    /// One indicator over the whole column. Returns its last value.
    private struct Work: Sendable {
        let name: String
        let run: @Sendable (Input) -> Double
    }

    /// A random walk with highs and lows, and room for three outputs.
    private final class Input {
        let close: UnsafeMutableBufferPointer<Double>
        let high: UnsafeMutableBufferPointer<Double>
        let low: UnsafeMutableBufferPointer<Double>
        let out: [UnsafeMutablePointer<Double>]

        init(_ count: Int) {
            var random = SeededGenerator(seed: 6)
            close = .allocate(capacity: count)
            high = .allocate(capacity: count)
            low = .allocate(capacity: count)
            out = (0..<3).map { _ in .allocate(capacity: count) }
            for column in out { column.initialize(repeating: 0, count: count) }
            var price = 100.0
            for row in 0..<count {
                price *= 1 + Double.random(in: -1e-4...1e-4, using: &random)
                close.initializeElement(at: row, to: price)
                let up = Double.random(in: 0...0.04, using: &random)
                let down = Double.random(in: 0...0.04, using: &random)
                high.initializeElement(at: row, to: price + up)
                low.initializeElement(at: row, to: price - down)
            }
        }

        deinit {
            for column in [close, high, low] { column.deallocate() }
            for column in out { column.deallocate() }
        }
    }

    private static let works: [Work] = [
        Work(name: "EMA20") { input in
            EMA.fill(UnsafeBufferPointer(input.close), length: 20, input.out[0])
            return input.out[0][count - 20]
        },
        Work(name: "RSI14") { input in
            RSI.fill(UnsafeBufferPointer(input.close), length: 14, input.out[0])
            return input.out[0][count - 15]
        },
        Work(name: "MACD") { input in
            MACD.fill(
                UnsafeBufferPointer(input.close), fast: 12, slow: 26, signal: 9,
                macd: input.out[0], line: input.out[1], histogram: input.out[2])
            return input.out[0][count - 34]
        },
        Work(name: "ATR14") { input in
            ATR.fill(
                high: UnsafeBufferPointer(input.high), low: UnsafeBufferPointer(input.low),
                close: UnsafeBufferPointer(input.close), length: 14, input.out[0])
            return input.out[0][count - 15]
        },
        Work(name: "BBANDS20") { input in
            Bollinger.fill(
                UnsafeBufferPointer(input.close), length: 20, width: 2, upper: input.out[0],
                middle: input.out[1], lower: input.out[2])
            return input.out[0][count - 20]
        },
        Work(name: "SMA20") { input in
            SMA.fill(UnsafeBufferPointer(input.close), length: 20, input.out[0])
            return input.out[0][count - 20]
        },
    ]

    /// Nanoseconds an element for each indicator, the fastest of `rounds`.
    static func table(rounds: Int) -> Table {
        let input = Input(count)
        var table = Table([
            .init("work"), .init("indicator"), .init("n"), .init("ns_per_element"), .init("last"),
        ])
        for work in works {
            var best = Double.infinity, last = 0.0
            for _ in 0..<rounds {
                let start = Bench.now()
                last = work.run(input)
                best = min(best, Bench.now() - start)
            }
            table.add([
                .text("w6"), .text(work.name), .integer(Int64(count)),
                .number(best / Double(count) * 1e9, decimals: 3), .text(String(last)),
            ])
        }
        return table
    }
}
