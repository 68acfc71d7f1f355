import RialtoEnsemble
import RialtoValues

/// Writes the ensemble's ledger as records: every scored forecast, and every change of its models.
final class ScoreLog {
    private var log: RunLog
    /// Changes of the registry that were written.
    private var changes = 0

    /// Latency of each model, in nanoseconds.
    private let latencies: [Int64]

    init(_ sink: @escaping RecordSink, latencies: [Int64]) {
        log = RunLog(sink)
        self.latencies = latencies
    }

    /// Hands over what is not yet with the sink.
    func flush() { _ = log.digest() }

    /// Writes one round.
    func keep(_ round: SettledRound) {
        for entry in round.entries {
            let forecast = entry.forecast
            let r = log.append(.score, 20)
            r[0] = Int64(entry.round)
            r[1] = entry.settled_ns
            r[2] = forecast.issued_ns
            r[3] = Int64(forecast.model)
            r[4] = Int64(forecast.instrument)
            r[5] = forecast.horizon_ns
            r[6] = Int64(forecast.kind.rawValue)
            let numbers = [
                forecast.value, entry.probabilityUp, forecast.confidence, entry.weight,
                entry.outcome, entry.loss, entry.cost,
            ]
            for (place, number) in numbers.enumerated() {
                r[7 + place] = Int64(bitPattern: number.bitPattern)
            }
            r[14] = Int64(entry.regime)
            r[15] = (entry.isLive ? 1 : 0) + (entry.isLost ? 2 : 0)
            r[16] = Int64(bitPattern: entry.utilityLoss.bitPattern)
            r[17] = Int64(bitPattern: entry.positionWeight.bitPattern)
            r[18] = latencies[Int(forecast.model)]
            r[19] = Int64(bitPattern: entry.evidence.bitPattern)
        }
    }

    /// Writes the changes of the registry that are new. Called after each, so that none is folded
    /// into the ledger's start before.
    func tell(_ ledger: PerformanceLedger) {
        for (rounds, change) in ledger.changes.suffix(max(0, ledger.changesMade - changes)) {
            let (code, model, prior): (Int64, Int, Double) =
                switch change {
                case .added(_, let prior): (1, added, prior)
                case .retired(let model): (2, model, 0)
                case .suspended(let model): (3, model, 0)
                case .resumed(let model): (4, model, 0)
                }
            if code == 1 { added += 1 }
            let r = log.append(.membership, 4)
            r[0] = Int64(rounds)
            r[1] = code
            r[2] = Int64(model)
            r[3] = Int64(bitPattern: prior.bitPattern)
        }
        changes = ledger.changesMade
    }

    /// Models that were added so far.
    private var added = 0
}
