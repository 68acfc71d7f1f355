import Glibc
import RialtoTestHost
import RialtoValues
import Testing

/// Distance of the last pair from the regression over the pairs before it, the plain way.
private func distance(_ pairs: ArraySlice<(Double, Double)>, last: (Double, Double)) -> Double {
    let n = Double(pairs.count)
    let logs = pairs.map { (log($0.0), log($0.1)) }
    let y = logs.reduce(0) { $0 + $1.0 } / n, x = logs.reduce(0) { $0 + $1.1 } / n
    let xy = logs.reduce(0) { $0 + ($1.0 - y) * ($1.1 - x) }
    let ratio = xy / logs.reduce(0) { $0 + ($1.1 - x) * ($1.1 - x) }
    let residuals = logs.map { $0.0 - y - ratio * ($0.1 - x) }
    let deviation = (residuals.reduce(0) { $0 + $1 * $1 } / n).squareRoot()
    return (log(last.0) - y - ratio * (log(last.1) - x)) / deviation
}

@Suite struct `A pair` {
    private func host(_ more: [String: TestValue] = [:]) throws -> TestHost {
        let usual: [String: TestValue] = ["length": 10, "pause": 0, "correlation_min": -1]
        return try Bundled.host("pairs", usual.merging(more) { $1 }, instruments: pair)
    }

    /// Both bars of a minute.
    private func both(_ index: Int, _ first: Int64, _ second: Int64) -> [TestEvent] {
        let time = Int64(index) * minute
        return [.bar(at: time, 0, close: first), .bar(at: time, 1, close: second)]
    }

    /// Ten bars that move together, the first wavering by a little around twice the second.
    private var calm: [TestEvent] {
        (1...10).flatMap { index -> [TestEvent] in
            let step = Int64(index) * 10, waver: Int64 = index % 2 == 0 ? 15 : -15
            return both(index, 20_000 + 2 * step + waver, 10_000 + step)
        }
    }

    private func filled(_ instrument: UInt32, _ position: Int64, after index: Int) -> TestEvent {
        .fill(
            FillEvent(
                time_ns: Int64(index) * minute + 1, orderId: 0, instrument: instrument,
                side: UInt8(position < 0 ? RIALTO_SELL : RIALTO_BUY),
                liquidity: UInt8(RIALTO_LIQUIDITY_TAKER), price: 1, quantity: 1,
                position: position, fee: 0))
    }

    @Test func `sells what is dear and buys what is cheap, for the same value`() throws {
        let host = try host(["stop": 0])
        #expect(try host.push(calm).isEmpty)
        let dear = try host.push(both(11, 20_400, 10_110))
        #expect(dear.map(\.instrument) == [0, 1])
        // 1000 of each: 4.9019 at 204.00, and 9.8911 at 101.10.
        #expect(dear.map(\.quantity) == [-49_019, 98_911])
        let other = try self.host(["stop": 0])
        #expect(try other.push(calm).isEmpty)
        #expect(try other.push(both(11, 20_050, 10_110)).map(\.quantity) == [49_875, -98_911])
    }

    @Test func `enters where the plain formula says so, on any path`() throws {
        for seed in UInt64(0)..<10 {
            let host = try host(["stop": 0, "exit": 0.5, "entry": 1.5, "hold_max": 1])
            var random = SeededGenerator(seed: seed), prices: [(Double, Double)] = []
            var (first, second): (Int64, Int64) = (20_000, 10_000)
            var entered = 0
            for index in 1...200 {
                let step = Int64.random(in: -40...40, using: &random)
                first += 2 * step + Int64.random(in: -20...20, using: &random)
                second += step
                let last = (Double(first), Double(second))
                let intents = try host.push(both(index, first, second))
                if prices.count >= 10 {
                    let away = distance(prices.suffix(10), last: last)
                    let isEntry = intents.contains { $0.reason == 1 || $0.reason == 2 }
                    if isEntry {
                        entered += 1
                        #expect(away.magnitude >= 1.5 - 1e-6, "seed \(seed), bar \(index)")
                        #expect((away > 0) == (intents[0].quantity < 0), "seed \(seed)")
                    }
                }
                prices.append(last)
            }
            #expect(entered > 3, "seed \(seed)")
        }
    }

    @Test func `closes when the spread has come back, and when it has gone too far`() throws {
        let host = try host(["stop": 30, "exit": 1])
        _ = try host.push(calm + both(11, 20_300, 10_110))
        let legs = [filled(0, -49_261, after: 11), filled(1, 98_911, after: 11)]
        #expect(try host.push(legs).isEmpty)
        let back = try host.push(both(12, 20_245, 10_120))
        #expect(back.map(\.quantity) == [0, 0] && back.map(\.reason) == [3, 3])
        let other = try self.host(["stop": 12, "exit": 1])
        _ = try other.push(calm + both(11, 20_300, 10_110) + legs)
        let far = try other.push(both(12, 23_000, 10_120))
        #expect(far.map(\.quantity) == [0, 0] && far.map(\.reason) == [4, 4])
        let flat = [filled(0, 0, after: 12), filled(1, 0, after: 12)]
        #expect(try other.push(flat + both(13, 23_500, 10_130)).isEmpty, "barred until it is back")
    }

    @Test func `closes both legs when one is refused`() throws {
        let host = try host(["stop": 0])
        let orders = try host.push(calm + both(11, 20_400, 10_110))
        let second = try #require(orders.last)
        let refused = report(
            second, RIALTO_ORDER_REJECTED, at: 11 * minute, reason: RIALTO_REASON_CAPITAL)
        let closing = try host.push([refused])
        #expect(closing.map(\.quantity) == [0, 0] && closing.map(\.instrument) == [0, 1])
        #expect(closing.map(\.reason) == [6, 6])
    }

    @Test func `closes both legs when one does not come`() throws {
        let host = try host(["stop": 0, "patience": 2])
        _ = try host.push(calm + both(11, 20_400, 10_110))
        #expect(try host.push([filled(0, -49_019, after: 11)]).isEmpty)
        #expect(try host.push(both(12, 20_400, 10_120)).isEmpty)
        let closing = try host.push(both(13, 20_430, 10_130))
        #expect(closing.map(\.quantity) == [0, 0] && closing.map(\.reason) == [6, 6])
        let again = try host.push(both(14, 20_440, 10_140))
        #expect(again.map(\.reason) == [7, 7], "what is still held is closed again")
    }

    @Test func `waits for both bars, and counts no minute that one of them lacks`() throws {
        let host = try host(["stop": 0])
        var events: [TestEvent] = []
        for index in 1...10 {
            events += index == 5 ? [both(5, 1, 1)[0]] : both(index, 20_000, 10_000)
        }
        #expect(try host.push(events).isEmpty)
        #expect(try host.push([both(11, 30_000, 10_000)[0]]).isEmpty)
    }

    @Test func `does not enter against a correlation below the least`() throws {
        let host = try host(["stop": 0, "correlation_min": 1])
        #expect(try host.push(calm + both(11, 20_400, 10_110)).isEmpty)
    }

    @Test func `refuses one instrument, and thresholds that are not in order`() {
        #expect(
            throws: TestFailure.refused(
                code: RIALTO_ERROR_PARAMETER, text: "1 instruments were given, allowed is 2")
        ) { try Bundled.host("pairs") }
        #expect(throws: TestFailure.self) { try host(["exit": 2]) }
        #expect(throws: TestFailure.self) { try host(["stop": 1]) }
    }

    @Test func `wants the same, however its events are cut into batches`() throws {
        try expectSameIntents(
            "pairs", ["length": 10, "entry": 1, "stop": 0, "correlation_min": -1])
    }

    @Test func `learns from history and does not act on it`() throws {
        let host = try host(["stop": 0])
        #expect(try host.push(calm, warmUp: true).isEmpty)
        #expect(try host.push(both(11, 20_400, 10_110)).count == 2)
    }
}
