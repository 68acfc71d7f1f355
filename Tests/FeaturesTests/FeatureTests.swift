import Glibc
import RialtoFeatures
import RialtoIndicators
import RialtoValues
import Testing

/// Random bars with their whole columns.
private struct Walk {
    var bars = BarColumns(open: [], high: [], low: [], close: [], volume: [])

    init(_ count: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed), last = 100.0
        var columns = (o: [Double](), h: [Double](), l: [Double](), c: [Double](), v: [Double]())
        for _ in 0..<count {
            let close = max(1, last * (1 + .random(in: -0.02...0.02, using: &random)))
            columns.o.append(last)
            columns.h.append(max(last, close) + .random(in: 0...0.5, using: &random))
            columns.l.append(min(last, close) - .random(in: 0...0.5, using: &random))
            columns.c.append(close)
            columns.v.append(Bool.random(using: &random) ? 0 : .random(in: 0...50, using: &random))
            last = close
        }
        bars = BarColumns(
            open: columns.o, high: columns.h, low: columns.l, close: columns.c, volume: columns.v)
    }

    /// Every row of a schema.
    func rows(
        _ names: [String], until count: Int? = nil,
        before: (Int, inout FeatureStream) -> Void = { _, _ in }
    ) throws -> [[Double]] {
        var stream = FeatureStream(try FeatureSchema(names, interval_ns: 60_000_000_000))
        return (0..<(count ?? bars.close.count)).map { row in
            before(row, &stream)
            stream.take(
                open: bars.open[row], high: bars.high[row], low: bars.low[row],
                close: bars.close[row], volume: bars.volume[row])
            return stream.row
        }
    }
}

private let names = Feature.all.map(\.usage)

@Suite struct `A feature` {
    @Test func `is read from its name and written as it`() throws {
        for kind in Feature.all { #expect(try Feature(kind.usage).name == kind.usage) }
        #expect(try Feature("volume_ratio_3") == .volumeRatio(length: 3))
        #expect(try Feature("open_interest_change_7") == .openInterestChange(bars: 7))
    }

    @Test(arguments: [
        "rsi", "rsi_", "rsi_0", "rsi_x", "rsi_14_2", "rsi_014", "rsi_+5", "rsi_100001",
        "macd_26_12_9", "macd_12_26", "bollinger_1_2", "funding_3",
    ])
    func `is refused with other parameters, and told how it is written`(_ name: String) {
        #expect {
            try Feature(name)
        } throws: {
            guard case FeatureError.parameters(name, let usage) = $0 else { return false }
            return (try? Feature(usage)) != nil
        }
    }

    @Test(arguments: ["", "mood_3", "rsix_3", "RSI_14", "price"])
    func `is refused when there is none`(_ name: String) {
        #expect(throws: FeatureError.unknown(name: name)) { try Feature(name) }
    }

    @Test(arguments: UInt64(1)...5)
    func `is what the indicators say, whose values are compared with another program's`(
        seed: UInt64
    ) throws {
        let walk = Walk(300, seed: seed), close = walk.bars.close
        let rows = try walk.rows(["rsi_14", "macd_12_26_9", "bollinger_20_2", "atr_14"])
        let rsi = try #require(try IndicatorCatalog.compute("RSI_14", over: walk.bars).first)
        let macd = try IndicatorCatalog.compute("MACD_12_26_9", over: walk.bars)
        let bands = try IndicatorCatalog.compute("BBANDS_20_2", over: walk.bars)
        let atr = try #require(try IndicatorCatalog.compute("ATR_14", over: walk.bars).first)
        func at(_ column: IndicatorColumn, _ row: Int) -> Double {
            row < column.first ? .nan : column.values[row - column.first]
        }
        func same(_ a: Double, _ b: Double) -> Bool { a.isNaN && b.isNaN || abs(a - b) < 1e-9 }
        for row in close.indices {
            let reach = at(bands[0].column, row) - at(bands[1].column, row)
            #expect(same(rows[row][0], at(rsi.column, row)))
            #expect(same(rows[row][1], at(macd[2].column, row) / close[row]))
            #expect(same(rows[row][2], (close[row] - at(bands[1].column, row)) / reach))
            #expect(same(rows[row][3], at(atr.column, row) / close[row]))
        }
    }

    @Test func `is what its formula says`() throws {
        let walk = Walk(60, seed: 9), close = walk.bars.close, volume = walk.bars.volume
        let rows = try walk.rows(["price_change_5", "volume_change_3", "volume_ratio_4"])
        for row in 5..<60 {
            #expect(rows[row][0] == log(close[row] / close[row - 5]))
            let sum = volume[row] + volume[row - 3]
            #expect(rows[row][1] == (sum > 0 ? (volume[row] - volume[row - 3]) / sum : 0))
            let mean = volume[row - 3...row].reduce(0, +) / 4
            #expect(abs(rows[row][2] - (mean > 0 ? volume[row] / mean : 1)) < 1e-9)
        }
        #expect(rows[4][0].isNaN && rows[2][1].isNaN && rows[2][2].isNaN)
    }

    @Test func `knows of books, funding, open interest and texts what was said last`() throws {
        let walk = Walk(6, seed: 2)
        let rows = try walk.rows(
            ["book_imbalance", "funding", "open_interest_change_2", "sentiment_2"]
        ) { row, stream in
            if row == 1 { stream.take(bid: 30, ask: 10) }
            if row == 2 { stream.take(fundingRate: 0.0001) }
            if row == 3 { stream.take(bid: 0, ask: 0) }
            stream.take(openInterest: [1_000, 1_100, 1_210, 1_331, 0, 1_500][row])
            if row == 1 || row == 2 { stream.take(sentiment: row == 1 ? 0.5 : -3) }
        }
        #expect(rows[0].allSatisfy { $0.isNaN })
        #expect(rows[1][0] == 0.5 && rows[2][0] == 0.5 && rows[3][0].isNaN)
        #expect(rows[1][1].isNaN && rows[2][1] == 0.0001 && rows[5][1] == 0.0001)
        #expect(abs(rows[2][2] - log(1.21)) < 1e-12 && rows[4][2].isNaN)
        // A score beyond its range counts as its end.
        #expect(rows[1][3] == 0.5 && rows[2][3] == -0.25 && rows[3][3] == -1 && rows[4][3] == 0)
    }

    @Test(arguments: UInt64(1)...10)
    func `does not know what comes later, and is never infinite`(seed: UInt64) throws {
        let walk = Walk(200, seed: seed)
        func feed(_ row: Int, _ stream: inout FeatureStream) {
            stream.take(openInterest: 100 + Double(row % 7))
            if row % 3 == 0 { stream.take(bid: Double(row % 5), ask: Double(row % 4)) }
        }
        let whole = try walk.rows(names, before: feed)
        let part = try walk.rows(names, until: 120, before: feed)
        for row in 0..<120 {
            for (a, b) in zip(whole[row], part[row]) { #expect(a.bitPattern == b.bitPattern) }
        }
        #expect(whole.joined().allSatisfy { !$0.isInfinite })
    }
}

@Suite struct `A schema of features` {
    @Test func `has a hash that tells it from every other`() throws {
        let minute: Int64 = 60_000_000_000
        let schema = try FeatureSchema(["rsi_14", "atr_14"], interval_ns: minute)
        #expect(schema.text == "rialto.features/1 interval_ns=60000000000 rsi_14 atr_14")
        #expect(schema.hash.utf8.count == 16)
        for other in [
            try FeatureSchema(["atr_14", "rsi_14"], interval_ns: minute),
            try FeatureSchema(["rsi_14", "atr_15"], interval_ns: minute),
            try FeatureSchema(["rsi_14", "atr_14"], interval_ns: minute * 5),
        ] { #expect(other.hash != schema.hash) }
        #expect(try FeatureSchema(schema.names, interval_ns: minute).hash == schema.hash)
    }

    @Test func `refuses what is none`() {
        #expect(throws: FeatureError.doubled(name: "rsi_14")) {
            try FeatureSchema(["rsi_14", "atr_14", "rsi_14"], interval_ns: 1)
        }
        #expect(throws: FeatureError.count(0)) { try FeatureSchema([], interval_ns: 1) }
        #expect(throws: FeatureError.interval(0)) { try FeatureSchema(["funding"], interval_ns: 0) }
        let many = (1...257).map { "rsi_\($0)" }
        #expect(throws: FeatureError.count(257)) { try FeatureSchema(many, interval_ns: 1) }
    }
}
