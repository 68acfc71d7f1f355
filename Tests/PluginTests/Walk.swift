import RialtoTestHost
import RialtoValues

/// Length of a bar of these tests, nanoseconds.
let minute: Int64 = 60_000_000_000

/// Bars of a minute, from minute 1 on, whose closes are given.
func bars(_ closes: [Int64], reach: Int64 = 0) -> [TestEvent] {
    closes.enumerated().map { index, close in
        .bar(
            at: Int64(index + 1) * minute, close: close, high: close + reach,
            low: max(1, close - reach))
    }
}

/// Bars of two instruments that wander about, and forecasts of the ensemble on the first.
func walk(_ seed: UInt64, bars count: Int) -> [TestEvent] {
    var random = SeededGenerator(seed: seed)
    var prices: [Int64] = [10_000, 50_000]
    return (1...count).flatMap { index -> [TestEvent] in
        let time = Int64(index) * minute
        var events: [TestEvent] = prices.indices.map { instrument in
            let step = prices[instrument] / 50
            let close = max(
                100, prices[instrument] + Int64.random(in: -step...step, using: &random))
            defer { prices[instrument] = close }
            return .bar(
                at: time, UInt32(instrument), close: close,
                high: max(close, prices[instrument]) + 7,
                low: min(close, prices[instrument]) - 7)
        }
        if index % 3 == 0 {
            events.append(.ensemble(at: time, up: Double.random(in: 0...1, using: &random)))
        }
        return events
    }
}

/// The instruments of a walk.
let pair: [InstrumentInfo] = [.test(), .test("ETH/USD", index: 1)]
