/// Watches a row of numbers, such as a model's losses, and says when they changed.
///
/// After a change it starts anew with the next number.
package protocol DriftDetector: Sendable {
    /// Takes in the next number and returns whether a change shows with it. What is no number is
    /// passed over.
    mutating func add(_ value: Double) -> Bool
}

/// Sums of deviations from the running mean that have left their lowest or highest by `threshold`.
///
/// - Source: Page 1954, Hinkley 1971; with a fading memory as the package river has it.
package struct PageHinkley: DriftDetector, Equatable {
    /// Changes that count.
    package enum Mode: String, CaseIterable, Sendable {
        case up, down, both
    }

    /// Numbers before the first change can show.
    package let instancesMin: Int
    /// Deviation that is no change.
    package let delta: Double
    /// Sum of deviations that is one; losses of 0...1 need about 5.
    package let threshold: Double
    /// Memory of the sums, above 0, at most 1.
    package let alpha: Double
    package let mode: Mode
    private var count = 0
    private var mean = 0.0
    private var rise = 0.0
    private var fall = 0.0
    private var lowest = Double.infinity
    private var highest = -Double.infinity

    package init(
        instancesMin: Int = 30, delta: Double = 0.005, threshold: Double, alpha: Double = 0.9999,
        mode: Mode = .both
    ) {
        precondition(instancesMin >= 0)
        precondition(alpha > 0 && alpha <= 1)
        self.instancesMin = instancesMin
        self.delta = delta
        self.threshold = threshold
        self.alpha = alpha
        self.mode = mode
    }

    package mutating func add(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        count += 1
        mean += (value - mean) / Double(count)
        let deviation = value - mean
        rise = alpha * rise + deviation - delta
        fall = alpha * fall + deviation + delta
        lowest = min(lowest, rise)
        highest = max(highest, fall)
        guard count >= instancesMin, isChange else { return false }
        self = PageHinkley(
            instancesMin: instancesMin, delta: delta, threshold: threshold, alpha: alpha,
            mode: mode)
        return true
    }

    private var isChange: Bool {
        let isUp = rise - lowest > threshold
        let isDown = highest - fall > threshold
        switch mode {
        case .up: return isUp
        case .down: return isDown
        case .both: return isUp || isDown
        }
    }
}
