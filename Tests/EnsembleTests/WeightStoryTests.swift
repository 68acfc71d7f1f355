import RialtoEnsemble
import RialtoValues
import Testing

/// An ensemble whose models say what they are told to, and the story of its weights.
private struct Play {
    var ensemble: DynamicAIEnsemble
    private var step: Int64 = 0

    init(probation: Int = 0, models: Int = 2, _ protections: Protections = .none) throws {
        ensemble = DynamicAIEnsemble(
            configuration: EnsembleConfiguration(
                rule: .hedge(eta: 0.05), loss: .logLoss, probationRounds: probation,
                protections: protections))
        for model in 0..<models { _ = try ensemble.addModel(id: "model-\(model)") }
    }

    /// Plays a round about an instrument; it rises. nil is silence.
    mutating func round(_ up: [Double?], instrument: UInt32 = 0) {
        for (model, value) in up.enumerated() {
            guard let value else { continue }
            ensemble.issue(
                .make(
                    model: model, instrument: instrument, value: value, issued: step * 10,
                    horizon: 10, validFor: 9), markPrice: 1_000)
        }
        step += 1
        ensemble.settle(upTo: step * 10) { _ in 1_001 }
    }

    func sentences(parts: Int = 1) -> [String] {
        let ledger = ensemble.performanceLedger
        var story = WeightStory(
            points: ensemble.summary.weights, parts: parts, models: ensemble.models.count,
            instruments: 2)
        var changes = ledger.changes[...]
        for round in 0..<ledger.rounds {
            while let next = changes.first, next.rounds <= round {
                story.apply(next.change)
                changes.removeFirst()
            }
            story.settle(
                ledger.entries.filter { $0.round == round }.map {
                    LedgerLine(
                        round: $0.round, settled_ns: $0.settled_ns, model: Int($0.forecast.model),
                        instrument: Int($0.forecast.instrument), probabilityUp: $0.probabilityUp,
                        confidence: 1, weight: $0.weight, positionWeight: $0.weight,
                        outcome: $0.outcome, loss: $0.loss, utilityLoss: $0.utilityLoss,
                        regime: 0, isLive: $0.isLive, isLost: $0.isLost)
                })
        }
        for change in changes { story.apply(change.change) }
        return story.changes(least: 1e-6).map {
            $0.sentence(models: ensemble.models.map(\.id), instruments: ["BTC/USD", "ETH/USD"])
        }
    }
}

@Suite struct `The story of the weights` {
    @Test func `names the instrument and how often the model erred on it`() throws {
        var play = try Play()
        for round in 0..<80 {
            play.round([0.6, round % 4 == 0 ? 0.6 : 0.3])
            play.round([0.55, 0.55], instrument: 1)
        }
        let sentences = play.sentences()
        #expect(sentences.count == 2)
        #expect(sentences[0].hasPrefix("model-0 gained 0."))
        #expect(sentences[0].contains("since its forecasts of BTC/USD erred in 0 of 80 rounds"))
        #expect(sentences[1].hasPrefix("model-1 lost 0."))
        #expect(sentences[1].contains("since its forecasts of BTC/USD erred in 60 of 80 rounds"))
        #expect(sentences[1].contains("of all as weighed"))
    }

    @Test func `is told in parts, each with its own reason`() throws {
        var play = try Play()
        for _ in 0..<50 { play.round([0.6, 0.3]) }
        for _ in 0..<50 { play.round([0.3, 0.6]) }
        let sentences = play.sentences(parts: 2)
        #expect(sentences.count == 4)
        #expect(sentences[0].hasPrefix("model-0 gained") && sentences[2].hasPrefix("model-0 lost"))
        #expect(sentences[1].hasPrefix("model-1 lost") && sentences[3].hasPrefix("model-1 gained"))
    }

    @Test func `tells a crash, a retirement and the end of a probation by name`() throws {
        var crash = try Play()
        for _ in 0..<5 { crash.round([0.6, 0.6]) }
        crash.ensemble.issue(.make(model: 0, value: 0.6, issued: 50), markPrice: 1_000)
        try crash.ensemble.crashModel(id: "model-0")
        for _ in 0..<5 { crash.round([nil, 0.6]) }
        #expect(
            crash.sentences().contains { $0.hasPrefix("model-0 lost") && $0.contains("crashed") })

        var retired = try Play(models: 3)
        for _ in 0..<5 { retired.round([0.6, 0.6, 0.6]) }
        try retired.ensemble.retireModel(id: "model-1")
        retired.round([0.6, nil, 0.7])
        #expect(
            retired.sentences().contains {
                $0.hasPrefix("model-1 lost 0.333 (0.333 to 0.000): it was retired")
            })

        var probation = try Play(probation: 3)
        for _ in 0..<6 { probation.round([0.6, 0.6]) }
        #expect(probation.sentences().first?.contains("its probation was over") == true)
    }

    @Test func `says so when losses rose and the model is on probation again`() throws {
        var play = try Play(
            probation: 10,
            Protections(
                drift: .pageHinkley(threshold: 1), weightMax: nil, groupMax: nil))
        for _ in 0..<60 { play.round([0.9, 0.6]) }
        for _ in 0..<4 { play.round([0.1, 0.6]) }
        #expect(play.ensemble.relapses[0] > 0)
        #expect(
            play.sentences(parts: 8).contains {
                $0.hasPrefix("model-0 lost") && $0.contains("on probation again")
            })
    }

    @Test func `says what others did where a model was silent`() throws {
        var play = try Play(models: 3)
        for _ in 0..<40 { play.round([0.7, 0.4, nil]) }
        let silent = play.sentences().first { $0.hasPrefix("model-2") }
        if let silent { #expect(silent.contains("while nothing of it was scored: model-")) }
        #expect(play.sentences().contains { $0.hasPrefix("model-0 gained") })
    }
}
