import Foundation
import RialtoEnsemble
import RialtoValues
import Testing

/// Models that come, go, crash and are revived at random, over a market that wanders.
private struct Turmoil {
    private(set) var ensemble: DynamicAIEnsemble
    private var random: SeededGenerator
    private var prices: [Int64] = [100_000, 5_000]
    private var step: Int64 = 0
    private var added = 0
    private var stackedModel: Int?
    /// Forecasts that were stacked.
    private(set) var stacked: [Forecast] = []
    let rule: AggregationRule

    private static let rules: [AggregationRule] = [
        .uniform, .hedge(eta: 1), .adaHedge, .fixedShare(eta: 1, alpha: 0.02), .ewa(eta: 0.5),
        .ewaShare(eta: 0.5, alpha: 0.01), .boa, .boaFixed(eta: 0.2), .mlPoly(.opera),
        .mlPoly(.paper), .mlProd(.opera), .mlProd(.paper), .mlEwa, .squint(.improper),
        .layers([.specialists(alpha: 0.01), .boa], top: .adaHedge, paying: .mean),
    ]
    private static let losses: [LossKind] = [
        .logLoss, .brier, .pinball(sigmaFloor: 1e-6), .netUtility(cost_bps: 5, sigmaFloor: 1e-6),
    ]

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        rule = Self.rules[Int(seed % UInt64(Self.rules.count))]
        let drifts: [DriftWatch?] = [
            nil, .pageHinkley(threshold: 2), .adwin(delta: 0.1), .kswin(alpha: 0.05, seed: 1),
        ]
        let hasParts = Bool.random(using: &random)
        let protections = Protections(
            drift: drifts.randomElement(using: &random) ?? nil,
            weightMax: hasParts ? 0.6 : nil, groupMax: hasParts ? 0.8 : nil,
            weightMin: Bool.random(using: &random) ? 0.02 : nil)
        ensemble = DynamicAIEnsemble(
            configuration: EnsembleConfiguration(
                rule: rule, loss: Self.losses.randomElement(using: &random) ?? .logLoss,
                probationRounds: Int.random(in: 0...4, using: &random), ledgerRounds: 8,
                protections: protections, usesConfidence: Bool.random(using: &random),
                regimes: Bool.random(using: &random) ? .volatility : nil, cost_bps: 3,
                stacking: Self.stacking(using: &random)))
        try add()
        stackedModel = try ensemble.addStacking()
    }

    /// What is made of all models, in half of the cases.
    private static func stacking(using random: inout SeededGenerator) -> StackingConfiguration? {
        guard Bool.random(using: &random) else { return nil }
        return StackingConfiguration(
            id: "stacking", rule: StackingRule.allCases.randomElement(using: &random) ?? .ridge,
            lambda: [1e-9, 0.1, 3].randomElement(using: &random) ?? 1,
            purge_ns: [0, 15].randomElement(using: &random) ?? 0,
            refitRounds: [nil, 1, 3].randomElement(using: &random) ?? nil)
    }

    private mutating func add() throws {
        _ = try ensemble.addModel(
            id: "m\(added)", prior: Double.random(in: 0.1...3, using: &random))
        added += 1
    }

    /// Does one thing to the registry, if it can be done.
    private mutating func disturb() throws {
        guard let model = ensemble.models.randomElement(using: &random) else { return }
        switch (Int.random(in: 0..<8, using: &random), model.state) {
        case (0, _) where added < 9: try add()
        case (1, .live), (1, .probation), (1, .suspended): try ensemble.retireModel(id: model.id)
        case (2, .live), (2, .probation), (3, .live): try ensemble.crashModel(id: model.id)
        case (_, .suspended): try ensemble.resumeModel(id: model.id)
        default: break
        }
    }

    mutating func play() throws {
        try disturb()
        if Int.random(in: 0..<4, using: &random) == 0 {
            ensemble.fund(0, rate: Double.random(in: -1e-3...1e-3, using: &random))
        }
        for model in ensemble.models.indices
        where model != stackedModel && Int.random(in: 0..<4, using: &random) > 0 {
            let odd = Int.random(in: 0..<30, using: &random)
            let value = odd == 0 ? Double.nan : Double.random(in: 0...1, using: &random)
            ensemble.issue(
                .make(
                    model: model, instrument: UInt32(model % 2), value: value, issued: step * 10,
                    horizon: [10, 30].randomElement(using: &random) ?? 10, validFor: 25,
                    confidence: Double.random(in: 0...1, using: &random)),
                markPrice: prices[model % 2])
        }
        for instrument in UInt32(0)..<2 {
            for horizon in [10, 30] as [Int64] {
                stacked +=
                    [ensemble.stack(instrument: instrument, horizon_ns: horizon, at: step * 10)]
                    .compactMap { $0 }
            }
        }
        step += 1
        prices = prices.map { max(1, $0 + Int64.random(in: -40...42, using: &random)) }
        ensemble.settle(upTo: step * 10) { prices[Int($0)] }
    }

    /// What does not hold now; nil when all does.
    var complaint: String? {
        let weights = ensemble.weights
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return "weights \(weights)" }
        guard stacked.allSatisfy({ (0.01...0.99).contains($0.value) }) else {
            return "stacked \(stacked)"
        }
        let isAnyHeard = ensemble.models.contains { $0.state == .live }
        let sum = weights.reduce(0, +)
        if isAnyHeard, abs(sum - 1) > 1e-9 { return "sum \(sum)" }
        for instrument in UInt32(0)..<2 {
            guard
                let opinion = ensemble.opinion(
                    instrument: instrument, horizon_ns: 10, at: step * 10)
            else {
                continue
            }
            let sum = opinion.weights.reduce(0, +)
            guard abs(sum - 1) < 1e-9, (0...1).contains(opinion.probabilityUp) else {
                return "opinion \(opinion)"
            }
        }
        return nil
    }

    mutating func isRebuilt() -> Bool {
        let before = ensemble.weights
        return ensemble.optimizeWeights().map(\.bitPattern) == before.map(\.bitPattern)
    }
}

@Suite struct `Models that come, go, crash and are revived` {
    @Test func `conserve the whole weight and make no NaN, over 10,000 fresh seeds`() throws {
        var kept = 0, stacked = 0
        for seed in freshSeeds(10_000) {
            var turmoil = try Turmoil(seed: seed)
            for _ in 0..<30 {
                try turmoil.play()
                if let complaint = turmoil.complaint {
                    Issue.record("seed \(seed), \(turmoil.rule): \(complaint)")
                    return
                }
            }
            guard turmoil.isRebuilt() else {
                Issue.record("seed \(seed), \(turmoil.rule): the ledger gives other weights")
                return
            }
            if turmoil.ensemble.performanceLedger.rounds > 10 { kept += 1 }
            if turmoil.stacked.count > 5 { stacked += 1 }
        }
        #expect(kept > 7_500 && stacked > 1_000)
    }

    @Test func `pay the most there is for what a crashed one had promised`() throws {
        var crashed = try DynamicAIEnsemble.make(.hedge(eta: 1), models: 2)
        var silent = crashed
        for model in 0..<2 {
            crashed.issue(.make(model: model, value: 0.6), markPrice: 1_000)
            silent.issue(.make(model: model, value: 0.6), markPrice: 1_000)
        }
        try crashed.crashModel(id: "model-0")
        try silent.suspendModel(id: "model-0")
        crashed.settle(upTo: 10) { _ in 1_010 }
        silent.settle(upTo: 10) { _ in 1_010 }
        let entries = crashed.performanceLedger.entries
        #expect(entries[0].isLost && entries[0].loss == -log(0.01))
        #expect(!entries[1].isLost && abs(entries[1].loss + log(0.6)) < 1e-12)
        #expect(abs(crashed.weights[0] / crashed.weights[1] - 0.01 / 0.6) < 1e-12)
        // Of one that was only told to be silent nothing is charged.
        #expect(abs(silent.weights[0] - 0.5) < 1e-12)
        try crashed.resumeModel(id: "model-0")
        #expect(crashed.models[0].state == .live)
        #expect(crashed.summary.models[0].faults == 1)
    }
}
