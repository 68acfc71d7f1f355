/// A rule over all rounds beside copies of it, each of which learns in one state of the market.
///
/// In each state a rule above mixes the two by what they paid in it: where states do not matter,
/// little is lost against the rule over all rounds; where they do, the copy takes over.
struct RegimeRule: ExpertRule {
    private var whole: any ExpertRule
    private var copies: [any ExpertRule]
    /// For each state, the parts of `whole` and of its copy.
    private var tops: [any ExpertRule]
    private var regime = 0

    init(_ rule: AggregationRule, regimes: Int) {
        precondition(regimes > 0)
        whole = rule.start()
        copies = (0..<regimes).map { _ in rule.start() }
        tops = (0..<regimes).map { _ in AggregationRule.adaHedge.start(priors: [1, 1]) }
    }

    var count: Int { whole.count }

    mutating func enter(regime: Int) { self.regime = min(max(regime, 0), copies.count - 1) }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        weights.fit(count)
        weights.clear()
        let parts = tops[regime].masses
        var row = [Double](repeating: 0, count: count)
        for (part, rule) in zip(parts, [whole, copies[regime]]) {
            rule.weigh(awake, into: &row)
            for slot in row.indices { weights[slot] += part * row[slot] }
        }
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        let rows = [whole.weights(awake: awake), copies[regime].weights(awake: awake)]
        guard rows[0].contains(where: { $0 > 0 }) else { return }
        let charges = rows.map { Regret.mean(losses, weights: $0) }
        let most = awake.max() ?? 0
        tops[regime].learn(charges, mixture: nil, awake: [most, most])
        whole.learn(losses, mixture: mixture, awake: awake)
        copies[regime].learn(losses, mixture: mixture, awake: awake)
    }

    mutating func addSlot() { forEach { $0.addSlot() } }

    mutating func admit(_ slot: Int, share: Double) {
        forEach { $0.admit(slot, share: share) }
    }

    mutating func withdraw(_ slot: Int) { forEach { $0.withdraw(slot) } }

    private mutating func forEach(_ body: (inout any ExpertRule) -> Void) {
        body(&whole)
        for index in copies.indices { body(&copies[index]) }
    }
}
