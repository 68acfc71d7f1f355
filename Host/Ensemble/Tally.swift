/// A running mean.
struct Mean: Equatable, Sendable {
    private(set) var count = 0
    private var sum = 0.0

    /// The mean of what was added; nil when that is nothing.
    var value: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ value: Double) {
        count += 1
        sum += value
    }
}

/// What the summary tells of one model, summed as rounds settle.
struct ModelTally: Equatable, Sendable {
    /// Losses over all rounds in which the model had a forecast.
    var loss = Mean()
    /// The same over the rounds in which there was a mixture.
    var lossBesideMixture = Mean()
    /// The mixture's losses over those rounds.
    var mixtureLoss = Mean()
    var faults = 0
    /// Share of the pool when the model entered it.
    var weightStart: Double?
}

/// The positions last held in one instrument and horizon, for the cost of changing them.
struct Series: Sendable {
    var variance = RollingVariance()
    private var positions: [Double] = []
    private var mixture = 0.0
    private var uniform = 0.0

    /// Moves a model to `position` and returns by how much that is a change, 0...2.
    mutating func turnover(of model: Int, to position: Double) -> Double {
        while positions.count <= model { positions.append(0) }
        defer { positions[model] = position }
        return abs(position - positions[model])
    }

    mutating func mixtureTurnover(to position: Double) -> Double {
        defer { mixture = position }
        return abs(position - mixture)
    }

    mutating func uniformTurnover(to position: Double) -> Double {
        defer { uniform = position }
        return abs(position - uniform)
    }
}

/// What tells one line of returns from another.
struct SeriesKey: Hashable, Sendable {
    let instrument: UInt32
    let horizon_ns: Int64
}
