import RialtoValues

/// How the forecasts of all models are stacked into those of one more.
package struct StackingConfiguration: Equatable, Sendable {
    /// Of the model that says what the others' forecasts come to.
    package let id: String
    package let rule: StackingRule
    /// Strength of the hold on the weights, above 0: a round adds (p - 1/2)² against it.
    package let lambda: Double
    /// Time between an outcome and the first forecast that knows of it, 0 or more.
    package let purge_ns: Int64
    /// Settled rounds of a horizon from one fit to the next, 1 or more; nil for as many as models
    /// are fitted, which makes a fit cost no more than the sums do.
    package let refitRounds: Int?

    package init(
        id: String, rule: StackingRule, lambda: Double, purge_ns: Int64, refitRounds: Int?
    ) {
        precondition(lambda > 0 && lambda.isFinite)
        precondition(purge_ns >= 0)
        precondition(refitRounds ?? 1 > 0)
        self.id = id
        self.rule = rule
        self.lambda = lambda
        self.purge_ns = purge_ns
        self.refitRounds = refitRounds
    }
}

/// The model that forecasts from the forecasts of the others.
///
/// Of each horizon it keeps one regression over all instruments: of rise (1/2), fall (-1/2) or
/// neither (0) on what each model gave beyond one half, 0 where it slept. It takes no part in what
/// becomes of its forecasts: they are weighed as any model's are.
struct StackedModel: Sendable {
    /// Horizons that have a regression; of further ones it says nothing.
    static let horizonsMax = 64

    /// The weights of some models, and what they were fitted on.
    fileprivate struct Fit: Sendable {
        let models: [Int]
        /// By index in the run; nil of models that are not among them.
        let weights: [Double?]
        /// Rounds that it knows.
        let rounds: Int

        init(_ models: [Int], _ stacking: Stacking) {
            self.models = models
            rounds = stacking.rounds
            var weights: [Double?] = Array(repeating: nil, count: (models.last ?? -1) + 1)
            for (model, weight) in zip(models, stacking.weights(of: models)) {
                weights[model] = weight
            }
            self.weights = weights
        }

        func weight(_ model: Int) -> Double? { model < weights.count ? weights[model] : nil }
    }

    fileprivate struct Line: Sendable {
        var stacking: Stacking
        var fit: Fit?
    }

    let configuration: StackingConfiguration
    /// Its index in the run.
    let model: Int
    /// Returns to probation of all models when it was last asked.
    var relapses = 0
    private var lines: [Int64: Line] = [:]

    init(_ configuration: StackingConfiguration, model: Int) {
        self.configuration = configuration
        self.model = model
    }

    /// Takes in a scored round, which is of one horizon.
    mutating func settle(_ entries: [PerformanceEntry], in book: borrowing WeightBook) {
        guard let first = entries.first else { return }
        let horizon_ns = first.forecast.horizon_ns
        guard lines[horizon_ns] != nil || lines.count < Self.horizonsMax else { return }
        var said = Array(repeating: 0.0, count: book.models.count)
        for entry in entries where entry.forecast.model != model {
            said[Int(entry.forecast.model)] = Self.word(entry.forecast, in: book)
        }
        let outcome = first.outcome > 0 ? 0.5 : first.outcome < 0 ? -0.5 : 0
        let start = Line(stacking: empty)
        lines[horizon_ns, default: start].stacking
            .settle(said, outcome: outcome, due_ns: first.settled_ns)
    }

    /// What the live models of a round come to, as they were fitted on what had settled `purge_ns`
    /// before it; nil where no live one spoke, or nothing had settled.
    mutating func forecast(of round: Round, in book: borrowing WeightBook) -> Forecast? {
        guard
            let fit = lines[round.horizon_ns]?.fitted(
                at: round.issued_ns, configuration, in: book, without: model)
        else { return nil }
        var probability = 0.5, confidence = 0.0, until_ns = Int64.max
        for participant in round.participants {
            let forecast = participant.forecast
            guard let weight = fit.weight(Int(forecast.model)) else { continue }
            probability += weight * Self.word(forecast, in: book)
            confidence = max(confidence, forecast.confidence)
            until_ns = min(until_ns, forecast.validUntil_ns)
        }
        guard confidence > 0, probability.isFinite else { return nil }
        return Forecast(
            model: UInt32(model), instrument: round.instrument, kind: .probabilityUp,
            issued_ns: round.issued_ns, validUntil_ns: until_ns, horizon_ns: round.horizon_ns,
            confidence: confidence, value: LossKind.clipped(probability))
    }

    private var empty: Stacking {
        Stacking(
            experts: 0, lambda: configuration.lambda, purge_ns: configuration.purge_ns,
            rule: configuration.rule)
    }

    /// What a model gave beyond one half, -0.49...0.49, as far as it is awake.
    private static func word(_ forecast: Forecast, in book: borrowing WeightBook) -> Double {
        book.degree(forecast.confidence) * (LossKind.clipped(forecast.probabilityUp) - 0.5)
    }
}

extension StackedModel.Line {
    /// The weights for a forecast at `time_ns`, of the models that are live; nil where nothing may
    /// be used or nobody is.
    ///
    /// They are fitted anew when enough was settled since, and when other models are live: one in
    /// probation or suspension has no part in what is said.
    fileprivate mutating func fitted(
        at time_ns: Int64, _ configuration: StackingConfiguration, in book: borrowing WeightBook,
        without own: Int
    ) -> StackedModel.Fit? {
        guard stacking.learn(at: time_ns), stacking.rounds > 0 else { return nil }
        var models: [Int] = []
        for model in book.models.indices where model != own && stacking.hasSpoken(model) {
            if book.models[model].state == .live { models.append(model) }
        }
        guard !models.isEmpty else { return nil }
        let step = configuration.refitRounds ?? models.count
        if let fit, fit.models == models, stacking.rounds - fit.rounds < step { return fit }
        let fresh = StackedModel.Fit(models, stacking)
        fit = fresh
        return fresh
    }
}
