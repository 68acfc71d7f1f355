import RialtoEngine
import RialtoPluginHost
import RialtoValues

extension StrategyInstance {
    /// The port by which an engine drives this instance.
    package var port: StrategyPort {
        StrategyPort(
            kinds: needs.kinds, isOpenLoop: needs.isOpenLoop, historyRows: needs.historyRows,
            onBatch: { batch, sink in
                guard let consumed = self.onBatch(batch, &sink) else { return .failed(self.failure) }
                return .consumed(consumed)
            })
    }
}
