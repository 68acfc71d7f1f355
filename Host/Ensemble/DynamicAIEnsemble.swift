import RialtoValues

/// What became of a forecast that was issued.
package enum IssueResult: Equatable, Sendable {
    /// It is heard, and scored when its horizon has passed.
    case accepted
    /// The model said with confidence 0 that it has no opinion.
    case abstained
    /// It is taken as silence and counted as a fault of the model.
    case faulty(ForecastFault)
    /// The model is suspended or retired.
    case notHeard(ModelState)
    /// There is no price at which the outcome could be measured.
    case noMark
    /// As many rounds as allowed already wait for their horizon.
    case full
}

/// Models weighed by how well their forecasts did.
///
/// Forecasts come in through `issue`, wait until their horizon has passed, and are scored by
/// `settle` with the price known then; the rule turns losses into weights. All forecasts issued at
/// one time for one instrument and horizon are one round, and weights are one set over all rounds.
/// A model without a usable forecast sleeps: its mass stays and the others share the weight.
package struct DynamicAIEnsemble: Sendable {
    package static let modelsMax = 1_024

    package let configuration: EnsembleConfiguration
    package internal(set) var performanceLedger: PerformanceLedger
    var book: WeightBook
    var outstanding = OutstandingRounds()
    /// The model that is made of the others; nil without one.
    var stacked: StackedModel?
    /// Rounds that wait to be weighed, without what was said in them.
    private var fresh: [Round] = []
    var series: [SeriesKey: Series] = [:]
    /// Sum of the funding rates of each instrument so far.
    var funding: [UInt32: Double] = [:]
    var tallies: [ModelTally] = []
    var mixtureLoss = Mean()
    var uniformLoss = Mean()
    var history: WeightHistory
    /// The same of positions; stays empty where they are not weighed apart.
    var positionHistory: WeightHistory
    /// Last moment up to which everything is settled, Unix nanoseconds UTC.
    var settledUpTo_ns = Int64.min
    /// Latest time seen in a forecast or settlement; nil before the first.
    var lastSeen_ns: Int64?
    /// Rounds dropped because no price was known when their horizon ended.
    var voidRounds = 0
    /// The latest word of each model by instrument, and there by horizon.
    var latest: [UInt32: [Int64: [Forecast?]]] = [:]

    package init(configuration: EnsembleConfiguration) {
        self.configuration = configuration
        book = WeightBook(configuration)
        performanceLedger = PerformanceLedger(
            start: book, retention: configuration.ledgerRounds)
        history = WeightHistory(
            step_ns: configuration.weightStep_ns, pointsMax: configuration.weightPointsMax)
        positionHistory = history
    }

    // MARK: Models

    /// Adds a model in probation and returns its index in the run, counted from 0.
    ///
    /// - Parameter prior: Relative mass, above 0: when probation ends, the model takes the part
    ///   prior / (sum of the pool's priors and its own) from all others pro rata.
    package mutating func addModel(id: String, prior: Double = 1) throws(EnsembleError) -> Int {
        guard !book.models.contains(where: { $0.id == id }) else { throw .duplicateModel(id: id) }
        guard prior > 0, prior.isFinite else { throw .invalidPrior(id: id, prior: prior) }
        guard book.models.count < Self.modelsMax else {
            throw .tooManyModels(allowed: Self.modelsMax)
        }
        tallies.append(ModelTally())
        apply(.added(id: id, prior: prior))
        return book.models.count - 1
    }

    /// Takes a model out for good; its mass goes to the others pro rata.
    package mutating func retireModel(id: String) throws(EnsembleError) {
        let model = try book.index(of: id)
        guard book.models[model].state != .retired else {
            throw .wrongState(id: id, found: .retired)
        }
        apply(.retired(model: model))
    }

    /// Stops hearing a model, which keeps its mass.
    package mutating func suspendModel(id: String) throws(EnsembleError) {
        let model = try book.index(of: id)
        let state = book.models[model].state
        guard state == .live || state == .probation else { throw .wrongState(id: id, found: state) }
        apply(.suspended(model: model))
    }

    /// Stops hearing a model that crashed. What it said and cannot stand by any more is charged
    /// the most there is when its horizon ends; it keeps its mass, and resuming revives it.
    package mutating func crashModel(id: String) throws(EnsembleError) {
        try suspendModel(id: id)
        let model = UInt32(try book.index(of: id))
        outstanding.changeAll { $0.lose(model) }
        tallies[Int(model)].faults += 1
    }

    /// Takes in that longs of an instrument paid shorts `rate` of their notional; below 0 shorts
    /// paid longs. The caller has settled all horizons that end before that moment.
    package mutating func fund(_ instrument: UInt32, rate: Double) {
        funding[instrument, default: 0] += rate
    }

    /// Hears a suspended model again, in the state it had.
    package mutating func resumeModel(id: String) throws(EnsembleError) {
        let model = try book.index(of: id)
        let state = book.models[model].state
        guard state == .suspended else { throw .wrongState(id: id, found: state) }
        apply(.resumed(model: model))
    }

    /// Id and state of each model of the run, in the order of their indices.
    package var models: [(id: String, state: ModelState)] { book.models.map { ($0.id, $0.state) } }

    /// Gives the rounds that were spoken in since the weights last changed the weights in force:
    /// once for each round and not for each forecast.
    mutating func weighFresh() {
        for round in fresh {
            let place = outstanding.find(round)
            if place.found { outstanding.change(place.index) { $0.weigh(by: book) } }
        }
        fresh.removeAll(keepingCapacity: true)
    }

    private mutating func apply(_ change: RegistryChange) {
        weighFresh()
        book.apply(change)
        performanceLedger.append(change)
        forgetStacked(after: change)
        noteWeights(at: lastSeen_ns)
    }

    /// How often each model went back to probation because its losses rose.
    package var relapses: [Int] { book.models.map(\.relapses) }

    // MARK: Weights

    /// The share of each model in the pool, 0...1; 0 in probation and after retirement. They add
    /// up to 1 as soon as one model has left probation.
    package var weights: [Double] { book.weights }

    /// The same of positions; nil where they are not weighed apart.
    package var positionWeights: [Double]? { book.positionWeights }

    /// Recomputes all weights from the performance ledger and puts them in use. They are the same
    /// bits as before; that they are is the proof that nothing but settled forecasts made them.
    @discardableResult
    package mutating func optimizeWeights() -> [Double] {
        book = performanceLedger.replay()
        return book.weights
    }

    // MARK: Forecasts

    /// Takes in a forecast of a model of this run.
    ///
    /// - Parameter markPrice: The instrument's price known at `issued_ns`, in price units; the same
    ///   for all forecasts of one round.
    @discardableResult
    package mutating func issue(_ forecast: Forecast, markPrice: Int64) -> IssueResult {
        let model = Int(forecast.model)
        precondition(model < book.models.count)
        let state = book.models[model].state
        guard state == .live || state == .probation else { return .notHeard(state) }
        let result = admit(forecast, markPrice: markPrice)
        if case .faulty = result { tallies[model].faults += 1 }
        if result != .accepted { forget(model, about: forecast.instrument) }
        return result
    }

    private mutating func admit(_ forecast: Forecast, markPrice: Int64) -> IssueResult {
        if let fault = forecast.fault { return .faulty(fault) }
        guard forecast.confidence > 0 else { return .abstained }
        guard forecast.due_ns > settledUpTo_ns else { return .faulty(.late) }
        guard markPrice > 0 else { return .noMark }
        let key = SeriesKey(instrument: forecast.instrument, horizon_ns: forecast.horizon_ns)
        guard series[key] != nil || series.count < configuration.seriesMax else {
            return .faulty(.tooManyHorizons)
        }
        let round = Round(
            forecast, mark: markPrice, variance: series[key]?.variance ?? RollingVariance(),
            funding: funding[forecast.instrument] ?? 0)
        let place = outstanding.find(round)
        if !place.found {
            guard outstanding.count < configuration.outstandingMax else { return .full }
            if series[key] == nil { series[key] = Series() }
            outstanding.insert(round, at: place.index)
            see(forecast.issued_ns)
        }
        outstanding.change(place.index) {
            if $0.isWeighed { fresh.append(round) }
            $0.insert(forecast)
        }
        latest[forecast.instrument, default: [:]][forecast.horizon_ns, default: []]
            .set(forecast, at: Int(forecast.model))
        return .accepted
    }

    /// Silence about an instrument replaces all that the model said of it.
    mutating func forget(_ model: Int, about instrument: UInt32) {
        guard let horizons = latest[instrument]?.keys else { return }
        for horizon_ns in horizons { latest[instrument]?[horizon_ns]?.set(nil, at: model) }
    }

    /// Returns what the live models say at `time_ns`, or nil when none has a forecast valid then.
    ///
    /// Each is heard with the last forecast that it issued by then for the instrument and horizon:
    /// what is said of an hour and of a day is not mixed.
    package func opinion(
        instrument: UInt32, horizon_ns: Int64, at time_ns: Int64
    ) -> Opinion? {
        let key = SeriesKey(instrument: instrument, horizon_ns: horizon_ns)
        let heard = (latest[instrument]?[horizon_ns] ?? []).compactMap { $0 }.filter {
            $0.issued_ns <= time_ns && time_ns <= $0.validUntil_ns && !isExpired($0, at: time_ns)
                && book.models[Int($0.model)].state == .live
        }
        guard !heard.isEmpty else { return nil }
        let weights = book.weights(of: heard, regime: series[key]?.variance.regime ?? 0)
        var probability = 0.0, position = 0.0
        var mean = 0.0
        var told = 0.0
        for forecast in heard {
            let weight = weights.all[Int(forecast.model)]
            probability += weight * forecast.probabilityUp
            position += weights.positions[Int(forecast.model)] * forecast.position
            guard let expected = forecast.expectedReturn else { continue }
            mean += weight * expected
            told += weight
        }
        return Opinion(
            probabilityUp: min(max(probability, 0), 1),
            position: min(max(position, -1), 1),
            expectedReturn: told > 0 ? mean / told : nil,
            weights: weights.all, awake: heard.count)
    }

    private func isExpired(_ forecast: Forecast, at time_ns: Int64) -> Bool {
        guard let expiry = configuration.expiry_ns else { return false }
        let (age, isOver) = time_ns.subtractingReportingOverflow(forecast.issued_ns)
        return isOver || age > expiry
    }
}

extension [Forecast?] {
    fileprivate mutating func set(_ forecast: Forecast?, at model: Int) {
        while count <= model { append(nil) }
        self[model] = forecast
    }
}
