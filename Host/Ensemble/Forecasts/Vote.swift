/// Ways to combine probabilities without weights that were earned: the baselines.
package enum Vote: CaseIterable, Sendable {
    /// The share of experts that say more than one half; one half exactly is half a voice.
    case hard
    /// The plain average.
    case soft

    /// Returns the combined probability, 0...1; nil when nobody awake told a number.
    package func combine(_ probabilities: [Double], awake: [Double]) -> Double? {
        var sum = 0.0, voices = 0.0
        for expert in probabilities.indices
        where awake[expert] > 0 && probabilities[expert].isFinite {
            voices += awake[expert]
            sum += awake[expert] * voice(min(max(probabilities[expert], 0), 1))
        }
        return voices > 0 ? sum / voices : nil
    }

    private func voice(_ p: Double) -> Double {
        switch self {
        case .soft: p
        case .hard: p > 0.5 ? 1 : (p < 0.5 ? 0 : 0.5)
        }
    }
}
