import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

/// Plays rounds of one instrument and assesses them.
///
/// - Parameter says: Each model's probability of what will happen in a round.
private func findings(
    _ rule: AggregationRule, models: Int, rounds: Int64, seed: UInt64, cost_bps: Double = 0,
    _ says: (Int64, Int, inout SeededGenerator) -> Double
) throws -> AssessmentFindings {
    var random = SeededGenerator(seed: seed)
    var ensemble = DynamicAIEnsemble(
        configuration: EnsembleConfiguration(
            rule: rule, loss: .logLoss, probationRounds: 0, cost_bps: cost_bps))
    for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
    var assessment = Assessment(models: ensemble.models.map(\.id), bucket_ns: 10)
    for round in 0..<rounds {
        let isUp = Bool.random(using: &random)
        for model in 0..<models {
            let right = says(round, model, &random)
            ensemble.issue(
                .make(
                    model: model, value: isUp ? right : 1 - right, issued: round * 10, horizon: 10,
                    validFor: 9), markPrice: 1_000_000)
        }
        ensemble.settle(upTo: round * 10 + 10, mark: { _ in isUp ? 1_010_000 : 990_000 }) {
            assessment.add($0)
        }
    }
    return assessment.findings(BlockBootstrap(resamples: 400, seed: seed))
}

@Suite struct `An assessment of an ensemble` {
    @Test func `sees a model that knows something, and that weighing it pays`() throws {
        let found = try findings(.specialists(alpha: 0.01), models: 3, rounds: 4_000, seed: 1) {
            _, model, random in
            let isRight = Double.random(in: 0...1, using: &random) < (model == 0 ? 0.65 : 0.5)
            return isRight ? 0.65 : 0.35
        }
        #expect(found.edges.first { $0.model == "model-0" }?.logLoss.high ?? 1 < 0)
        #expect(found.words.contains { $0.hasPrefix("an edge over the bar (log loss") })
        #expect(found.uniform?.logLoss.high ?? 1 < 0 && !found.isWorseThanUniform)
        #expect(
            found.words.contains {
                $0.hasPrefix(
                    "in log loss the ensemble is better than the average beyond the interval")
            })
        #expect(found.bestByLoss?.who == "model-0")
        #expect(
            found.standings.map(\.who)
                == ["ensemble", "uniform", "majority vote", "model-0", "model-1", "model-2"])
        #expect(found.words.contains { $0.contains("the models' vote") })
        #expect(found.standings.allSatisfy { $0.rounds == 4_000 })
    }

    @Test func `says that no model has an edge where none has, nearly always`() throws {
        var seen = 0
        for seed in freshSeeds(40) {
            let found = try findings(.hedge(eta: 1), models: 3, rounds: 1_000, seed: seed) {
                _, _, random in
                Double.random(in: 0.45...0.55, using: &random)
            }
            let isSaid = found.words.contains {
                $0.hasPrefix("no model has an edge: none is better than the bar (log loss")
            }
            #expect(isSaid == found.edges.allSatisfy { $0.logLoss.high >= 0 })
            seen += isSaid ? 1 : 0
        }
        #expect(seen >= 34)
    }

    @Test func `says that the ensemble is worse than the average where it follows too fast`() throws
    {
        // Whoever was right in the last round is wrong in the next.
        let found = try findings(.hedge(eta: 20), models: 2, rounds: 400, seed: 3) {
            round, model, _ in
            if round == 0 { return model == 0 ? 0.6 : 0.5 }
            return (round % 2 == 1) == (model == 0) ? 0.1 : 0.9
        }
        #expect(found.isWorseThanUniform)
        #expect(
            found.words.contains {
                $0.hasPrefix(
                    "in log loss the ensemble is worse than the average beyond the interval")
            })
    }

    @Test func `says that an edge is gone after costs`() throws {
        let says: (Int64, Int, inout SeededGenerator) -> Double = { _, model, random in
            Double.random(in: 0...1, using: &random) < (model == 0 ? 0.6 : 0.5) ? 0.6 : 0.4
        }
        let free = try findings(.adaHedge, models: 2, rounds: 3_000, seed: 4, says)
        let dear = try findings(.adaHedge, models: 2, rounds: 3_000, seed: 4, cost_bps: 100, says)
        #expect(free.edges[0].utility.low > 0 && dear.edges[0].utility.high < 0)
        #expect(free.edges[0].logLoss == dear.edges[0].logLoss)
        #expect(
            dear.words.contains {
                $0.hasPrefix("no model has an edge: none is better than the bar (net utility")
            })
    }

    @Test func `has nothing to say where nobody was heard`() {
        let found = Assessment(models: ["a"]).findings(BlockBootstrap(resamples: 40, seed: 1))
        #expect(found.words.count == 1 && found.words[0].contains("nothing to compare"))
    }

    @Test func `holds the mean in its interval about as often as it says`() {
        var held = 0
        let seeds = freshSeeds(300)
        for seed in seeds {
            var random = SeededGenerator(seed: seed)
            let blocks = (0..<60).map { _ in
                let count = Double.random(in: 5...15, using: &random).rounded()
                let noise = (0..<12).reduce(-6.0) { sum, _ in
                    sum + Double.random(in: 0...1, using: &random)
                }
                return BlockBootstrap.Block(sum: 0.3 * count + noise, count: count)
            }
            let interval = BlockBootstrap(resamples: 400, seed: seed).interval(blocks)
            if let interval, interval.low <= 0.3, 0.3 <= interval.high { held += 1 }
        }
        #expect((265...298).contains(held), "\(held) of \(seeds.count)")
    }

    @Test func `cuts a long run into no more blocks, and holds as many sums as a short one`() throws
    {
        let found = try findings(.uniform, models: 2, rounds: 20_000, seed: 5) { _, _, random in
            Double.random(in: 0.4...0.6, using: &random)
        }
        #expect((90...205).contains(found.blocks) && found.rounds == 20_000)
        #expect(abs((found.uniform?.logLoss.mean ?? 1)) < 1e-12)
    }
}

@Suite struct `Where another model is the good one now and then` {
    @Test func `the ensemble beats the average and the best single on 95 of 100 fresh seeds`()
        throws
    {
        let trials = try freshSeeds(100).map { try RegimeSwitchTrial(seed: $0) }
        let won = trials.count { $0.beatsUniform && $0.beatsBestSingle }
        let lost = trials.filter { !$0.beatsUniform || !$0.beatsBestSingle }.map(\.seed)
        #expect(won >= 95, "lost on \(lost)")
        #expect(trials.allSatisfy { $0.switches >= 4 })
    }

    @Test func `a rule that never moves beats nobody`() throws {
        let trials = try freshSeeds(10).map { try RegimeSwitchTrial(seed: $0, rule: .uniform) }
        #expect(trials.allSatisfy { !$0.beatsUniform })
    }
}
