import RialtoConfiguration
import RialtoExecution

extension ExecutionSettings {
    /// What the run file asks for, as the engine knows it.
    var algorithm: Algorithm {
        switch rule {
        case .twap: .twap(duration_ns: duration)
        case .vwap: .vwap(duration_ns: duration)
        case .shortfall: .shortfall(duration_ns: duration, aversion_e6: aversion)
        }
    }
}
