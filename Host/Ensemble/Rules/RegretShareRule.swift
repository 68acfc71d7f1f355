import Glibc

/// Exponential weights of regrets that afterwards replace the part `alpha` of the whole mass by
/// even parts of it, for awake and asleep alike.
///
/// Against the best sequence with m switches: (m + 1) ln N / eta
/// - (m ln alpha + (T - m - 1) ln(1 - alpha)) / eta + eta T / 8, for losses in 0...1.
/// - Source: Herbster and Warmuth 1998; FS of the R package opera.
struct RegretShareRule: ExpertRule {
    let eta: Double
    let alpha: Double
    private var pool: LogMasses
    private var seen: [Double]

    init(priors: [Double], eta: Double, alpha: Double) {
        precondition(eta > 0 && eta.isFinite)
        precondition(alpha >= 0 && alpha <= 1)
        self.eta = eta
        self.alpha = alpha
        pool = LogMasses(priors)
        seen = Array(repeating: 0, count: priors.count)
    }

    var count: Int { pool.logs.count }

    func weigh(_ awake: [Double], into weights: inout [Double]) {
        pool.weigh(awake, into: &weights)
    }

    mutating func learn(_ losses: [Double], mixture: Double?, awake: [Double]) {
        pool.weigh(awake, into: &seen)
        let paid = mixture ?? Regret.mean(losses, weights: seen)
        var most = 0.0
        for slot in losses.indices where awake[slot] > 0 && pool.isMember(slot) {
            pool.add(
                eta * Regret.of(losses[slot], paid, confidence: awake[slot]), to: slot)
            most = max(most, awake[slot])
        }
        if most > 0 { pool.shareAll(alpha: alpha * most) }
    }

    mutating func addSlot() {
        pool.addSlot()
        seen.append(0)
    }

    mutating func admit(_ slot: Int, share: Double) { pool.admit(slot, share: share) }
    mutating func withdraw(_ slot: Int) { pool.withdraw(slot) }
}
