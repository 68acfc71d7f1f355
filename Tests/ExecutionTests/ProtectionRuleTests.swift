import RialtoExecution
import RialtoTestSupport
import RialtoValues
import Testing

private func rule(
    _ distance: ProtectionRule.Distance, _ course: ProtectionRule.Course, lock_e6: Int64 = 0
) -> ProtectionRule {
    ProtectionRule(distance: distance, course: course, lock_e6: lock_e6, time_ns: 0)
}

private let twoRanges = ProtectionRule.Distance.range(multiple_e6: 2_000_000, length: 3)

@Suite struct `A guarded position` {
    @Test func `has its stop so many true ranges from the entry, and keeps it there`() throws {
        let fixed = rule(twoRanges, .fixed)
        var guarded = try #require(PositionGuard(fixed, side: .buy, entry: 1000, range: 10))
        #expect(guarded.stop == 980)
        let moved = guarded.see(high: 1200, low: 990, range: 5, fixed)
        #expect(!moved && guarded.stop == 980)
        let short = try #require(PositionGuard(fixed, side: .sell, entry: 1000, range: 10))
        #expect(short.stop == 1020)
        #expect(PositionGuard(fixed, side: .buy, entry: 1000, range: nil) == nil, "not known yet")
    }

    @Test func `hangs from the highest price like a chandelier`() throws {
        let chandelier = rule(twoRanges, .trailing)
        var guarded = try #require(PositionGuard(chandelier, side: .buy, entry: 1000, range: 10))
        let bars: [(high: Int64, range: Double)] = [(1050, 10), (1040, 10), (1060, 40), (1070, 10)]
        let stops = bars.map { bar in
            _ = guarded.see(high: bar.high, low: 1000, range: bar.range, chandelier)
            return guarded.stop
        }
        #expect(stops == [1030, 1030, 1030, 1050], "neither lower highs nor wider ranges loosen it")
    }

    @Test func `moves its stop to the entry once the profit is worth it`() throws {
        let locked = rule(.share(e9: 20_000_000), .fixed, lock_e6: 1_500_000)
        var guarded = try #require(PositionGuard(locked, side: .sell, entry: 1000, range: nil))
        #expect(guarded.stop == 1020)
        let early = guarded.see(high: 1010, low: 971, range: nil, locked)
        #expect(!early && guarded.stop == 1020)
        let late = guarded.see(high: 1010, low: 970, range: nil, locked)
        #expect(late && guarded.stop == 1000)
    }

    @Test func `never lets its stop go back, whatever happens`() throws {
        for seed in Seeds.share(2000) {
            var random = SeededGenerator(seed: seed)
            let side = Bool.random(using: &random) ? Side.buy : .sell
            let distance =
                Bool.random(using: &random)
                ? twoRanges : .share(e9: .random(in: 1...50_000_000, using: &random))
            let kept = rule(
                distance, Bool.random(using: &random) ? .fixed : .trailing,
                lock_e6: .random(in: 0...2_000_000, using: &random))
            var price: Int64 = 1000
            var guarded = try #require(
                PositionGuard(kept, side: side, entry: price, range: 7), "seed \(seed)")
            for _ in 0..<50 {
                price = max(10, price + .random(in: -15...15, using: &random))
                let before = guarded.stop
                let moved = guarded.see(
                    high: price + 3, low: price - 3,
                    range: Double.random(in: 0...20, using: &random), kept)
                let nearer = side == .buy ? guarded.stop >= before : guarded.stop <= before
                #expect(nearer && moved == (guarded.stop != before), "seed \(seed)")
            }
        }
    }
}

@Suite struct `The true range` {
    @Test func `counts the gap, and is smoothed as Wilder does`() {
        var meter = RangeMeter(length: 2)
        meter.add(high: 12, low: 10, close: 11)
        #expect(meter.value == nil)
        meter.add(high: 20, low: 18, close: 19)
        #expect(meter.value == (2.0 + 9.0) / 2)
        meter.add(high: 19, low: 15, close: 16)
        #expect(meter.value == (5.5 + 4.0) / 2)
    }
}
