import RialtoEnsemble
import RialtoValues
import Testing

/// A market in which the model that foretells best trades so much that it earns least.
private struct Course {
    var ensemble: DynamicAIEnsemble
    private var random: SeededGenerator
    private var price: Int64 = 1_000_000
    private(set) var step: Int64 = 0
    private(set) var rounds: [SettledRound] = []

    init(seed: UInt64, _ configuration: EnsembleConfiguration) throws {
        ensemble = DynamicAIEnsemble(configuration: configuration)
        for id in ["nervous", "calm"] { _ = try ensemble.addModel(id: id) }
        random = SeededGenerator(seed: seed)
    }

    /// The price rises more often than not. The nervous model knows a little of each step, and
    /// turns around with it; the calm one is always half long.
    mutating func play() {
        let isUp = Double.random(in: 0..<1, using: &random) < 0.6
        let knows = Double.random(in: 0..<1, using: &random) < 0.8
        let says = [isUp == knows ? 0.8 : 0.2, 0.6]
        for (model, up) in says.enumerated() {
            ensemble.issue(
                .make(model: model, value: up, issued: step * 10, validFor: 9), markPrice: price)
        }
        price = isUp ? price + price / 2_000 : price - price / 2_000
        step += 1
        var settled: [SettledRound] = []
        ensemble.settle(upTo: step * 10, mark: { _ in price }) { settled.append($0) }
        rounds += settled
    }
}

@Suite struct `Weights of positions` {
    private static func configuration(
        _ positions: AggregationRule?, protections: Protections = .none, probation: Int = 0
    ) -> EnsembleConfiguration {
        EnsembleConfiguration(
            rule: .hedge(eta: 1), loss: .logLoss, positions: positions,
            probationRounds: probation, protections: protections, cost_bps: 10)
    }

    @Test func `go to who earns, while those of probabilities go to who knows`() throws {
        for seed in freshSeeds(20) {
            for rule: AggregationRule in [.squint(.improper), .adaHedge, .hedge(eta: 1)] {
                var course = try Course(seed: seed, Self.configuration(rule))
                for _ in 0..<2_000 { course.play() }
                #expect(course.ensemble.weights[0] > 0.99, "seed \(seed)")
                let positions = try #require(course.ensemble.positionWeights)
                #expect(positions[1] > 0.9, "seed \(seed), \(rule)")
            }
        }
    }

    @Test func `leave the probabilities what they were, and earn more`() throws {
        for seed in freshSeeds(10) {
            var one = try Course(seed: seed, Self.configuration(nil))
            var apart = try Course(seed: seed, Self.configuration(.squint(.improper)))
            for _ in 0..<2_000 {
                one.play()
                apart.play()
            }
            let pairs = zip(one.rounds, apart.rounds)
            #expect(pairs.allSatisfy { $0.mixture?.logLoss == $1.mixture?.logLoss })
            func earned(_ course: Course) -> Double {
                course.rounds.reduce(0) { $0 + ($1.mixture?.utility ?? 0) }
            }
            #expect(earned(apart) > earned(one), "seed \(seed)")
            #expect(one.ensemble.positionWeights == nil)
        }
    }

    @Test func `make the position of the opinion, and not its probability`() throws {
        var course = try Course(seed: 3, Self.configuration(.hedge(eta: 1)))
        for _ in 0..<2_000 { course.play() }
        for (model, up) in [0.1, 0.9].enumerated() {
            course.ensemble.issue(
                .make(model: model, value: up, issued: course.step * 10), markPrice: 100)
        }
        let opinion = try #require(
            course.ensemble.opinion(instrument: 0, horizon_ns: 10, at: course.step * 10))
        #expect(opinion.probabilityUp < 0.2)
        #expect(opinion.position > 0.6)
    }

    @Test func `are rebuilt from the ledger bit for bit, and keep to the caps`() throws {
        for seed in freshSeeds(20) {
            let protections = Protections(
                drift: .pageHinkley(threshold: 5), weightMax: 0.7, groupMax: nil)
            var course = try Course(
                seed: seed,
                Self.configuration(.squint(.uniform), protections: protections, probation: 9))
            for _ in 0..<300 { course.play() }
            let before = course.ensemble.positionWeights
            course.ensemble.optimizeWeights()
            #expect(course.ensemble.positionWeights == before, "seed \(seed)")
            let live = course.rounds.filter { $0.entries.count { $0.isLive } == 2 }
            for round in live {
                let weights = round.entries.map(\.positionWeight)
                #expect(abs(weights.reduce(0, +) - 1) < 1e-9)
                #expect(weights.allSatisfy { $0 <= 0.7 + 1e-9 })
            }
        }
    }
}

@Suite struct `An opinion over one horizon` {
    @Test func `is not mixed with what is said of another`() throws {
        var ensemble = try DynamicAIEnsemble.make(.mlPoly(.paper), models: 3)
        for step in Int64(0)..<100 {
            for (model, up) in [0.9, 0.4].enumerated() {
                ensemble.issue(
                    .make(model: model, value: up, issued: step * 10, validFor: 9),
                    markPrice: 1_000)
            }
            ensemble.issue(
                .make(model: 2, value: 0.3, issued: step * 10, horizon: 60, validFor: 60),
                markPrice: 1_000)
            ensemble.settle(upTo: step * 10 + 10) { _ in 1_001 }
        }
        for (model, up) in [0.9, 0.4].enumerated() {
            ensemble.issue(.make(model: model, value: up, issued: 1_000), markPrice: 1_000)
        }
        let short = try #require(ensemble.opinion(instrument: 0, horizon_ns: 10, at: 1_000))
        #expect(short.awake == 2 && short.probabilityUp > 0.8)
        // Nobody else speaks of it, so the third model's own word stands, whatever its mass is.
        let long = try #require(ensemble.opinion(instrument: 0, horizon_ns: 60, at: 1_000))
        #expect(long.awake == 1 && long.probabilityUp == 0.3)
        #expect(ensemble.opinion(instrument: 0, horizon_ns: 30, at: 1_000) == nil)
    }

    @Test func `is lost when its model falls silent about the instrument`() throws {
        var ensemble = try DynamicAIEnsemble.make(models: 1)
        for horizon: Int64 in [10, 60] {
            ensemble.issue(.make(model: 0, value: 0.7, horizon: horizon), markPrice: 1_000)
        }
        #expect(ensemble.opinion(instrument: 0, horizon_ns: 60, at: 5) != nil)
        ensemble.issue(.make(model: 0, value: 0.7, issued: 5, confidence: 0), markPrice: 1_000)
        for horizon: Int64 in [10, 60] {
            #expect(ensemble.opinion(instrument: 0, horizon_ns: horizon, at: 5) == nil)
        }
    }
}
