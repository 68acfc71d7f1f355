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
    var eta: Double { gap > 0 ? log(Double(max(priors.members, 2))) / gap : .infinity }

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
        let best = lowest(of: cumulative, awake: everyone)
        if gap > 0 {
            reweigh { $0.admit(slot, share: share) }
        } else {
            // Only leaders have weight: scale the part, so that it is `share` among them.
            let leaders = cumulative.indices.filter { cumulative[$0] == best }
            let part = share * exp(priors.total { leaders.contains($0) })
            priors.admit(slot, share: best == nil ? 1 : part / (1 - share + part))
        }
        cumulative[slot] = best ?? 0
    }

    mutating func withdraw(_ slot: Int) { reweigh { $0.withdraw(slot) } }

    /// Changes the members by `change` of their current masses. The rate depends on the number of
    /// members, so the priors take up the difference and nobody else's mass moves but pro rata.
    private mutating func reweigh(_ change: (inout LogMasses) -> Void) {
        guard gap > 0 else { return change(&priors) }
        let best = lowest(of: cumulative, awake: everyone) ?? 0
        var current = posterior(awake: everyone)
        change(&current)
        let rate = log(Double(max(current.members, 2))) / gap
        priors = LogMasses(
            logs: current.logs.indices.map { slot in
                guard current.isMember(slot) else { return -.infinity }
                let behind = priors.isMember(slot) ? cumulative[slot] - best : 0
                return current.logs[slot] + rate * behind
            })
    }

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

    /// The smallest of the awake members' values; nil when there is none.
    private func lowest(of values: [Double], awake: [Double]) -> Double? {
        var result: Double?
        for slot in values.indices where awake[slot] > 0 && priors.isMember(slot) {
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
