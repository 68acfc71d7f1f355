import RialtoExecution
import RialtoValues
import Testing

@Suite struct `An order cut along weights` {
    @Test func `is done exactly, in whole lots but for the last, and never more than a lot late`() {
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            let lot = Int64.random(in: 1...1000, using: &random)
            let quantity = Int64.random(in: 1...2_000_000, using: &random)
            let weights = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                Int64.random(in: 0...9_000, using: &random)
            }
            let whole = weights.reduce(0, +)
            guard whole > 0 else { continue }
            let parts = Slicing.parts(of: quantity, weights: weights, lot: lot)
            #expect(parts.reduce(0, +) == quantity, "seed \(seed)")
            #expect(parts.allSatisfy { $0 >= 0 }, "seed \(seed)")
            #expect(parts.dropLast().allSatisfy { $0 % lot == 0 || weights.last == 0 })
            var done: Int64 = 0, passed: Int64 = 0
            for (part, weight) in zip(parts, weights).dropLast() {
                done += part
                passed += weight
                let exact = Double(quantity) * Double(passed) / Double(whole)
                #expect(
                    Double(done) <= exact + 1e-6 && exact - Double(done) < Double(lot)
                        || passed == whole, "seed \(seed)")
            }
        }
    }

    @Test func `has room for the largest quantities`() {
        let most = Int64.max
        #expect(Slicing.target(most, weight: most - 1, of: most, lot: 1) == most - 1)
        #expect(Slicing.target(most, weight: 1, of: 2, lot: 1) == most / 2)
    }

    @Test func `never has more slices than lots, seconds or 240, and one a minute in between`() {
        let minute: Int64 = 60_000_000_000
        #expect(SliceSchedule.count(duration_ns: 20 * minute, lots: 1000) == 20)
        #expect(SliceSchedule.count(duration_ns: 2 * minute, lots: 1000) == 10)
        #expect(SliceSchedule.count(duration_ns: 5_000_000_000, lots: 1000) == 5)
        #expect(SliceSchedule.count(duration_ns: 1, lots: 1000) == 1)
        #expect(SliceSchedule.count(duration_ns: 20 * minute, lots: 3) == 3)
        #expect(SliceSchedule.count(duration_ns: 10_000 * minute, lots: 1_000_000) == 240)
    }

    @Test func `is due at even distances, the first part at once`() {
        let schedule = SliceSchedule(start_ns: 100, duration_ns: 40, count: 4)
        #expect((0...4).map { schedule.time_ns($0) } == [100, 110, 120, 130, 140])
        #expect((0..<4).map { schedule.target(10, slice: $0, lot: 1) } == [2, 5, 7, 10])
    }
}

@Suite struct `A volume curve` {
    private static let slot: Int64 = 100
    private static let session: Int64 = 400

    private func curve(_ sessions: [[Int64]]) -> VolumeCurve {
        var curve = VolumeCurve(session_ns: Self.session, slots: 4)
        for (index, volumes) in (sessions + [[0, 0, 0, 1]]).enumerated() {
            for (slot, volume) in volumes.enumerated() {
                curve.add(
                    volume, from_ns: Int64(index) * Self.session + Int64(slot) * Self.slot,
                    to_ns: Int64(index) * Self.session + Int64(slot) * Self.slot)
            }
        }
        return curve
    }

    @Test func `is even before it has seen a session`() {
        let curve = VolumeCurve(session_ns: Self.session, slots: 4)
        #expect((0..<4).map(curve.share) == Array(repeating: VolumeCurve.whole / 4, count: 4))
        #expect(curve.expected(from: 50, to: 450) == VolumeCurve.whole)
    }

    @Test func `lies between an even spread and what it has seen, nearer with each session`() {
        let one = curve([[8, 0, 0, 0]]), many = curve(Array(repeating: [8, 0, 0, 0], count: 6))
        // (1 * 1 + 2 / 4) / 3 and (6 * 1 + 2 / 4) / 8 of all volume in the first slot.
        #expect(one.share(0) == 500_000_000 && many.share(0) == 812_500_000)
        #expect(one.sessions == 1 && many.sessions == 6)
    }

    @Test func `knows nothing of a session that is not over, or whose beginning it missed`() {
        var late = VolumeCurve(session_ns: Self.session, slots: 4)
        late.add(100, from_ns: 250, to_ns: 250)
        late.add(100, from_ns: 410, to_ns: 410)
        #expect(late.sessions == 0)
        late.add(1, from_ns: 800, to_ns: 800)
        #expect(late.sessions == 1)
    }

    @Test func `spreads a bar over its own time, to the unit`() {
        var long = VolumeCurve(session_ns: Self.session, slots: 4)
        long.add(11, from_ns: 50, to_ns: 350)
        long.add(0, from_ns: 400, to_ns: 400)
        // Begins within the first slot, so the session counts: 1, 4, 4 and 2 of 11.
        let parts = (0..<4).map { long.share($0) * 3 - VolumeCurve.whole / 2 }
        let exact = [1, 4, 4, 2].map { $0 * VolumeCurve.whole / 11 }
        #expect(zip(parts, exact).allSatisfy { abs($0 - $1) <= 3 }, "\(parts)")
    }

    @Test func `shares add up to one session, whatever was learned`() {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            let sessions = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                (0..<4).map { _ in Int64.random(in: 0...1_000_000_000, using: &random) }
            }
            let curve = curve(sessions)
            let sum = (0..<4).reduce(Int64(0)) { $0 + curve.share($1) }
            #expect(abs(sum - VolumeCurve.whole) <= 16, "seed \(seed)")
            #expect(curve.sessions <= VolumeCurve.sessionsMax)
            let from = Int64.random(in: -900...900, using: &random)
            let middle = from + Int64.random(in: 0...900, using: &random)
            let parts =
                curve.expected(from: from, to: middle)
                + curve.expected(from: middle, to: from + 2000)
            #expect(abs(parts - curve.expected(from: from, to: from + 2000)) <= 1, "seed \(seed)")
        }
    }

    @Test func `makes the parts of an order follow it, and keeps what was due when it changes`() {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            let before = curve([(0..<4).map { _ in Int64.random(in: 0...99, using: &random) }])
            let after = curve([(0..<4).map { _ in Int64.random(in: 0...99, using: &random) }])
            let start = Int64.random(in: 0...2000, using: &random)
            var schedule = SliceSchedule(
                start_ns: start, duration_ns: Int64.random(in: 9...900, using: &random),
                count: Int.random(in: 1...9, using: &random), curve: before)
            let old = schedule, from = Int.random(in: 0..<schedule.count, using: &random)
            schedule.revise(from: from, by: after)
            #expect(schedule.cumulative.prefix(from) == old.cumulative.prefix(from))
            #expect(schedule.cumulative.last == old.cumulative.last, "seed \(seed)")
            let pairs = zip(schedule.cumulative, schedule.cumulative.dropFirst())
            #expect(pairs.allSatisfy { $0 <= $1 }, "seed \(seed): it never falls")
            #expect(schedule.target(77, slice: schedule.count - 1, lot: 1) == 77)
        }
        // One slot holds nearly all: the slice in it is nearly all of the order.
        let peaked = curve(Array(repeating: [0, 0, 96, 0], count: 8))
        let schedule = SliceSchedule(start_ns: 2000, duration_ns: 400, count: 4, curve: peaked)
        #expect((0..<4).map { schedule.target(1000, slice: $0, lot: 1) } == [50, 100, 950, 1000])
    }
}

@Suite struct `Volatility` {
    @Test func `is the mean square of relative changes, for one day`() {
        var meter = VolatilityMeter()
        #expect(meter.dailyVariance == nil)
        let hour: Int64 = 3_600_000_000_000
        for (index, price) in [100, 110, 99, 99].enumerated() {
            meter.add(price: Int64(price), at: Int64(index) * hour)
            meter.add(price: 500, at: Int64(index) * hour + 1)
        }
        let variance = meter.dailyVariance ?? 0
        #expect(abs(variance - (0.01 + 0.01) / 3 * 24) < 1e-12)
    }
}
