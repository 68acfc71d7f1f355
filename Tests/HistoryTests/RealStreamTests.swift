import Foundation
import RialtoHistory
import RialtoMatching
import RialtoValues
import Testing

private let futures = "l2/binance-usdm-ethusdt_20240808.raw.gz"
private let spot = "l2/binance-spot-btcusdt_20240809.raw.gz"

/// What a line of Binance says, read by another parser than the product's.
private struct Ticker {
    let update: Int64
    let bid: OrderBook.Level
    let ask: OrderBook.Level

    init?(_ line: [UInt8], priceDecimals: Int, quantityDecimals: Int) throws {
        let json = line.drop { $0 != 0x20 }
        let whole = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
        guard let data = whole?["data"] as? [String: Any], data["e"] as? String == "bookTicker",
            let update = data["u"] as? NSNumber
        else { return nil }
        func level(_ price: String, _ quantity: String) throws -> OrderBook.Level {
            OrderBook.Level(
                price: try ExactDecimal.units(
                    (data[price] as? String ?? "").utf8, decimals: priceDecimals),
                quantity: try ExactDecimal.units(
                    (data[quantity] as? String ?? "").utf8, decimals: quantityDecimals))
        }
        self.update = update.int64Value
        bid = try level("b", "B")
        ask = try level("a", "A")
    }
}

@Suite(.enabled(if: marketData != nil, "no real market data in ../shared/data"))
struct `A real recorded stream` {
    @Test func `of futures gives the best bid and ask that the venue states, each time`() throws {
        let lines = try lines(of: futures)
        let result = try streamed([lines])
        #expect(result.report.sequenceBreaks == 0 && result.report.crossedBooks == 0)
        #expect(result.report.depthMessages == 6_586 && result.report.snapshots == 1)
        #expect(result.series(.trades)?.count == 14_076)
        #expect(result.series(.quotes)?.count == 53_992)
        let tickers = try lines.compactMap {
            try Ticker($0, priceDecimals: 2, quantityDecimals: 3)
        }
        #expect(tickers.count == 53_992)
        let start_ns = try #require(result.series(.book)?.firstTime_ns)
        let times = try #require(result.series(.book)?.time_ns)
        var next = 0, equal = 0, after = 0
        result.books { book, update, row in
            while next < tickers.count, tickers[next].update <= update { next += 1 }
            let ticker = tickers[next - 1]
            equal += book.best(.buy) == ticker.bid && book.best(.sell) == ticker.ask ? 1 : 0
            after += times[row] > start_ns ? 1 : 0
        }
        // The whole book and the change that came just before it are known at its own time.
        #expect(after == 6_579 && equal == 6_581)
    }

    @Test func `of spot has no break and no crossed book`() throws {
        let result = try streamed([lines(of: spot)])
        #expect(result.report.isPartial && result.report.depthMessages == 3_044)
        #expect(result.report.sequenceBreaks == 0 && result.report.crossedBooks == 0)
        #expect(result.series(.trades)?.count == 10_147)
        #expect(result.series(.quotes)?.count == 45_134)
    }

    @Test func `of Hyperliquid is read whole`() throws {
        let result = try streamed([lines(of: "l2/hyperliquid-btcusd_20250126.raw.gz")])
        #expect(result.report.snapshots == 46 && result.report.tradeMessages == 9)
        #expect(result.report.examples.isEmpty && result.lastBook.count(.buy) == 20)
    }

    @Test func `that lost, doubled or swapped a message is found out`() throws {
        let lines = Array(try lines(of: futures).prefix(4_000))
        let whole = try streamed([lines])
        let depths = lines.indices.filter { $0 > 40 && isDepth(lines[$0]) }
        for seed in UInt64(0)..<6 {
            var random = SeededGenerator(seed: seed)
            let at = Int.random(in: 1..<depths.count - 2, using: &random)
            var lost = lines
            lost.remove(at: depths[at])
            let broken = try streamed([lost])
            #expect(broken.report.sequenceBreaks == 1 && broken.lastBook.isEmpty, "seed \(seed)")
            #expect(broken.report.examples.first?.line == depths[at + 1], "seed \(seed)")
            #expect(broken.report.depthDropped == depths.count - at - 1 + 6, "seed \(seed)")

            var doubled = lines
            doubled.insert(lines[depths[at]], at: depths[at] + 3)
            let same = try streamed([doubled])
            #expect(same.report.repeated == 1 && same.report.sequenceBreaks == 0)
            #expect(same.lastBook == whole.lastBook, "seed \(seed)")

            var swapped = lines
            swapped.swapAt(depths[at], depths[at + 1])
            let turned = try streamed([swapped])
            #expect(turned.report.sequenceBreaks == 1 && turned.report.timeFalls > 0)
        }
    }

    @Test func `is whole again after a loss with the next whole book`() throws {
        let lines = Array(try lines(of: futures).prefix(4_000))
        let whole = try streamed([lines])
        let depths = lines.indices.filter { $0 > 40 && isDepth(lines[$0]) }
        for seed in UInt64(0)..<4 {
            var random = SeededGenerator(seed: seed)
            let at = Int.random(in: 1..<depths.count - 60, using: &random)
            let from = at + Int.random(in: 2...20, using: &random)
            let late = Int.random(in: 0...20, using: &random)
            var lost = lines
            // The whole book comes some changes later than it was made: as in life.
            let answer = try snapshot(of: whole, afterDepth: from, lines)
            lost.insert(answer, at: depths[from + late] + 1)
            lost.remove(at: depths[at])
            let mended = try streamed([lost])
            #expect(mended.report.sequenceBreaks == 1 && mended.report.resyncs == 1)
            #expect(mended.lastBook == whole.lastBook, "seed \(seed)")
        }
    }

    private func lines(of file: String) throws -> [[UInt8]] {
        try HistoryTests.lines(ofGzip: try #require(marketData) + "/" + file)
    }

    private func isDepth(_ line: [UInt8]) -> Bool {
        text(line).contains("\"depthUpdate\"")
    }

    private func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

    /// The answer to a request for the whole book, as it was after a change of the stream.
    private func snapshot(
        of imported: StreamImported, afterDepth index: Int, _ lines: [[UInt8]]
    ) throws -> [UInt8] {
        let depths = lines.filter { isDepth($0) }
        // Seven changes come before the whole book of the recording.
        let line = text(depths[index + 7])
        let update = try #require(line.firstMatch(of: /"u":(\d+)/).flatMap { Int64($0.1) })
        var found: OrderBook?
        imported.books { book, sequence, _ in if sequence == update { found = book } }
        let book = try #require(found)
        func levels(_ side: Side) -> String {
            let all = book.levels(side).map { level in
                let price = ExactDecimal.text(Int128(level.price), decimals: 2)
                return
                    "[\"\(price)\",\"\(ExactDecimal.text(Int128(level.quantity), decimals: 3))\"]"
            }
            return "[" + all.joined(separator: ",") + "]"
        }
        let time = line.prefix { $0 != " " }
        let sides = "\"bids\":\(levels(.buy)),\"asks\":\(levels(.sell))"
        return Array("\(time) {\"lastUpdateId\":\(update),\(sides)}".utf8)
    }
}
