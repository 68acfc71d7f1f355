import RialtoLedger
import RialtoRisk
import RialtoValues
import Testing

private let one: Int128 = 1_000_000_000_000_000_000

/// Brackets as of a large contract on Binance USD-M: 0.4 %, 0.5 %, 1 % and 2.5 % maintenance.
private func brackets() throws -> MarginSchedule {
    try MarginSchedule(tiers: [
        .init(from: 0, leverage_e6: 125_000_000, maintenance: Rate(e9: 4_000_000)),
        .init(from: 50_000 * one, leverage_e6: 100_000_000, maintenance: Rate(e9: 5_000_000)),
        .init(from: 250_000 * one, leverage_e6: 50_000_000, maintenance: Rate(e9: 10_000_000)),
        .init(from: 1_000_000 * one, leverage_e6: 20_000_000, maintenance: Rate(e9: 25_000_000)),
    ])
}

@Suite struct `A margin schedule` {
    @Test func `takes the venue's amounts off: 50, 1,300 and 16,300`() throws {
        let schedule = try brackets()
        #expect(try schedule.maintenance(50_000 * one) == 200 * one)
        #expect(try schedule.maintenance(250_000 * one) == (1_250 - 50) * one)
        #expect(try schedule.maintenance(300_000 * one) == (3_000 - 1_300) * one)
        #expect(try schedule.maintenance(2_000_000 * one) == (50_000 - 16_300) * one)
    }

    @Test func `asks for the sum over its tiers, rising and convex`() throws {
        let schedule = try brackets()
        var random = SeededGenerator(seed: 11)
        for _ in 0..<5_000 {
            let a = Int128(Int64.random(in: 0...3_000_000, using: &random)) * one
            let b = Int128(Int64.random(in: 0...3_000_000, using: &random)) * one
            var sum: Int128 = 0
            for (index, tier) in schedule.tiers.enumerated() {
                let end = index + 1 < schedule.tiers.count ? schedule.tiers[index + 1].from : .max
                let inside = max(0, min(a, end) - tier.from)
                sum += inside / 1_000_000_000 * Int128(tier.maintenance.e9)
            }
            #expect(try schedule.maintenance(a) == sum)
            let both = try schedule.maintenance(a + b)
            #expect(try both >= schedule.maintenance(a) + schedule.maintenance(b))
            for leverage: Int64 in [1_000_000, 10_000_000, 125_000_000] {
                let initial = try schedule.initial(a, leverage_e6: leverage)
                #expect(try initial >= schedule.maintenance(a))
                #expect(initial * 125 >= a && initial <= a)
            }
        }
    }

    @Test func `is limited by the tier where the account has chosen more`() throws {
        let schedule = try brackets()
        #expect(try schedule.initial(10_000 * one, leverage_e6: 125_000_000) == 80 * one)
        #expect(try schedule.initial(2_000_000 * one, leverage_e6: 125_000_000) == 100_000 * one)
        #expect(try schedule.initial(2_000_000 * one, leverage_e6: 10_000_000) == 200_000 * one)
    }

    @Test func `refuses tiers that do not start at zero, rise, and ask for more`() {
        let base = MarginTier(from: 0, leverage_e6: 10_000_000, maintenance: Rate(e9: 50_000_000))
        func fault(_ tiers: [MarginTier]) -> MarginSchedule.Fault? {
            do throws(MarginSchedule.Fault) {
                _ = try MarginSchedule(tiers: tiers)
                return nil
            } catch { return error }
        }
        func next(_ from: Int128, _ leverage: Int64, _ rate: Int64) -> MarginTier {
            MarginTier(from: from, leverage_e6: leverage, maintenance: Rate(e9: rate))
        }
        #expect(fault([]) == .noBase)
        #expect(fault([next(5, 10_000_000, 50_000_000)]) == .noBase)
        #expect(fault([base, next(0, 5_000_000, 60_000_000)]) == .unordered(index: 1))
        #expect(fault([base, next(9, 20_000_000, 60_000_000)]) == .inconsistent(index: 1))
        #expect(fault([base, next(9, 5_000_000, 40_000_000)]) == .inconsistent(index: 1))
        #expect(fault([next(0, 10_000_000, 100_000_000)]) == .inconsistent(index: 0))
        #expect(fault([next(0, 999_999, 0)]) == .inconsistent(index: 0))
        #expect(fault([base, next(9, 5_000_000, 60_000_000)]) == nil)
    }
}
