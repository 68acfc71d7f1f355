import RialtoValues

/// Where in the queue at its price a resting order is taken to stand.
///
/// An order joins behind everything that is displayed at its price. Trades at the price serve the
/// front. When the displayed quantity shrinks without a trade, somebody has canceled: the model
/// says how much of that was ahead.
package enum QueueModel: Hashable, Sendable {
    /// Nobody ahead ever cancels, unless the whole level is smaller than what was ahead.
    case pessimistic
    /// Cancels fall on the front and the back in proportion to their sizes to the power of the
    /// exponent, 1...8: 1 is proportional, higher powers put more of them at the larger part.
    case power(Int)
    /// Everybody else is behind: an order fills when its price trades. The upper bound.
    case front

    /// What is ahead after the level went from `before` to `after`, of which `traded` by prints
    /// that have been taken off `ahead` already.
    ///
    /// The formula of the power model is that of hftbacktest's ProbQueueModel: with front F and
    /// back B, the share B^n / (B^n + F^n) of a decrease is taken from the back, and what the back
    /// does not hold from the front. Computed with IEEE multiplications only, so it is the same on
    /// every machine.
    ///
    /// - Parameters:
    ///   - ahead: 0 or more, in quantity units; as are the others.
    /// - Returns: 0...`after`.
    package func ahead(_ ahead: Int64, before: Int64, after: Int64, traded: Int64) -> Int64 {
        let decrease = before - after - traded
        guard decrease > 0 else { return min(ahead, after) }
        switch self {
        case .front: return 0
        case .pessimistic: return min(ahead, after)
        case .power(let exponent):
            let front = Double(ahead), back = Double(max(0, before - traded - ahead))
            let backWeight = QueueModel.raised(back, exponent)
            let sum = backWeight + QueueModel.raised(front, exponent)
            let share = sum > 0 ? backWeight / sum : 0
            let change = Double(decrease)
            let left = front - (1 - share) * change + min(back - share * change, 0)
            return min(max(0, Int64(max(0, left).rounded(.up))), min(ahead, after))
        }
    }

    private static func raised(_ value: Double, _ exponent: Int) -> Double {
        var product = 1.0
        for _ in 0..<exponent { product *= value }
        return product
    }
}
