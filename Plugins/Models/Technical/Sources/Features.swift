import RialtoIndicators
import RialtoKit

/// The indicators of one instrument.
struct Features {
    /// The features' weighted mean, and how far they agree.
    struct Score {
        /// -1...1
        let value: Double
        /// 0...1: 1 when all of them point the same way, 0 when they cancel out.
        let agreement: Double
    }

    private var fast: EMA
    private var slow: EMA
    private var macd: MACD
    private var rsi: RSI
    private var atr: ATR
    private var bands: Bollinger

    init(_ lengths: Lengths) {
        fast = EMA(length: lengths.fast)
        slow = EMA(length: lengths.slow)
        macd = MACD(fast: lengths.fast, slow: lengths.slow, signal: lengths.signal)
        rsi = RSI(length: lengths.range)
        atr = ATR(length: lengths.range)
        bands = Bollinger(length: lengths.bands, width: 2)
    }

    /// Takes in a bar. Returns the score once every indicator has a value and the price has moved.
    mutating func add(_ bar: Bar, _ weights: Weights) -> Score? {
        let close = Double(bar.close)
        let quick = fast.update(close), slack = slow.update(close), lines = macd.update(close)
        let strength = rsi.update(close), edges = bands.update(close)
        let range = atr.update(high: Double(bar.high), low: Double(bar.low), close: close)
        guard let quick, let slack, let lines, let strength, let edges, let range, range > 0 else {
            return nil
        }
        let half = edges.upper - edges.middle
        return Features.combine(
            [
                weights.trend * Features.bounded((quick - slack) / range),
                weights.macd * Features.bounded(lines.histogram / range * 2),
                weights.rsi * (strength - 50) / 50,
                weights.bands * (half > 0 ? max(-1, min(1, (close - edges.middle) / half)) : 0),
            ], weights.sum)
    }

    /// x / (1 + |x|): -1...1, without a table or a library whose last digit may differ.
    private static func bounded(_ value: Double) -> Double { value / (1 + value.magnitude) }

    private static func combine(_ parts: InlineArray<4, Double>, _ weight: Double) -> Score {
        var sum = 0.0, size = 0.0
        for index in parts.indices {
            sum += parts[index]
            size += parts[index].magnitude
        }
        return Score(value: sum / weight, agreement: size > 0 ? sum.magnitude / size : 0)
    }
}
