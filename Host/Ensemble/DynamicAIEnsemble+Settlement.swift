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
    package mutating func settle(upTo time_ns: Int64, mark: (UInt32) -> Int64) {
        settledUpTo_ns = max(settledUpTo_ns, time_ns)
        while let round = outstanding.popFirst(dueBy: time_ns) {
            let price = mark(round.instrument)
            guard price > 0 else {
                voidRounds += 1
                continue
            }
            let outcome = Double(price - round.mark) / Double(round.mark)
            score(round, outcome: outcome)
        }
    }

    private mutating func score(_ round: Round, outcome: Double) {
        let key = SeriesKey(instrument: round.instrument, horizon_ns: round.horizon_ns)
        var line = series[key] ?? Series()
        let losses = round.participants.map { participant in
            loss(of: participant.forecast, in: round, line: &line, outcome: outcome)
        }
        let mixture = mixtureLosses(of: round, line: &line, outcome: outcome)
        line.variance.add(outcome)
        series[key] = line
        let entries = entries(of: round, losses: losses, outcome: outcome)
        tally(entries, mixture: mixture?.mixture)
        if let mixture {
            mixtureLoss.add(mixture.mixture)
            uniformLoss.add(mixture.uniform)
        }
        guard !entries.isEmpty else { return }
        book.settle(entries.map { ModelLoss(model: Int($0.forecast.model), loss: $0.loss) })
        performanceLedger.append(round: entries)
        see(round.due_ns)
        noteWeights(at: lastSeen_ns)
    }

    private func loss(
        of forecast: Forecast, in round: Round, line: inout Series, outcome: Double
    ) -> Double {
        let position = forecast.position
        let turnover = line.turnover(of: Int(forecast.model), to: position)
        return loss(
            probabilityUp: forecast.probabilityUp, position: position, turnover: turnover,
            in: round, outcome: outcome)
    }

    private func loss(
        probabilityUp: Double, position: Double, turnover: Double, in round: Round, outcome: Double
    ) -> Double {
        switch configuration.loss {
        case .logLoss: LossKind.logLoss(probabilityUp: probabilityUp, outcome: outcome)
        case .netUtility(let cost_bps, let floor):
            LossKind.netUtility(
                position: position, turnover: turnover, outcome: outcome,
                deviation: round.variance.deviation(floor: floor), cost_bps: cost_bps)
        }
    }

    /// The losses of the forecasts that were played: weighed, and plainly averaged. Nil when no
    /// live model spoke. Probabilities are clipped as the models' own are, before they are mixed.
    private func mixtureLosses(
        of round: Round, line: inout Series, outcome: Double
    ) -> (mixture: Double, uniform: Double)? {
        let live = round.participants.filter(\.isLive)
        guard !live.isEmpty else { return nil }
        var mixed = (p: 0.0, position: 0.0)
        var plain = (p: 0.0, position: 0.0)
        for participant in live {
            let p = min(
                max(participant.forecast.probabilityUp, LossKind.probabilityMin),
                1 - LossKind.probabilityMin)
            let position = participant.forecast.position
            mixed.p += participant.weight * p
            mixed.position += participant.weight * position
            plain.p += p / Double(live.count)
            plain.position += position / Double(live.count)
        }
        let mixedTurnover = line.mixtureTurnover(to: mixed.position)
        let plainTurnover = line.uniformTurnover(to: plain.position)
        return (
            loss(
                probabilityUp: mixed.p, position: mixed.position, turnover: mixedTurnover,
                in: round, outcome: outcome),
            loss(
                probabilityUp: plain.p, position: plain.position, turnover: plainTurnover,
                in: round, outcome: outcome)
        )
    }

    /// One entry for each participant that is not retired by now.
    private func entries(of round: Round, losses: [Double], outcome: Double) -> [PerformanceEntry] {
        zip(round.participants, losses).compactMap { participant, loss in
            guard book.models[Int(participant.forecast.model)].state != .retired else { return nil }
            return PerformanceEntry(
                round: performanceLedger.rounds, settled_ns: round.due_ns,
                forecast: participant.forecast, probabilityUp: participant.forecast.probabilityUp,
                weight: participant.weight, outcome: outcome, loss: loss)
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
        if let time_ns { history.record(weights, at: time_ns) }
    }

    /// Moves the latest time seen; the first one starts the weights over time.
    mutating func see(_ time_ns: Int64) {
        let isFirst = lastSeen_ns == nil
        lastSeen_ns = max(lastSeen_ns ?? time_ns, time_ns)
        if isFirst { noteWeights(at: time_ns) }
    }
}
