import RialtoEnsemble
import RialtoValues
import Testing

/// Rounds of one instrument that rises or falls by one in a hundred.
private struct Course {
    private(set) var ensemble: DynamicAIEnsemble
    private var random: SeededGenerator
    private var price: Int64 = 1_000_000
    private var step: Int64 = 0

    init(
        _ models: Int, seed: UInt64, rule: AggregationRule = .hedge(eta: 1), probation: Int = 0,
        _ protections: Protections
    ) throws {
        ensemble = DynamicAIEnsemble(
            configuration: EnsembleConfiguration(
                rule: rule, loss: .logLoss, probationRounds: probation, protections: protections))
        for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
        random = SeededGenerator(seed: seed)
    }

    /// Plays a round; `says` makes each model's probability of what will happen.
    mutating func play(_ says: (Int, inout SeededGenerator) -> Double) {
        let isUp = Bool.random(using: &random)
        for model in ensemble.models.indices {
            let right = says(model, &random)
            ensemble.issue(
                .make(
                    model: model, value: isUp ? right : 1 - right, issued: step * 10, horizon: 10,
                    validFor: 9), markPrice: price)
        }
        price = isUp ? price + price / 100 : price - price / 100
        step += 1
        ensemble.settle(upTo: step * 10) { _ in price }
    }

    /// The weights in a further round, which is not settled.
    mutating func weights() -> [Double] {
        for model in ensemble.models.indices {
            ensemble.issue(
                .make(model: model, value: 0.5, issued: step * 10, horizon: 10, validFor: 9),
                markPrice: price)
        }
        return ensemble.opinion(instrument: 0, horizon_ns: 10, at: step * 10)?.weights ?? []
    }
}

@Suite struct `What holds a model back` {
    @Test func `caps a model that has all, where next to nothing is left for the others`() throws {
        // Losses so unlike that the others' masses are the smallest numbers there are.
        for seed in freshSeeds(50) {
            var random = SeededGenerator(seed: seed)
            let rates = (0..<4).map { _ in Double.random(in: 0.3...0.5, using: &random) }
            for rule: AggregationRule in [.hedge(eta: 50), .hedge(eta: 20), .adaHedge] {
                var course = try Course(
                    5, seed: seed, rule: rule,
                    Protections(drift: nil, weightMax: 0.4, groupMax: nil))
                for _ in 0..<40 {
                    course.play { model, _ in model == 0 ? 0.9 : rates[model - 1] }
                    let weights = course.weights()
                    #expect(abs(weights.reduce(0, +) - 1) < 1e-9, "seed \(seed), \(weights)")
                    #expect(weights.allSatisfy { $0 <= 0.4 + 1e-9 }, "seed \(seed), \(weights)")
                }
            }
        }
    }

    @Test func `caps one model's part, and gives what is over to the others pro rata`() throws {
        for seed in freshSeeds(50) {
            let says: (Int, inout SeededGenerator) -> Double = { model, random in
                model == 0 ? 0.7 : Double.random(in: 0.4...0.6, using: &random)
            }
            var free = try Course(4, seed: seed, .none)
            var capped = try Course(
                4, seed: seed, Protections(drift: nil, weightMax: 0.4, groupMax: nil))
            for _ in 0..<40 {
                free.play(says)
                capped.play(says)
            }
            let (a, b) = (free.weights(), capped.weights())
            #expect(a[0] > 0.9 && abs(b[0] - 0.4) < 1e-9, "seed \(seed)")
            #expect(abs(b.reduce(0, +) - 1) < 1e-9 && b.allSatisfy { $0 <= 0.4 + 1e-9 })
            // Nobody else reaches the cap unless the parts are far apart.
            if b[1...].allSatisfy({ $0 < 0.399 }) {
                for k in 2...3 { #expect(abs(b[k] / b[1] - a[k] / a[1]) < 1e-6 * a[k] / a[1]) }
            }
            #expect(free.ensemble.weights == capped.ensemble.weights)
        }
    }

    @Test func `gives all the same part where the cap cannot be kept`() throws {
        var course = try Course(
            2, seed: 1, Protections(drift: nil, weightMax: 0.4, groupMax: nil))
        for _ in 0..<20 { course.play { model, _ in model == 0 ? 0.8 : 0.4 } }
        let weights = course.weights()
        #expect(weights.allSatisfy { abs($0 - 0.5) < 1e-9 })
    }

    @Test func `caps models together whose losses move as one`() throws {
        for seed in freshSeeds(20) {
            var shared = 0.0
            var course = try Course(
                4, seed: seed, Protections(drift: nil, weightMax: nil, groupMax: 0.3))
            for _ in 0..<80 {
                course.play { model, random in
                    if model == 0 { shared = Double.random(in: 0.3...0.7, using: &random) }
                    return model < 2 ? shared : Double.random(in: 0.3...0.7, using: &random)
                }
            }
            let weights = course.weights()
            let masses = course.ensemble.weights
            let pair = masses[0] + masses[1]
            #expect(abs(weights[0] + weights[1] - min(pair, 0.3)) < 1e-6, "seed \(seed)")
            #expect(abs(weights.reduce(0, +) - 1) < 1e-9, "seed \(seed)")
        }
    }

    @Test(arguments: [DriftWatch.pageHinkley(threshold: 5), .adwin(delta: 0.002)])
    func `sends a model whose losses rise back to probation, and hears it again when that is over`(
        watch: DriftWatch
    ) throws {
        for seed in freshSeeds(10) {
            var course = try Course(
                3, seed: seed, rule: .fixedShare(eta: 1, alpha: 0.01), probation: 30,
                Protections(drift: watch, weightMax: nil, groupMax: nil))
            var states: Set<ModelState> = []
            for round in 0..<600 {
                course.play { model, random in
                    let good = Double.random(in: 0.6...0.8, using: &random)
                    return model == 0 && round >= 300 ? 1 - good : good
                }
                if round == 299 { #expect(course.ensemble.relapses == [0, 0, 0], "seed \(seed)") }
                if round > 300, course.ensemble.relapses[0] == 1 {
                    states.insert(course.ensemble.models[0].state)
                }
                if course.ensemble.models[0].state == .probation {
                    #expect(course.ensemble.weights[0] == 0)
                }
                if round >= 30 {
                    #expect(abs(course.ensemble.weights.reduce(0, +) - 1) < 1e-9)
                }
            }
            #expect(states == [.probation, .live], "seed \(seed)")
            let relapses = course.ensemble.relapses
            #expect(relapses[0] >= 1 && relapses[1...] == [0, 0], "seed \(seed)")
            let before = course.ensemble.weights
            var again = course.ensemble
            #expect(again.optimizeWeights() == before && again.relapses == relapses)
        }
    }

    @Test func `never sends the last model that is heard away`() throws {
        var course = try Course(
            1, seed: 3,
            Protections(drift: .pageHinkley(threshold: 5), weightMax: nil, groupMax: nil))
        for round in 0..<200 { course.play { _, _ in round < 100 ? 0.8 : 0.1 } }
        #expect(course.ensemble.relapses == [0] && course.ensemble.weights == [1])
    }
}
