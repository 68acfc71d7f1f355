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

/// The positions held over one round, for the cost of changing them.
struct Sleeve: Sendable {
    private var positions: [Double] = []
    private var mixture = 0.0
    private var uniform = 0.0
    private var vote = 0.0

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

    mutating func voteTurnover(to position: Double) -> Double {
        defer { vote = position }
        return abs(position - vote)
    }
}

/// One line of returns: their variance, and the positions held along it.
///
/// Horizons may overlap. A round then takes over the positions of the one that ended when it
/// began, as a book of equal parts does, each held for one horizon: so a position of an hour that
/// is renewed each minute pays for one change an hour and not for sixty.
struct Series: Sendable {
    var variance = RollingVariance()
    /// Positions whose round is settled and that no later round has taken over, by end.
    private var free: [(due_ns: Int64, sleeve: Sleeve)] = []
    private var head = 0
    /// When the last horizon of each model that was settled ended.
    private var ends: [Int64?] = []

    /// The part of a model's horizon until `due_ns` that none of its earlier forecasts about the
    /// line covers, above 0, at most 1. Horizons come by their ends.
    mutating func evidence(of model: Int, until due_ns: Int64, horizon_ns: Int64) -> Double {
        while ends.count <= model { ends.append(nil) }
        defer { ends[model] = due_ns }
        guard let before = ends[model] else { return 1 }
        let (fresh, isOver) = due_ns.subtractingReportingOverflow(before)
        return isOver ? 1 : min(Double(fresh) / Double(horizon_ns), 1)
    }

    /// The positions that a round issued at `time_ns` begins with.
    mutating func sleeve(from time_ns: Int64) -> Sleeve {
        guard head < free.count, free[head].due_ns <= time_ns else { return Sleeve() }
        let sleeve = free[head].sleeve
        head += 1
        if head >= 64, head * 2 >= free.count {
            free.removeFirst(head)
            head = 0
        }
        return sleeve
    }

    /// Leaves the positions of a round that ended at `due_ns` to a later one.
    mutating func leave(_ sleeve: Sleeve, at due_ns: Int64) { free.append((due_ns, sleeve)) }
}

/// What tells one line of returns from another.
struct SeriesKey: Hashable, Sendable {
    let instrument: UInt32
    let horizon_ns: Int64
}
