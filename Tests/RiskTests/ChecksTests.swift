import RialtoRisk
import RialtoValues
import Testing

extension RiskView {
    /// An order that nothing is wrong with: one unit at a market of 100.
    fileprivate static let fine = RiskView(
        quantity: 1, quantityStep: 1, quantityMax: 0, notional: 100, notionalMax: 0, worth: 100,
        worthMin: 0, price: 0, market: 100, band_e9: 0, positionBefore: 0, positionAfter: 1,
        positionMax: 0,
        isHalted: false)

    fileprivate static func random(using random: inout SeededGenerator) -> RiskView {
        let before = Int64.random(in: -6...6, using: &random)
        let quantity = Int64.random(in: 0...8, using: &random)
        let sign: Int64 = Bool.random(using: &random) ? 1 : -1
        return RiskView(
            quantity: quantity, quantityStep: .random(in: 1...3, using: &random),
            quantityMax: .random(in: 0...6, using: &random),
            notional: Int128(quantity) * 100,
            notionalMax: Int128(Int.random(in: 0...900, using: &random)),
            worth: Int128(quantity) * 100,
            worthMin: Int128(max(0, Int.random(in: -900...400, using: &random))),
            price: .random(in: 0...200, using: &random),
            market: .random(in: 0...150, using: &random),
            band_e9: .random(in: 0...600_000_000, using: &random), positionBefore: before,
            positionAfter: before + sign * quantity,
            positionMax: .random(in: 0...5, using: &random),
            isHalted: Bool.random(using: &random))
    }
}

@Suite struct `The checks before an order` {
    @Test func `let pass what is within every limit, and nothing else`() {
        let checks = Checks()
        for seed in UInt64(0)..<5000 {
            var random = SeededGenerator(seed: seed)
            let view = RiskView.random(using: &random)
            #expect((checks.refusal(view) == .none) == isFine(view), "seed \(seed)")
        }
        #expect(checks.refusal(.fine) == .none)
    }

    /// The same rules, written down in one place with plain numbers.
    private func isFine(_ v: RiskView) -> Bool {
        let closer =
            abs(v.positionAfter) < abs(v.positionBefore)
            && v.positionAfter.signum() * v.positionBefore.signum() >= 0
        let distance = v.market > 0 ? abs(Double(v.price - v.market)) / Double(v.market) : 0
        return v.market > 0 && v.quantity > 0 && v.quantity.isMultiple(of: v.quantityStep)
            && (v.quantityMax == 0 || v.quantity <= v.quantityMax)
            && (v.notionalMax == 0 || v.notional <= v.notionalMax)
            && (v.worthMin == 0 || v.worth >= v.worthMin || closer)
            && (v.band_e9 == 0 || v.price == 0 || distance <= Double(v.band_e9) / 1e9)
            && (v.positionMax == 0 || abs(v.positionAfter) <= v.positionMax || closer)
            && (!v.isHalted || closer)
    }

    @Test func `hold at the ends of what numbers can say`() {
        var view = RiskView.fine
        view.price = .max
        view.band_e9 = 1
        #expect(Checks().refusal(view) == .band)
        view = .fine
        view.positionAfter = .min
        view.positionMax = .max
        #expect(Checks().refusal(view) == .position)
    }
}

@Suite struct `A drawdown guard` {
    @Test func `halts once, when equity has fallen too far below its peak`() {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            let limit = Int64.random(in: 1...200_000_000, using: &random)
            var watch = DrawdownGuard(start: 1_000_000_000_000, max_e9: limit)
            var peak: Int128 = 1_000_000_000_000, equity = peak, halted = false
            for _ in 0..<200 {
                equity += Int128(Int64.random(in: -20_000_000_000...20_000_000_000, using: &random))
                peak = max(peak, equity)
                let falls = (peak - equity) > peak / 1_000_000_000 * Int128(limit)
                #expect(watch.observe(equity) == (falls && !halted), "seed \(seed)")
                halted = halted || falls
                #expect(watch.isHalted == halted, "seed \(seed)")
            }
        }
    }

    @Test func `never halts without a limit, and trades again after a reset`() {
        var free = DrawdownGuard(start: 100, max_e9: 0)
        #expect(!free.observe(-100) && !free.isHalted)
        var watch = DrawdownGuard(start: 1_000_000_000, max_e9: 1)
        #expect(watch.observe(0) && watch.isHalted)
        watch.reset(equity: 500)
        #expect(!watch.isHalted && watch.peak == 500)
    }
}
