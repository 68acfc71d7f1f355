import RialtoConfiguration
import RialtoMatching

extension QueueRule {
    /// What the name stands for.
    package var model: QueueModel {
        switch self {
        case .pessimistic: .pessimistic
        case .proportional: .power(1)
        case .square: .power(2)
        case .cube: .power(3)
        case .front: .front
        }
    }
}
