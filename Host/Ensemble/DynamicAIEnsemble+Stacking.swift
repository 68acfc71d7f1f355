import RialtoValues

extension DynamicAIEnsemble {
    /// Adds the model that is made of the others, as the configuration has it, and returns its
    /// index in the run; nil where the configuration has none. Models may come after it.
    @discardableResult
    package mutating func addStacking(prior: Double = 1) throws(EnsembleError) -> Int? {
        guard let settings = configuration.stacking else { return nil }
        let model = try addModel(id: settings.id, prior: prior)
        stacked = StackedModel(settings, model: model)
        return model
    }

    /// Issues the stacked forecast of a round in which all other models have spoken, and returns
    /// it; nil where it has nothing to say. What settled after `time_ns` less the purge is not in
    /// it.
    ///
    /// - Parameter time_ns: When the forecasts of the round were issued.
    package mutating func stack(
        instrument: UInt32, horizon_ns: Int64, at time_ns: Int64
    ) -> Forecast? {
        guard let model = stacked?.model, isHeard(model),
            let round = outstanding.round(instrument, horizon_ns, issued_ns: time_ns),
            let forecast = stacked?.forecast(of: round, in: book),
            issue(forecast, markPrice: round.mark) == .accepted
        else { return nil }
        return forecast
    }

    private func isHeard(_ model: Int) -> Bool {
        let state = book.models[model].state
        return state == .live || state == .probation
    }

    /// Tells the stacked model of a scored round. What it said is not heard any more when a model
    /// that it may be made of went back to probation.
    mutating func teachStacked(_ entries: [PerformanceEntry]) {
        guard stacked != nil else { return }
        stacked?.settle(entries, in: book)
        guard configuration.protections.drift != nil else { return }
        var relapses = 0
        for model in book.models.indices { relapses += book.models[model].relapses }
        if stacked?.relapses != relapses { forgetStacked() }
        stacked?.relapses = relapses
    }

    /// Takes back what the stacked model said, where a model that it may be made of is heard no
    /// more.
    mutating func forgetStacked(after change: RegistryChange) {
        switch change {
        case .retired, .suspended: forgetStacked()
        case .added, .resumed: break
        }
    }

    private mutating func forgetStacked() {
        guard let model = stacked?.model else { return }
        for instrument in latest.keys { forget(model, about: instrument) }
    }
}
