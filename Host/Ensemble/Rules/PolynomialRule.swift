/// Weights in proportion to the positive parts of the regrets, each at a rate of its own; who has
/// nothing to regret has no weight, and when that is everyone, the priors decide.
///
/// Paper form, regrets in -1...1: R <= sqrt(N (1 + ln(1 + T)) (1 + V)) for every expert.
/// - Source: Gaillard, Stoltz, van Erven 2014; MLpol of the R package opera.
struct PolynomialRule: ExpertRule {
    private struct Slot {
        /// Relative mass, 0 for a slot that is not a member.
        var prior: Double
        var regret = 0.0
        /// 1 / rate, less `base`.
        var inverse: Double
    }

    let form: RateForm
    private var slots: [Slot]
    /// Largest squared regret of anyone, which is part of everyone's 1 / rate in opera's form.
    private var base: Double
    private var seen: [Double]

    init(priors: [Double], form: RateForm) {
        precondition(priors.allSatisfy { $0 >= 0 && $0.isFinite })
        self.form = form
        base = form == .paper ? 1 : 0
        slots = priors.map { Slot(prior: $0, inverse: 0) }
        seen = Array(repeating: 0, count: priors.count)
    }

    var count: Int { slots.count }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        weights.fit(count)
        if fill(&weights, awake, { mass($0) }) { return }
        if fill(&weights, awake, { slots[$0].prior }) { return }
        weights.clear()
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        if mixture == nil { weigh(awake, into: &seen) }
        let paid = mixture ?? Regret.mean(losses, weights: seen)
        for slot in losses.indices where awake[slot] > 0 && slots[slot].prior > 0 {
            let regret = Regret.of(losses[slot], paid, confidence: awake[slot])
            slots[slot].regret += regret
            slots[slot].inverse += regret * regret
            if form == .opera { base = max(base, regret * regret) }
        }
    }

    mutating func addSlot() {
        slots.append(Slot(prior: 0, inverse: 0))
        seen.append(0)
    }

    mutating func admit(_ slot: Int, share: Double) {
        precondition(slots[slot].prior == 0)
        precondition(share > 0 && share <= 1)
        let members = slots.indices.filter { slots[$0].prior > 0 }
        guard !members.isEmpty, share < 1 else {
            for other in members { slots[other].prior = 0 }
            return slots[slot] = Slot(prior: 1, inverse: 0)
        }
        let odds = share / (1 - share)
        let priors = members.reduce(0) { $0 + slots[$1].prior }
        let masses = members.reduce(0) { $0 + mass($1) }
        let inverse = members.reduce(0) { $0 + slots[$1].inverse } / Double(members.count)
        slots[slot] = Slot(prior: odds * priors, inverse: inverse)
        // The regret that gives it its part at the pace of the others.
        slots[slot].regret = odds * masses * (inverse + base) / slots[slot].prior
    }

    mutating func withdraw(_ slot: Int) { slots[slot] = Slot(prior: 0, inverse: 0) }

    /// Prior times rate times positive regret.
    private func mass(_ slot: Int) -> Double {
        let state = slots[slot]
        guard state.regret > 0, state.prior > 0 else { return 0 }
        // Regrets so small that their squares vanish still compare.
        return state.prior * state.regret / max(state.inverse + base, .leastNormalMagnitude)
    }

    /// Writes the parts of the awake in the sum of `value`; false when that is 0.
    private func fill(
        _ weights: inout [Double], _ awake: [Double], _ value: (Int) -> Double
    ) -> Bool {
        var sum = 0.0
        for slot in slots.indices {
            weights[slot] = awake[slot] > 0 ? awake[slot] * value(slot) : 0
            sum += weights[slot]
        }
        guard sum > 0 else { return false }
        for slot in weights.indices { weights[slot] /= sum }
        return true
    }
}
