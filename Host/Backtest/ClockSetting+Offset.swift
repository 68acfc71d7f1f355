import RialtoConfiguration
import RialtoMatching

extension ClockSetting {
    /// The same for the engine.
    var offset: ClockOffset {
        switch self {
        case .auto: .whereNegative
        case .least: .least
        case .stated(let ahead_ns): .stated(ahead_ns)
        }
    }
}
