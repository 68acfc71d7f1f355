import Glibc

/// What a member's weight grows with: a positive function of its own past regrets.
protocol RegretPotential: Sendable {
    /// Adds a slot that has seen nothing.
    mutating func addSlot()

    /// Starts a slot anew; `members` tells who of the others it joins.
    mutating func enter(_ slot: Int, members: (Int) -> Bool)

    /// Takes in a regret, finite, of one of `members` experts.
    mutating func add(_ regret: Double, to slot: Int, members: Int)

    /// The natural logarithm of the potential, finite.
    func logarithm(_ slot: Int) -> Double
}

/// A rule whose masses are priors times a potential of each member's own regrets.
///
/// The regret of a member is its confidence times what the mixture paid more than it; a sleeper's
/// is 0, so its mass stays.
struct PotentialRule<Potential: RegretPotential>: ExpertRule {
    private var priors: LogMasses
    private var potential: Potential
    private var seen: [Double]

    init(_ priors: [Double], of potential: Potential) {
        self.priors = LogMasses(priors)
        self.potential = potential
        seen = Array(repeating: 0, count: priors.count)
        for _ in priors { self.potential.addSlot() }
        for slot in priors.indices where priors[slot] > 0 {
            self.potential.enter(slot) { priors[$0] > 0 }
        }
    }

    var count: Int { priors.logs.count }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        weights.fit(count)
        var top = -Double.infinity
        for slot in weights.indices where awake[slot] > 0 && priors.isMember(slot) {
            weights[slot] = priors.logs[slot] + potential.logarithm(slot)
            top = max(top, weights[slot])
        }
        guard top > -.infinity else { return weights.clear() }
        var sum = 0.0
        for slot in weights.indices {
            let isIn = awake[slot] > 0 && priors.isMember(slot)
            weights[slot] = isIn ? awake[slot] * exp(weights[slot] - top) : 0
            sum += weights[slot]
        }
        for slot in weights.indices { weights[slot] /= sum }
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        if mixture == nil { weigh(awake, into: &seen) }
        let paid = mixture ?? Regret.mean(losses, weights: seen)
        let members = priors.members
        for slot in losses.indices where awake[slot] > 0 && priors.isMember(slot) {
            potential.add(
                Regret.of(losses[slot], paid, confidence: awake[slot]), to: slot, members: members)
        }
    }

    mutating func addSlot() {
        priors.addSlot()
        potential.addSlot()
        seen.append(0)
    }

    mutating func admit(_ slot: Int, share: Double) {
        potential.enter(slot) { priors.isMember($0) }
        reweigh { $0.admit(slot, share: share) }
    }

    mutating func withdraw(_ slot: Int) { reweigh { $0.withdraw(slot) } }

    /// Changes the members by `change` of their current masses; the priors take up the difference.
    private mutating func reweigh(_ change: (inout LogMasses) -> Void) {
        var masses = LogMasses(
            logs: priors.logs.indices.map {
                priors.isMember($0) ? priors.logs[$0] + potential.logarithm($0) : -.infinity
            })
        change(&masses)
        priors = LogMasses(
            logs: masses.logs.indices.map {
                masses.isMember($0) ? masses.logs[$0] - potential.logarithm($0) : -.infinity
            })
    }
}

/// Instant regrets.
enum Regret {
    /// Regrets further from 0 are cut off: their squares still add up to finite sums.
    static let most = 1e100

    /// The mean of the losses that have weight.
    static func mean(_ losses: [Double], weights: [Double]) -> Double {
        var sum = 0.0
        for slot in losses.indices where weights[slot] > 0 { sum += weights[slot] * losses[slot] }
        return sum
    }

    /// What the mixture paid more than an expert, times the expert's confidence.
    static func of(_ loss: Double, _ paid: Double, confidence: Double) -> Double {
        let regret = confidence * (paid - loss)
        return regret.isNaN ? 0 : min(max(regret, -most), most)
    }
}
