/// The plain average of the awake members; losses change nothing.
struct UniformRule: ExpertRule {
    private var members: [Bool]

    init(priors: [Double]) { members = priors.map { $0 > 0 } }

    var count: Int { members.count }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        weights.fit(members.count)
        var sum = 0.0
        for slot in members.indices where members[slot] { sum += awake[slot] }
        for slot in members.indices {
            weights[slot] = members[slot] && awake[slot] > 0 ? awake[slot] / sum : 0
        }
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {}
    mutating func addSlot() { members.append(false) }
    mutating func admit(_ slot: Int, share: Double) { members[slot] = true }
    mutating func withdraw(_ slot: Int) { members[slot] = false }
}

/// Exponential weights at a fixed rate: mass_k is multiplied by exp(-eta loss_k) and the awake are
/// scaled back to their former total, so a sleeper's mass is exactly unchanged.
///
/// Regret against k over the rounds in which k was awake: at most ln(1/prior_k)/eta for the mix
/// loss, and eta/8 a round more for the mean loss when losses lie in 0...1.
/// - Source: Freund and Schapire 1997; Freund, Schapire, Singer, Warmuth 1997 (specialists).
struct HedgeRule: ExpertRule {
    let eta: Double
    private var pool: LogMasses

    init(priors: [Double], eta: Double) {
        precondition(eta > 0 && eta.isFinite)
        self.eta = eta
        pool = LogMasses(priors)
    }

    var count: Int { pool.logs.count }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        pool.weigh(awake, into: &weights)
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        pool.shift(awake: awake) { -eta * losses[$0] }
    }

    mutating func addSlot() { pool.addSlot() }
    mutating func admit(_ slot: Int, share: Double) { pool.admit(slot, share: share) }
    mutating func withdraw(_ slot: Int) { pool.withdraw(slot) }
}

/// Hedge that afterwards replaces the part `alpha` of the awake members' mass by even parts of it,
/// so that a model that becomes good again is heard soon.
///
/// - Source: Herbster and Warmuth 1998.
struct FixedShareRule: ExpertRule {
    let eta: Double
    let alpha: Double
    private var pool: LogMasses

    init(priors: [Double], eta: Double, alpha: Double) {
        precondition(eta > 0 && eta.isFinite)
        precondition(alpha >= 0 && alpha <= 1)
        self.eta = eta
        self.alpha = alpha
        pool = LogMasses(priors)
    }

    var count: Int { pool.logs.count }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        pool.weigh(awake, into: &weights)
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        pool.shift(awake: awake) { -eta * losses[$0] }
        pool.share(awake: awake, alpha: alpha)
    }

    mutating func addSlot() { pool.addSlot() }
    mutating func admit(_ slot: Int, share: Double) { pool.admit(slot, share: share) }
    mutating func withdraw(_ slot: Int) { pool.withdraw(slot) }
}
