import RialtoValues

/// A market in which another model is the good one every few hundred rounds, and what the ensemble
/// makes of it.
///
/// In each stretch one model gives 0.75 to the side that comes with probability 0.75; all others
/// are as loud and guess. Nobody is told when a stretch ends.
package struct RegimeSwitchTrial: Equatable, Sendable {
    package let seed: UInt64
    /// Mean log losses over all rounds.
    package let ensemble: Double
    package let uniform: Double
    /// Of the single model that was best in hindsight.
    package let bestSingle: Double
    /// Times at which another model became the good one.
    package let switches: Int

    package var beatsUniform: Bool { ensemble < uniform }
    package var beatsBestSingle: Bool { ensemble < bestSingle }

    /// What the trial is played with unless told otherwise.
    package static let rule = AggregationRule.specialists(alpha: 0.01)

    private static let rounds: Int64 = 2_000
    private static let models = 6
    private static let loudness = 0.25

    /// Plays one market.
    package init(seed: UInt64, rule: AggregationRule = RegimeSwitchTrial.rule) throws(EnsembleError)
    {
        var random = SeededGenerator(seed: seed)
        var ensemble = DynamicAIEnsemble(
            configuration: EnsembleConfiguration(
                rule: rule, loss: .logLoss, probationRounds: 0, ledgerRounds: 64))
        for model in 0..<Self.models { _ = try ensemble.addModel(id: "model-\(model)") }
        var good = Int.random(in: 0..<Self.models, using: &random)
        var left = Int.random(in: 150...350, using: &random), switches = 0
        for round in 0..<Self.rounds {
            if left == 0 {
                good = (good + Int.random(in: 1..<Self.models, using: &random)) % Self.models
                left = Int.random(in: 150...350, using: &random)
                switches += 1
            }
            left -= 1
            let isUp = Bool.random(using: &random)
            for model in 0..<Self.models {
                let luck = Double.random(in: 0...1, using: &random)
                let isRight = luck < (model == good ? 0.5 + Self.loudness : 0.5)
                let side = isRight == isUp ? 1.0 : -1
                ensemble.issue(
                    Self.forecast(model, 0.5 + side * Self.loudness, round), markPrice: 1_000_000)
            }
            ensemble.settle(upTo: round * 10 + 10) { _ in isUp ? 1_010_000 : 990_000 }
        }
        let summary = ensemble.summary
        self.seed = seed
        self.switches = switches
        self.ensemble = summary.meanLoss ?? .infinity
        uniform = summary.uniformMeanLoss ?? .infinity
        bestSingle = summary.models.compactMap(\.meanLoss).min() ?? .infinity
    }

    private static func forecast(_ model: Int, _ up: Double, _ round: Int64) -> Forecast {
        Forecast(
            model: UInt32(model), instrument: 0, kind: .probabilityUp, issued_ns: round * 10,
            validUntil_ns: round * 10 + 9, horizon_ns: 10, confidence: 1, value: up)
    }
}
