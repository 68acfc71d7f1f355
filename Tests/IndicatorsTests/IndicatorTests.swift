import RialtoIndicators
import RialtoValues
import Testing

/// A random walk of bars around 1,000, or around `shift` + 1,000 * `scale`.
func walk(seed: UInt64, rows: Int, scale: Double = 1, shift: Double = 0) -> BarColumns {
    var random = SeededGenerator(seed: seed)
    var price = 1_000.0
    var open: [Double] = []
    var high = open
    var low = open
    var close = open
    var volume = open
    for _ in 0..<rows {
        let start = price
        price += Double.random(in: -5...5, using: &random)
        open.append(start)
        high.append(max(start, price) + Double.random(in: 0...3, using: &random))
        low.append(min(start, price) - Double.random(in: 0...3, using: &random))
        close.append(price)
        volume.append(Double(Int.random(in: 0...500, using: &random)))
    }
    func moved(_ column: [Double]) -> [Double] { column.map { $0 * scale + shift } }
    return BarColumns(
        open: moved(open), high: moved(high), low: moved(low), close: moved(close), volume: volume)
}

let usualNames = IndicatorCatalog.entries.map(\.usage)

@Suite struct `Every indicator` {
    @Test(arguments: usualNames)
    func `says the same bar by bar and over columns`(name: String) throws {
        for seed in UInt64(0)..<20 {
            let bars = walk(seed: seed, rows: Int(seed) * 17)
            let rows = streamed(name, over: bars)
            for (index, output) in try IndicatorCatalog.compute(name, over: bars).enumerated() {
                let differences = bars.close.indices.map { row -> Double in
                    guard let a = output.column[row], let b = rows[index][row] else {
                        return output.column[row] == nil && rows[index][row] == nil ? 0 : .infinity
                    }
                    return abs(a - b)
                }
                #expect((differences.max() ?? 0) <= 1e-8, "seed \(seed), \(output.name)")
            }
        }
    }

    @Test(arguments: usualNames)
    func `has no value but finite ones, and none for too short a column`(name: String) throws {
        for rows in 0..<60 {
            let bars = walk(seed: 1, rows: rows)
            for output in try IndicatorCatalog.compute(name, over: bars) {
                #expect(output.column.first + output.column.values.count == rows)
                #expect(output.column.values.allSatisfy { $0.isFinite })
            }
        }
    }

    @Test(arguments: usualNames)
    func `is finite and quiet on a price that never moves`(name: String) throws {
        let still = Array(repeating: 101.3, count: 80)
        let none = Array(repeating: 0.0, count: 80)
        let bars = BarColumns(open: still, high: still, low: still, close: still, volume: none)
        let expected: [String: Double] = [
            "EMA_20": 101.3, "SMA_20": 101.3, "VWAP_cumulative": 101.3, "VWAP_rolling_20": 101.3,
        ]
        for output in try IndicatorCatalog.compute(name, over: bars) {
            let value = name == "BBANDS_20_2" ? 101.3 : expected[name] ?? 0
            #expect(output.column.values.allSatisfy { abs($0 - value) < 1e-9 }, "\(output.name)")
        }
    }

    @Test(arguments: [
        ("SMA_20", 1.0, 1.0), ("EMA_20", 1, 1), ("BBANDS_20_2", 1, 1), ("MACD_12_26_9", 1, 0),
        ("ATR_14", 1, 0), ("TRANGE", 1, 0), ("STDDEV_20", 1, 0), ("RSI_14", 0, 0), ("ADX_14", 0, 0),
        ("STOCH_14_3_3", 0, 0), ("WILLR_14", 0, 0), ("CCI_20", 0, 0), ("VWAP_rolling_20", 1, 1),
    ])
    func `follows prices that are scaled and shifted`(name: String, scaled: Double, shifted: Double)
        throws
    {
        let plain = walk(seed: 9, rows: 200)
        let moved = walk(seed: 9, rows: 200, scale: 8, shift: 512)
        let before = try IndicatorCatalog.compute(name, over: plain)
        for (a, b) in zip(before, try IndicatorCatalog.compute(name, over: moved)) {
            for (x, y) in zip(a.column.values, b.column.values) {
                let expected = scaled == 1 ? 8 * x + shifted * 512 : x
                #expect(abs(y - expected) < 1e-6, "\(a.name)")
            }
        }
    }
}

@Suite struct `An average of integers` {
    @Test func `is exact, and compares exactly with one of another length`() {
        for seed in UInt64(0)..<50 {
            var random = SeededGenerator(seed: seed)
            var fast = IntegerSMA(length: 3)
            var slow = IntegerSMA(length: 7)
            var all: [Int64] = []
            for _ in 0..<100 {
                let price = 4_000_000_000_000_000 + Int64.random(in: -1...1, using: &random)
                all.append(price)
                fast.update(price)
                slow.update(price)
                guard slow.isWarm else { continue }
                let a = all.suffix(3).reduce(0, +)
                let b = all.suffix(7).reduce(0, +)
                #expect(fast.sum == a && slow.sum == b)
                #expect(fast.isAbove(slow) == (Int128(a) * 7 > Int128(b) * 3))
                #expect(fast.equals(slow) == (Int128(a) * 7 == Int128(b) * 3))
            }
        }
    }
}

@Suite struct `The running extreme` {
    @Test func `is that of the window`() {
        for seed in UInt64(0)..<50 {
            var random = SeededGenerator(seed: seed)
            let length = Int.random(in: 1...12, using: &random)
            var top = Extreme(length: length, largest: true)
            var bottom = Extreme(length: length, largest: false)
            var all: [Double] = []
            for _ in 0..<200 {
                let value = Double(Int.random(in: 0...20, using: &random))
                all.append(value)
                #expect(top.update(value) == all.suffix(length).max())
                #expect(bottom.update(value) == all.suffix(length).min())
            }
        }
    }
}

@Suite struct `The catalog of indicators` {
    @Test(arguments: [
        "SMA", "SMA_", "SMA_0", "SMA_1.5", "SMA_-3", "SMA_nan", "SMA_5_5", "SMA_200000", "SMA__5",
        "MACD_26_12_9", "MACD_12_26", "OBV_3", "ADX_1", "VWAP_rolling", "VWAP_cumulative_3",
        "SMA_1e2",
    ])
    func `refuses wrong parameters and says how the indicator is written`(name: String) {
        let entry = IndicatorCatalog.entries.filter { name.hasPrefix($0.name) }
            .max { $0.name.count < $1.name.count }
        #expect(throws: IndicatorError.parameters(name: name, usage: entry?.usage ?? "")) {
            try IndicatorCatalog.compute(name, over: walk(seed: 0, rows: 3))
        }
    }

    @Test(arguments: ["", "XYZ_3", "sma_5", "SMAX_5", "VWAP"])
    func `refuses names it does not know`(name: String) {
        #expect(throws: IndicatorError.unknown(name: name)) {
            try IndicatorCatalog.compute(name, over: walk(seed: 0, rows: 3))
        }
    }

    @Test func `knows every usage that it shows`() throws {
        for entry in IndicatorCatalog.entries {
            let outputs = try IndicatorCatalog.compute(entry.usage, over: walk(seed: 0, rows: 90))
            #expect(outputs.map(\.name) == entry.outputs)
            #expect(outputs.allSatisfy { !$0.column.values.isEmpty })
        }
    }
}
