import Glibc

/// Exponential weights at the rate ln N / D, where D is the sum of the mixability gaps so far;
/// while D is 0 the leaders share the weight. No parameter; losses may be shifted or scaled
/// freely.
///
/// A sleeper is charged the loss of the mixture (one of confidence c that part less of its own), so
/// its regret stays what it was and the guarantee 2 sqrt(V ln N) + S (4/3 ln N + 2) holds against
/// each expert over the rounds in which it was awake.
/// - Source: de Rooij, van Erven, Grünwald, Koolen 2014; abstaining after Chernov and Vovk 2009.
struct AdaHedgeRule: ExpertRule {
    private var priors: LogMasses
    /// Sum of losses of each member, less a constant that all share.
    private var cumulative: [Double]
    /// Sum of the differences between mean loss and mix loss, 0 or more.
    private var gap = 0.0

    init(priors: [Double]) {
        self.priors = LogMasses(priors)
        cumulative = Array(repeating: 0, count: priors.count)
    }

    var count: Int { cumulative.count }

    /// ln N / D; infinite while D is 0.
    var eta: Double { gap > 0 ? logMembers / gap : .infinity }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        posterior(awake: awake).weigh(awake, into: &weights)
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        guard let lowest = lowest(of: losses, awake: awake) else { return }
        let seen = weights(awake: awake)
        var mean = 0.0
        for slot in seen.indices where seen[slot] > 0 {
            mean += seen[slot] * (losses[slot] - lowest)
        }
        let charged = losses.indices.map { slot in
            switch awake[slot] {
            case 1: losses[slot] - lowest
            case 0: mean
            case let part: part * (losses[slot] - lowest) + (1 - part) * mean
            }
        }
        let full = weights(awake: everyone)
        gap += max(0, mean - mixLoss(charged, weights: full))
        for slot in cumulative.indices where priors.isMember(slot) {
            cumulative[slot] += charged[slot]
        }
    }

    mutating func addSlot() {
        priors.addSlot()
        cumulative.append(0)
    }

    mutating func admit(_ slot: Int, share: Double) {
        let whole = posterior(awake: everyone).total { _ in true }
        keepingRate {
            $0.priors.admit(slot, share: share, of: $0.priors.members == 0 ? 0 : whole)
        }
        cumulative[slot] = lowest(of: cumulative, awake: everyone, but: slot) ?? 0
    }

    mutating func withdraw(_ slot: Int) { keepingRate { $0.priors.withdraw(slot) } }

    /// Changes the members. The rate depends on their number, so the gap takes up the difference,
    /// and nobody else's mass moves but pro rata.
    private mutating func keepingRate(_ change: (inout AdaHedgeRule) -> Void) {
        let before = logMembers
        change(&self)
        gap *= logMembers / before
    }

    /// ln N, of 2 where there are fewer.
    private var logMembers: Double { log(Double(max(priors.members, 2))) }

    /// Prior times exp(-eta L); when eta is infinite, the priors of the leaders among the awake.
    private func posterior(awake: [Double]) -> LogMasses {
        guard let best = lowest(of: cumulative, awake: awake) else { return priors }
        let rate = eta
        return LogMasses(
            logs: cumulative.indices.map { slot in
                let behind = cumulative[slot] - best
                guard priors.isMember(slot) else { return -.infinity }
                return behind == 0 ? priors.logs[slot] : priors.logs[slot] - rate * behind
            })
    }

    private var everyone: [Double] { Array(repeating: 1, count: count) }

    /// The smallest of the awake members' values, leaving one slot out; nil when there is none.
    private func lowest(of values: [Double], awake: [Double], but left: Int? = nil) -> Double? {
        var result: Double?
        for slot in values.indices
        where awake[slot] > 0 && priors.isMember(slot) && slot != left {
            result = min(result ?? .infinity, values[slot])
        }
        return result
    }

    /// -1/eta ln sum p exp(-eta loss), or the smallest loss that has weight when eta is infinite.
    private func mixLoss(_ losses: [Double], weights: [Double]) -> Double {
        let rate = eta
        var lowest = Double.infinity
        for slot in weights.indices where weights[slot] > 0 { lowest = min(lowest, losses[slot]) }
        guard rate < .infinity, lowest < .infinity else { return lowest }
        var sum = 0.0
        for slot in weights.indices where weights[slot] > 0 {
            sum += weights[slot] * exp(-rate * (losses[slot] - lowest))
        }
        return lowest - log(sum) / rate
    }
}
