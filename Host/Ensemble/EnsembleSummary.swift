/// How a run of the ensemble went, beside what could have been had.
package struct EnsembleSummary: Equatable, Sendable {
    /// One model's part in the run.
    package struct Model: Equatable, Sendable {
        package let id: String
        package let state: ModelState
        /// Share of the pool when the model entered it; nil when it never did.
        package let weightStart: Double?
        /// Share of the pool now, 0...1.
        package let weightEnd: Double
        /// The same of positions; nil where they are not weighed apart.
        package let positionWeightEnd: Double?
        /// Settled rounds with a forecast of this model, probation included.
        package let rounds: Int
        /// Mean loss over them; nil without one.
        package let meanLoss: Double?
        /// Mean loss over those of them in which a mixture was played.
        package let meanLossBesideMixture: Double?
        /// The mixture's mean loss over the same rounds: what compares with the former.
        package let mixtureMeanLoss: Double?
        /// Forecasts that were no use and counted as silence.
        package let faults: Int
    }

    package let models: [Model]
    /// Rounds in which at least one live model spoke.
    package let rounds: Int
    /// Mean loss of the weighed forecasts over them.
    package let meanLoss: Double?
    /// Mean loss of the plain average of the same live forecasts.
    package let uniformMeanLoss: Double?
    /// Index of the model that was better than the mixture by the most, or worse by the least, over
    /// the rounds that both were in, among those that spoke in at least half of the rounds; the
    /// lowest index when several are equal.
    package let bestSingle: Int?
    /// Rounds dropped because no price was known at the end of their horizon.
    package let voidRounds: Int
    /// Forecast rounds whose horizon has not ended.
    package let outstandingRounds: Int
    /// Weights over time, at most `weightPointsMax` + 1 points; the last one is now.
    package let weights: [WeightPoint]
    /// The same of positions; empty where they are not weighed apart.
    package let positionWeights: [WeightPoint]
}

extension DynamicAIEnsemble {
    package var summary: EnsembleSummary {
        let shares = weights, positions = positionWeights
        let models = book.models.indices.map { index in
            let model = book.models[index]
            let tally = tallies[index]
            return EnsembleSummary.Model(
                id: model.id, state: model.state, weightStart: tally.weightStart,
                weightEnd: shares[index], positionWeightEnd: positions?[index],
                rounds: tally.loss.count, meanLoss: tally.loss.value,
                meanLossBesideMixture: tally.lossBesideMixture.value,
                mixtureMeanLoss: tally.mixtureLoss.value, faults: tally.faults)
        }
        return EnsembleSummary(
            models: models, rounds: mixtureLoss.count, meanLoss: mixtureLoss.value,
            uniformMeanLoss: uniformLoss.value, bestSingle: bestSingle, voidRounds: voidRounds,
            outstandingRounds: outstanding.count, weights: history.points,
            positionWeights: positionHistory.points)
    }

    private var bestSingle: Int? {
        var best: (model: Int, loss: Double)?
        for (model, tally) in tallies.enumerated() {
            guard tally.lossBesideMixture.count * 2 >= mixtureLoss.count else { continue }
            guard let own = tally.lossBesideMixture.value, let other = tally.mixtureLoss.value
            else { continue }
            if own - other < best?.loss ?? .infinity { best = (model, own - other) }
        }
        return best?.model
    }
}
