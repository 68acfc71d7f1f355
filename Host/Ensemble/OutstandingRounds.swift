import RialtoValues

/// One model's part in a round.
struct Participant: Sendable {
    let forecast: Forecast
    /// Whether the model was heard when it spoke, or only scored.
    var isLive: Bool
    /// Weight over the live ones of the round, which add up to 1.
    var weight: Double
    /// The same of its position.
    var positionWeight: Double
    /// Whether its model crashed since it spoke.
    var isLost = false
}

/// The forecasts issued at one time for one instrument and horizon, waiting for the outcome.
struct Round: Sendable {
    let issued_ns: Int64
    let due_ns: Int64
    let instrument: UInt32
    let horizon_ns: Int64
    /// Price when the forecasts were issued, in price units, above 0.
    let mark: Int64
    /// Variance of the return as known at issue.
    let variance: RollingVariance
    /// Sum of the instrument's funding rates until issue.
    let funding: Double
    /// One for each model that spoke, in the order of models.
    private(set) var participants: [Participant] = []
    /// Whether participants have the weights of the book as it is since the last of them spoke.
    private(set) var isWeighed = true

    /// State of the market at issue.
    var regime: Int { variance.regime }

    init(_ first: Forecast, mark: Int64, variance: RollingVariance, funding: Double) {
        issued_ns = first.issued_ns
        due_ns = first.due_ns
        instrument = first.instrument
        horizon_ns = first.horizon_ns
        self.mark = mark
        self.variance = variance
        self.funding = funding
    }

    /// No more than a place in the order of settlement.
    fileprivate init(instrument: UInt32, horizon_ns: Int64, issued_ns: Int64, due_ns: Int64) {
        self.issued_ns = issued_ns
        self.due_ns = due_ns
        self.instrument = instrument
        self.horizon_ns = horizon_ns
        mark = 1
        variance = RollingVariance()
        funding = 0
    }

    /// Marks what a model said as lost.
    mutating func lose(_ model: UInt32) {
        for index in participants.indices where participants[index].forecast.model == model {
            participants[index].isLost = true
        }
    }

    /// Adds the forecast, or puts it in place of the same model's earlier one. The order in which
    /// models are added leaves no trace. The round is to be weighed before weights change.
    mutating func insert(_ forecast: Forecast) {
        isWeighed = false
        let new = Participant(forecast: forecast, isLive: false, weight: 0, positionWeight: 0)
        var place = participants.count
        while place > 0, participants[place - 1].forecast.model > forecast.model { place -= 1 }
        if place > 0, participants[place - 1].forecast.model == forecast.model {
            participants[place - 1] = new
        } else {
            participants.insert(new, at: place)
        }
    }

    /// Takes the weights of all from `book`.
    mutating func weigh(by book: borrowing WeightBook) {
        isWeighed = true
        let weights = book.weights(of: participants.lazy.map(\.forecast), regime: regime)
        for index in participants.indices {
            let model = Int(participants[index].forecast.model)
            participants[index].isLive = book.models[model].state == .live
            participants[index].weight = weights.all[model]
            participants[index].positionWeight = weights.positions[model]
        }
    }

    func isBefore(_ other: Round) -> Bool {
        (due_ns, issued_ns, instrument, horizon_ns)
            < (other.due_ns, other.issued_ns, other.instrument, other.horizon_ns)
    }
}

/// Rounds in the order of settlement: by end of horizon, then time of issue, then instrument.
struct OutstandingRounds: Sendable {
    private var rounds: [Round] = []
    /// Rounds before this one are settled and wait for removal.
    private var head = 0

    var count: Int { rounds.count - head }

    var next_ns: Int64? { head < rounds.count ? rounds[head].due_ns : nil }

    /// Where a round with this order is or belongs, and whether it is there.
    func find(_ round: Round) -> (index: Int, found: Bool) {
        var low = head
        var high = rounds.count
        while low < high {
            let middle = (low + high) / 2
            if rounds[middle].isBefore(round) { low = middle + 1 } else { high = middle }
        }
        return (low, low < rounds.count && !round.isBefore(rounds[low]))
    }

    /// The round of forecasts that were issued at a time; nil where there is none that waits.
    func round(_ instrument: UInt32, _ horizon_ns: Int64, issued_ns: Int64) -> Round? {
        let (due_ns, isOver) = issued_ns.addingReportingOverflow(horizon_ns)
        guard !isOver else { return nil }
        let place = find(
            Round(
                instrument: instrument, horizon_ns: horizon_ns, issued_ns: issued_ns,
                due_ns: due_ns))
        return place.found ? rounds[place.index] : nil
    }

    mutating func insert(_ round: Round, at index: Int) { rounds.insert(round, at: index) }

    mutating func change(_ index: Int, _ body: (inout Round) -> Void) { body(&rounds[index]) }

    mutating func changeAll(_ body: (inout Round) -> Void) {
        for index in head..<rounds.count { body(&rounds[index]) }
    }

    mutating func popFirst(dueBy time_ns: Int64) -> Round? {
        guard head < rounds.count, rounds[head].due_ns <= time_ns else { return nil }
        let round = rounds[head]
        head += 1
        if head >= 64, head * 2 >= rounds.count {
            rounds.removeFirst(head)
            head = 0
        }
        return round
    }
}
