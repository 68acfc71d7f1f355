import Glibc

/// How the weights of the models follow from their losses, by name and parameter.
package enum AggregationRule: Equatable, Sendable {
    /// The plain average of whoever is awake: the bar to beat.
    case uniform
    /// Exponential weights at a fixed rate, above 0. With log loss and 1 it is the Bayes mixture.
    case hedge(eta: Double)
    /// Exponential weights whose rate follows from the losses seen.
    case adaHedge
    /// Exponential weights that pay the share `alpha`, 0...1, of all mass back evenly each round.
    case fixedShare(eta: Double, alpha: Double)

    /// Hedge at the rate that is best for losses in 0...1 over a stated number of rounds.
    ///
    /// - Source: eta = sqrt(8 ln N / T), which gives a regret of at most sqrt(T ln N / 2).
    package static func hedge(rounds: Int, models: Int) -> AggregationRule {
        precondition(rounds > 0)
        return .hedge(eta: (8 * log(Double(max(models, 2))) / Double(rounds)).squareRoot())
    }

    /// Returns the rule's state with the given expert masses, which need not add up to 1.
    package func start(priors: [Double] = []) -> any ExpertRule {
        switch self {
        case .uniform: UniformRule(priors: priors)
        case .hedge(let eta): HedgeRule(priors: priors, eta: eta)
        case .adaHedge: AdaHedgeRule(priors: priors)
        case .fixedShare(let eta, let alpha): FixedShareRule(priors: priors, eta: eta, alpha: alpha)
        }
    }
}

/// The weights of a set of experts, moved by their losses round after round.
///
/// An expert is a slot number. A slot without mass is not a member of the pool and never awake.
/// Arguments have one entry per slot; entries of slots that are not awake are not read.
package protocol ExpertRule: Sendable {
    /// Slots, members or not.
    var count: Int { get }

    /// Returns the weights to use: they add up to 1 over the awake members, and are 0 elsewhere.
    /// All are 0 when no member is awake.
    func weights(awake: [Bool]) -> [Double]

    /// Takes in the finite losses of the awake members; the others keep what they have.
    mutating func update(losses: [Double], awake: [Bool])

    /// Adds a slot without mass.
    mutating func addSlot()

    /// Gives a slot without mass the part `share` of the whole; all others give pro rata.
    mutating func admit(_ slot: Int, share: Double)

    /// Takes a slot's mass away and returns it to the others pro rata.
    mutating func withdraw(_ slot: Int)
}

extension ExpertRule {
    /// The share of each slot in the whole mass, awake or not.
    package var masses: [Double] { weights(awake: Array(repeating: true, count: count)) }
}
