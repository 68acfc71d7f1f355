import Glibc

/// Rules side by side over the same experts, and a rule above that mixes their weights.
///
/// The mixture is never much worse than the best of them: what the top rule guarantees against its
/// experts, it guarantees against each of these rules.
struct LayeredRule: ExpertRule {
    private var base: [any ExpertRule]
    private var top: any ExpertRule
    private let loss: LayerLoss
    /// Weights of the base rules, one row each.
    private var rows: [[Double]]
    private var charges: [Double]

    init(_ base: [any ExpertRule], top: AggregationRule, paying loss: LayerLoss) {
        precondition(!base.isEmpty)
        self.base = base
        self.loss = loss
        self.top = top.start(priors: Array(repeating: 1, count: base.count))
        rows = base.map { Array(repeating: 0, count: $0.count) }
        charges = Array(repeating: 0, count: base.count)
    }

    var count: Int { base[0].count }

    /// The part of each of the base rules in the mixture; they add up to 1.
    var parts: [Double] { top.masses }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        weights.fit(count)
        weights.clear()
        let parts = self.parts
        var row = [Double](repeating: 0, count: count)
        for index in base.indices {
            base[index].weigh(awake, into: &row)
            for slot in row.indices { weights[slot] += parts[index] * row[slot] }
        }
        weights.scaleToOne()
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        for index in base.indices { base[index].weigh(awake, into: &rows[index]) }
        guard rows[0].contains(where: { $0 > 0 }) else { return }
        for index in base.indices { charges[index] = charge(losses, weights: rows[index]) }
        let most = awake.max() ?? 0
        top.learn(charges, mixture: mixture, awake: charges.map { _ in most })
        for index in base.indices {
            base[index].learn(
                losses, mixture: loss == .mix ? charges[index] : nil, awake: awake)
        }
    }

    mutating func addSlot() { for index in base.indices { base[index].addSlot() } }

    /// Every rule below gives the slot the same part, so the whole does.
    mutating func admit(_ slot: Int, share: Double) {
        for index in base.indices { base[index].admit(slot, share: share) }
    }

    mutating func withdraw(_ slot: Int) { for index in base.indices { base[index].withdraw(slot) } }

    private func charge(_ losses: [Double], weights: [Double]) -> Double {
        switch loss {
        case .mean: return Regret.mean(losses, weights: weights)
        case .mix:
            var least = Double.infinity
            for slot in losses.indices where weights[slot] > 0 { least = min(least, losses[slot]) }
            var sum = 0.0
            for slot in losses.indices where weights[slot] > 0 {
                sum += weights[slot] * exp(least - losses[slot])
            }
            return least - log(sum)
        }
    }
}
