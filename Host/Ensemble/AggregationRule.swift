import Glibc

/// How the weights of the models follow from their losses, by name and parameter.
package indirect enum AggregationRule: Equatable, Sendable {
    /// The plain average of whoever is awake: the bar to beat, and the soft vote.
    case uniform
    /// Exponential weights at a fixed rate, above 0. With log loss and 1 it is the Bayes mixture.
    case hedge(eta: Double)
    /// Exponential weights whose rate follows from the losses seen.
    case adaHedge
    /// Exponential weights that pay the share `alpha`, 0...1, of all mass back evenly each round.
    case fixedShare(eta: Double, alpha: Double)
    /// Exponential weights of the regret against the mixture's own loss, which for a convex loss
    /// is less than the mean of the losses.
    case ewa(eta: Double)
    /// The same, with the share `alpha`, 0...1, of all mass paid back evenly to awake and asleep.
    case ewaShare(eta: Double, alpha: Double)
    /// Positive parts of regrets times rates of their own. No parameter.
    case mlPoly(RateForm)
    /// Products of 1 + rate times regret, at rates of their own. No parameter.
    case mlProd(RateForm)
    /// Exponential weights at the rate sqrt(ln N / V) of each expert. No parameter.
    case mlEwa
    /// Exponential weights of regrets less their squares, at rates of their own. No parameter.
    case boa
    /// The same at one fixed rate, above 0.
    case boaFixed(eta: Double)
    /// The same averaged over all rates in 0...1/2. No parameter.
    case squint(SquintPrior)
    /// Every one of `rules` at work beside the others, mixed by `top`.
    case layers([AggregationRule], top: AggregationRule, paying: LayerLoss)

    /// Hedge at the rate that is best for losses in 0...1 over a stated number of rounds.
    ///
    /// - Source: eta = sqrt(8 ln N / T), which gives a regret of at most sqrt(T ln N / 2).
    package static func hedge(rounds: Int, models: Int) -> AggregationRule {
        precondition(rounds > 0)
        return .hedge(eta: (8 * log(Double(max(models, 2))) / Double(rounds)).squareRoot())
    }

    /// The Bayes mixture of specialists on log score, with a share `alpha` so that one that
    /// becomes good again is heard soon; 0 leaves the share out.
    package static func specialists(alpha: Double) -> AggregationRule {
        alpha > 0 ? .fixedShare(eta: 1, alpha: alpha) : .hedge(eta: 1)
    }

    /// Returns the rule's state with the given expert masses, which need not add up to 1.
    package func start(priors: [Double] = []) -> any ExpertRule {
        switch self {
        case .uniform: UniformRule(priors: priors)
        case .hedge(let eta): HedgeRule(priors: priors, eta: eta)
        case .adaHedge: AdaHedgeRule(priors: priors)
        case .fixedShare(let eta, let alpha): FixedShareRule(priors: priors, eta: eta, alpha: alpha)
        case .ewa(let eta): PotentialRule(priors, of: ExponentialPotential(eta: eta))
        case .ewaShare(let eta, let alpha): RegretShareRule(priors: priors, eta: eta, alpha: alpha)
        case .mlPoly(let form): PolynomialRule(priors: priors, form: form)
        case .mlProd(let form): PotentialRule(priors, of: ProductPotential(form: form))
        case .mlEwa: PotentialRule(priors, of: AdaptivePotential())
        case .boa: PotentialRule(priors, of: BernsteinPotential())
        case .boaFixed(let eta): PotentialRule(priors, of: FixedBernsteinPotential(eta: eta))
        case .squint(let prior): PotentialRule(priors, of: SquintPotential(prior: prior))
        case .layers(let rules, let top, let loss):
            LayeredRule(rules.map { $0.start(priors: priors) }, top: top, paying: loss)
        }
    }
}

/// Which of two published forms a rule with a rate for each expert takes.
package enum RateForm: Equatable, Sendable {
    /// As the R package opera has it: rates follow the largest regret seen, losses of any scale.
    case opera
    /// As the paper has it, for regrets in -1...1; its bound holds for this form.
    case paper
}

/// How Squint weighs the rates.
package enum SquintPrior: Equatable, Sendable {
    /// Density 1 / rate, which favours none of their magnitudes: the form to use.
    case improper
    /// Density 2: the form whose potential never passes 1.
    case uniform
}

/// What a rule of the lower layer is charged for a round.
package enum LayerLoss: Equatable, Sendable {
    /// The mean of its experts' losses: its bet, for losses that add up such as a position's.
    case mean
    /// -ln of the mean of exp(-loss): on log loss exactly what its mixed probability pays.
    case mix
}

/// The weights of a set of experts, moved by their losses round after round.
///
/// An expert is a slot number. A slot without mass is not a member of the pool and never awake.
/// Arguments have one entry per slot. `awake` is the confidence of each, 0...1: 0 is asleep, and
/// entries of slots that are asleep are not read. A value is its own snapshot: a copy goes on with
/// the same bits.
package protocol ExpertRule: Sendable {
    /// Slots, members or not.
    var count: Int { get }

    /// Writes the weights to use: they add up to 1 over the awake members, and are 0 elsewhere.
    /// All are 0 when no member is awake.
    func weigh(_ awake: [Double], into weights: inout [Double])

    /// Takes in the finite losses of the awake members; the others keep what they have.
    ///
    /// - Parameter mixture: What the weighed forecast paid, when it is not the mean of the losses
    ///   under the weights in force; rules that move by losses alone do not read it.
    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double])

    /// Adds a slot without mass.
    mutating func addSlot()

    /// Gives a slot without mass the part `share` of the whole; all others give pro rata.
    mutating func admit(_ slot: Int, share: Double)

    /// Takes a slot's mass away and returns it to the others pro rata.
    mutating func withdraw(_ slot: Int)

    /// Says in which state of the market the next round is or was played.
    mutating func enter(regime: Int)
}

extension ExpertRule {
    /// Most rules know one state only.
    package mutating func enter(regime: Int) {}

    /// The share of each slot in the whole mass, awake or not.
    package var masses: [Double] { weights(awake: Array(repeating: 1.0, count: count)) }

    /// Returns the weights to use, as `weigh` writes them.
    package func weights(awake: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        weigh(awake, into: &result)
        return result
    }

    /// Returns the weights of experts that are awake or not.
    package func weights(awake: [Bool]) -> [Double] {
        weights(awake: awake.map { $0 ? 1.0 : 0 })
    }

    /// Takes in the losses of experts that are awake or not; the mixture paid their mean.
    package mutating func update(losses: [Double], awake: [Bool]) {
        learn(losses, mixture: nil, awake: awake.map { $0 ? 1.0 : 0 })
    }
}
