import RialtoEnsemble

/// The performance ledger of a run out of its tables, fresh or from the store.
package struct RunLedger {
    /// Ids of the models, in the order of the run.
    package let models: [String]
    /// Names of the instruments, in the order of the run.
    package let instruments: [String]
    private let lines: RunTable
    private let registry: RunTable

    /// nil when the run had no models or kept no ledger.
    package init?(_ tables: RunTables) {
        models = tables["scores"].texts("model")
        instruments = tables["instruments"].texts("name")
        lines = tables["ledger"]
        registry = tables["registry"]
        guard !models.isEmpty, registry.count > 0 else { return nil }
    }

    /// Scored forecasts.
    package var count: Int { lines.count }

    /// Tells of every change of the registry and of the lines of every round, in their order.
    package func forEach(change: (RegistryChange) -> Void, round: ([LedgerLine]) -> Void) {
        let columns = Columns(lines), before = registry.integers("rounds")
        var row = 0, next = 0
        while row < lines.count {
            let number = columns.round[row]
            while next < registry.count, before[next] <= number {
                tell(next, change)
                next += 1
            }
            var group: [LedgerLine] = []
            while row < lines.count, columns.round[row] == number {
                group.append(columns.line(row))
                row += 1
            }
            round(group)
        }
        while next < registry.count {
            tell(next, change)
            next += 1
        }
    }

    /// The weights that follow from the ledger, one for each model; and those of positions, where
    /// they are weighed apart.
    package func weights(
        _ configuration: EnsembleConfiguration
    ) -> (all: [Double], positions: [Double]?) {
        var replay = LedgerReplay(configuration)
        forEach(change: { replay.apply($0) }, round: { replay.settle($0) })
        return (replay.weights, replay.positionWeights)
    }

    private func tell(_ row: Int, _ change: (RegistryChange) -> Void) {
        let model = Int(registry.integers("model")[row])
        switch registry.integers("change")[row] {
        case 1:
            change(.added(id: models[model], prior: registry.numbers("prior")[row]))
        case 2: change(.retired(model: model))
        case 3: change(.suspended(model: model))
        default: change(.resumed(model: model))
        }
    }

    /// The columns of the ledger.
    private struct Columns {
        let round, time, model, instrument, regime, flags: KeptColumn<Int64>
        let probability, confidence, weight, outcome, loss, utility, position,
            evidence: KeptColumn<Double>

        init(_ table: RunTable) {
            round = table.integers("round")
            time = table.integers("time_ns")
            model = table.integers("model")
            instrument = table.integers("instrument")
            regime = table.integers("regime")
            flags = table.integers("flags")
            probability = table.numbers("probability")
            confidence = table.numbers("confidence")
            weight = table.numbers("weight")
            outcome = table.numbers("outcome")
            loss = table.numbers("loss")
            utility = table.numbers("utility_loss")
            position = table.numbers("position_weight")
            evidence = table.numbers("evidence")
        }

        func line(_ row: Int) -> LedgerLine {
            LedgerLine(
                round: Int(round[row]), settled_ns: time[row], model: Int(model[row]),
                instrument: Int(instrument[row]), probabilityUp: probability[row],
                confidence: confidence[row], weight: weight[row],
                positionWeight: position.isEmpty ? weight[row] : position[row],
                outcome: outcome[row],
                loss: loss[row], utilityLoss: utility.isEmpty ? 0 : utility[row],
                evidence: evidence.isEmpty ? 1 : evidence[row], regime: Int(regime[row]),
                isLive: flags[row] & 1 != 0,
                isLost: flags[row] & 2 != 0)
        }
    }
}
