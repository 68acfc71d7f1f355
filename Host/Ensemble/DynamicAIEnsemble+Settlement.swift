import RialtoValues

extension DynamicAIEnsemble {
    /// End of the earliest horizon that waits for its outcome, Unix nanoseconds UTC.
    package var nextSettlement_ns: Int64? { outstanding.next_ns }

    /// Scores all forecasts whose horizon ends at or before `time_ns`, in the order of those ends,
    /// then of issue, then of instruments.
    ///
    /// No forecast is measured with a price from after its horizon: the caller settles up to a
    /// moment before it lets prices of a later one in. So when prices are about to change at T and
    /// `nextSettlement_ns` is below T, settle up to T - 1 first.
    /// - Parameter mark: An instrument's price in force at `time_ns`, in price units. 0 or less
    ///   means that none is known, and the round is dropped without a score.
    /// - Parameter each: Is told of every round that was scored.
    package mutating func settle(
        upTo time_ns: Int64, mark: (UInt32) -> Int64, each: (SettledRound) -> Void = { _ in }
    ) {
        settledUpTo_ns = max(settledUpTo_ns, time_ns)
        weighFresh()
        while let round = outstanding.popFirst(dueBy: time_ns) {
            let price = mark(round.instrument)
            guard price > 0 else {
                voidRounds += 1
                continue
            }
            let outcome = Double(price - round.mark) / Double(round.mark)
            score(round, outcome: outcome, each)
        }
    }

    private mutating func score(_ round: Round, outcome: Double, _ each: (SettledRound) -> Void) {
        let key = SeriesKey(instrument: round.instrument, horizon_ns: round.horizon_ns)
        var line = series[key] ?? Series()
        var sleeve = line.sleeve(from: round.issued_ns)
        let terms = ScoreTerms(
            configuration, round, outcome: outcome,
            funding: (funding[round.instrument] ?? 0) - round.funding)
        let scores = round.participants.map { participant in
            let stand = Stand(participant.forecast, terms)
            let turnover = sleeve.turnover(
                of: Int(participant.forecast.model), to: stand.position)
            return terms.score(stand, turnover: turnover)
        }
        let played = played(round, &sleeve, terms)
        let evidence = evidence(of: round, in: &line)
        line.variance.add(outcome)
        line.leave(sleeve, at: round.due_ns)
        series[key] = line
        let entries = entries(
            of: round, scores: scores, evidence: evidence, outcome: outcome)
        tally(entries, mixture: played?.mixture.loss)
        if let played {
            mixtureLoss.add(played.mixture.loss)
            uniformLoss.add(played.uniform.loss)
        }
        guard !entries.isEmpty else { return }
        each(
            SettledRound(
                entries: entries, scores: self.scores(of: round, scores),
                mixture: played?.mixture, uniform: played?.uniform, vote: played?.vote))
        book.settle(entries.map { $0.modelLoss(in: book) }, regime: round.regime)
        performanceLedger.append(round: entries)
        teachStacked(entries)
        see(round.due_ns)
        noteWeights(at: lastSeen_ns)
    }

    /// The scores of the forecasts that were played: weighed, plainly averaged, and voted. Nil when
    /// no live model spoke. Probabilities are clipped as the models' own are, before they are
    /// mixed.
    private func played(
        _ round: Round, _ sleeve: inout Sleeve, _ terms: ScoreTerms
    ) -> (mixture: Score, uniform: Score, vote: Score)? {
        let live = round.participants.filter(\.isLive)
        guard !live.isEmpty else { return nil }
        let stands = live.map { Stand($0.forecast, terms) }
        let mixed = Stand(
            mixing: stands, weights: live.map(\.weight),
            positionWeights: live.map(\.positionWeight))
        let equal = live.map { _ in 1 / Double(live.count) }
        let plain = Stand(mixing: stands, weights: equal, positionWeights: equal)
        let voted = Stand(voting: stands)
        let mixedTurnover = sleeve.mixtureTurnover(to: mixed.position)
        let plainTurnover = sleeve.uniformTurnover(to: plain.position)
        let votedTurnover = sleeve.voteTurnover(to: voted.position)
        return (
            terms.score(mixed, turnover: mixedTurnover),
            terms.score(plain, turnover: plainTurnover), terms.score(voted, turnover: votedTurnover)
        )
    }

    private func isKept(_ participant: Participant) -> Bool {
        book.models[Int(participant.forecast.model)].state != .retired
    }

    /// The scores of the participants that have an entry.
    private func scores(of round: Round, _ scores: [Score]) -> [Score] {
        zip(round.participants, scores).filter { isKept($0.0) }.map(\.1)
    }

    /// How much each participant's forecast counts; what was promised and not stood by, in full.
    private func evidence(of round: Round, in line: inout Series) -> [Double] {
        round.participants.map { participant in
            switch configuration.overlap {
            case .full: 1
            case .shared:
                max(
                    participant.isLost ? 1 : 0,
                    line.evidence(
                        of: Int(participant.forecast.model), until: round.due_ns,
                        horizon_ns: round.horizon_ns))
            }
        }
    }

    /// One entry for each participant that is not retired by now.
    private func entries(
        of round: Round, scores: [Score], evidence: [Double], outcome: Double
    ) -> [PerformanceEntry] {
        zip(round.participants, zip(scores, evidence)).compactMap { participant, result in
            guard isKept(participant) else { return nil }
            let (score, evidence) = result
            return PerformanceEntry(
                round: performanceLedger.rounds, settled_ns: round.due_ns,
                forecast: participant.forecast, probabilityUp: participant.forecast.probabilityUp,
                weight: participant.weight, positionWeight: participant.positionWeight,
                outcome: outcome,
                loss: participant.isLost ? configuration.loss.most : score.loss,
                utilityLoss: participant.isLost ? 1 : score.utilityLoss,
                cost: score.cost, isLive: participant.isLive, isLost: participant.isLost,
                evidence: evidence, regime: round.regime)
        }
    }

    private mutating func tally(_ entries: [PerformanceEntry], mixture: Double?) {
        for entry in entries {
            let model = Int(entry.forecast.model)
            tallies[model].loss.add(entry.loss)
            guard let mixture else { continue }
            tallies[model].lossBesideMixture.add(entry.loss)
            tallies[model].mixtureLoss.add(mixture)
        }
    }

    /// Keeps the weights for the summary.
    mutating func noteWeights(at time_ns: Int64?) {
        let weights = book.weights
        for model in weights.indices where weights[model] > 0 && tallies[model].weightStart == nil {
            tallies[model].weightStart = weights[model]
        }
        guard let time_ns else { return }
        history.record(weights, at: time_ns)
        if let positions = book.positionWeights { positionHistory.record(positions, at: time_ns) }
    }

    /// Moves the latest time seen; the first one starts the weights over time.
    mutating func see(_ time_ns: Int64) {
        let isFirst = lastSeen_ns == nil
        lastSeen_ns = max(lastSeen_ns ?? time_ns, time_ns)
        if isFirst { noteWeights(at: time_ns) }
    }
}
