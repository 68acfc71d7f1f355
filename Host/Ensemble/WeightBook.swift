import RialtoValues

/// A change of the registry that the performance ledger keeps, so that weights can be recomputed.
package enum RegistryChange: Equatable, Sendable {
    case added(id: String, prior: Double)
    case retired(model: Int)
    case suspended(model: Int)
    case resumed(model: Int)
}

/// One model's loss in one settled round.
struct ModelLoss: Equatable, Sendable {
    let model: Int
    let loss: Double
    /// What its position paid, (1 - net utility) / 2.
    var utilityLoss = 0.0
    /// How far the model was awake, above 0, at most 1.
    var awake = 1.0
    /// Whether its model crashed before the outcome: the loss counts although it is not heard.
    var isLost = false
}

/// The models' states and masses: everything that decides weights, and nothing else.
///
/// It moves only through `apply` and `settle`, so the same calls in the same order give the same
/// bits.
struct WeightBook: Sendable {
    struct Model: Sendable {
        let id: String
        let prior: Double
        var state: ModelState
        /// Settled rounds in which the model had a forecast.
        var rounds = 0
        /// The state to come back to from suspension.
        var stateBefore: ModelState
        /// Rounds of this probation that have been settled.
        var probation = 0
        /// Returns to probation because losses rose.
        var relapses = 0
        /// What watches the losses while the model is live; nil when nothing does.
        var watch: LossWatch?
    }

    private(set) var models: [Model] = []
    private(set) var rule: any ExpertRule
    /// Weighs positions; nil where they have the weights of all else.
    private(set) var positionRule: (any ExpertRule)?
    private let probationRounds: Int
    private let protections: Protections
    private var likeness = LossLikeness()
    /// For each model, the first of those whose losses move with its own.
    private var groups: [Int] = []

    private let usesConfidence: Bool
    private let hasRegimes: Bool

    init(_ configuration: EnsembleConfiguration) {
        let regimes = configuration.regimes
        func start(_ rule: AggregationRule) -> any ExpertRule {
            regimes.map { RegimeRule(rule, regimes: $0.count) } ?? rule.start()
        }
        rule = start(configuration.rule)
        positionRule = configuration.positions.map(start)
        hasRegimes = configuration.regimes != nil
        probationRounds = configuration.probationRounds
        protections = configuration.protections
        usesConfidence = configuration.usesConfidence
    }

    /// The share of each model in the pool; 0 without one. They add up to 1 when anyone is in it.
    var weights: [Double] { rule.masses }

    /// The same of positions, where they are weighed apart.
    var positionWeights: [Double]? { positionRule?.masses }

    /// Weights over the live models of the forecasts, which add up to 1 and keep to floor and
    /// caps; all 0 when none is live. Both are the same where positions are not weighed apart.
    func weights(
        of forecasts: some Sequence<Forecast>, regime: Int
    ) -> (all: [Double], positions: [Double]) {
        var awake = Array(repeating: 0.0, count: models.count)
        for forecast in forecasts {
            let model = Int(forecast.model)
            if models[model].state == .live { awake[model] = degree(forecast.confidence) }
        }
        let all = held(rule, awake: awake, regime: regime)
        return (all, positionRule.map { held($0, awake: awake, regime: regime) } ?? all)
    }

    /// The weights of a rule within floor and caps.
    private func held(_ rule: any ExpertRule, awake: [Double], regime: Int) -> [Double] {
        var weights = weights(rule, awake: awake, regime: regime)
        if let least = protections.weightMin {
            WeightFloor.apply(&weights, least: least, awake: awake)
        }
        WeightCap.apply(
            &weights, weightMax: protections.weightMax, groupMax: protections.groupMax,
            groups: groups, awake: awake)
        return weights
    }

    /// How far a model with a forecast of this confidence is awake.
    func degree(_ confidence: Double) -> Double { usesConfidence ? confidence : 1 }

    private func weights(
        _ rule: any ExpertRule, awake: [Double], regime: Int
    ) -> [Double] {
        guard hasRegimes else { return rule.weights(awake: awake) }
        var rule = rule
        rule.enter(regime: regime)
        return rule.weights(awake: awake)
    }

    func index(of id: String) throws(EnsembleError) -> Int {
        guard let index = models.firstIndex(where: { $0.id == id }) else {
            throw .unknownModel(id: id)
        }
        return index
    }

    mutating func apply(_ change: RegistryChange) {
        switch change {
        case .added(let id, let prior):
            models.append(Model(id: id, prior: prior, state: .probation, stateBefore: .probation))
            forEachRule { $0.addSlot() }
            groups.append(groups.count)
            if protections.groupMax != nil { likeness.addModel() }
            if probationRounds == 0 { admit(models.count - 1) }
        case .retired(let model):
            if isInPool(model) { forEachRule { $0.withdraw(model) } }
            models[model].state = .retired
        case .suspended(let model):
            models[model].stateBefore = models[model].state
            models[model].state = .suspended
        case .resumed(let model):
            models[model].state = models[model].stateBefore
        }
    }

    /// Takes in one settled round. `losses` are in the order of models, each model once.
    mutating func settle(_ losses: some Collection<ModelLoss>, regime: Int) {
        if hasRegimes { forEachRule { $0.enter(regime: regime) } }
        var values = Array(repeating: 0.0, count: models.count)
        var utilities = values
        var awake = values
        for entry in losses {
            values[entry.model] = entry.loss
            utilities[entry.model] = entry.utilityLoss
            let isCharged = entry.isLost ? isInPool(entry.model) : isHeard(entry.model)
            awake[entry.model] = isCharged ? entry.awake : 0
        }
        rule.learn(values, mixture: nil, awake: awake)
        positionRule?.learn(utilities, mixture: nil, awake: awake)
        for entry in losses {
            models[entry.model].rounds += 1
            switch models[entry.model].state {
            case .probation:
                models[entry.model].probation += 1
                if models[entry.model].probation >= probationRounds { admit(entry.model) }
            case .live: watch(entry)
            case .suspended: models[entry.model].probation += 1
            case .retired: break
            }
        }
        if protections.groupMax != nil {
            likeness.add(losses)
            groups = likeness.groups()
        }
    }

    /// Sends a live model back to probation when its losses have risen, unless it is the last.
    private mutating func watch(_ entry: ModelLoss) {
        guard models[entry.model].watch?.hasRisen(with: entry.loss) == true,
            models.count(where: { $0.state == .live }) > 1
        else { return }
        forEachRule { $0.withdraw(entry.model) }
        models[entry.model].state = .probation
        models[entry.model].probation = 0
        models[entry.model].relapses += 1
        models[entry.model].watch = nil
    }

    /// Brings a model into the pool with its prior's part of all priors in it, taken pro rata.
    private mutating func admit(_ model: Int) {
        var sum = models[model].prior
        for other in models.indices where isInPool(other) { sum += models[other].prior }
        models[model].state = .live
        models[model].watch = protections.drift.map { LossWatch($0) }
        let share = models[model].prior / sum
        forEachRule { $0.admit(model, share: share) }
    }

    private mutating func forEachRule(_ body: (inout any ExpertRule) -> Void) {
        body(&rule)
        guard var positions = positionRule else { return }
        positionRule = nil
        body(&positions)
        positionRule = positions
    }

    private func isHeard(_ model: Int) -> Bool { models[model].state == .live }

    private func isInPool(_ model: Int) -> Bool {
        switch models[model].state {
        case .live: true
        case .suspended: models[model].stateBefore == .live
        case .probation, .retired: false
        }
    }
}
