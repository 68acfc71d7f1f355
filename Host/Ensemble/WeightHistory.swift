/// One moment of the weights over time.
package struct WeightPoint: Equatable, Sendable {
    package let time_ns: Int64
    /// One for each model that existed then.
    package let weights: [Double]

    package init(time_ns: Int64, weights: [Double]) {
        self.time_ns = time_ns
        self.weights = weights
    }
}

/// Weights over time in bounded memory: at most `pointsMax` + 1 points of one number per model.
///
/// A point is kept when the weights changed and a step of time has passed; when all places are
/// taken, every second point goes and the step doubles. The latest weights are always the last
/// point.
struct WeightHistory: Sendable {
    private var kept: [WeightPoint] = []
    private var latest: WeightPoint?
    private var step_ns: Int64
    private let pointsMax: Int

    init(step_ns: Int64, pointsMax: Int) {
        self.step_ns = step_ns
        self.pointsMax = pointsMax
    }

    var points: [WeightPoint] {
        guard let latest, latest != kept.last else { return kept }
        return kept + [latest]
    }

    mutating func record(_ weights: [Double], at time_ns: Int64) {
        guard weights != latest?.weights else { return }
        let point = WeightPoint(time_ns: time_ns, weights: weights)
        latest = point
        guard let last = kept.last else { return kept.append(point) }
        guard Double(time_ns) - Double(last.time_ns) >= Double(step_ns) else { return }
        kept.append(point)
        if kept.count > pointsMax { thin() }
    }

    private mutating func thin() {
        kept = kept.indices.filter { $0.isMultiple(of: 2) }.map { kept[$0] }
        let span = Double(kept[kept.count - 1].time_ns) - Double(kept[0].time_ns)
        let step = max(Double(step_ns) * 2, span / Double(kept.count))
        step_ns = Int64(exactly: step.rounded()) ?? .max
    }
}
