/// The orders that work in one instrument, and the prices that may fill one.
package struct Desk {
    /// In the order of their arrival.
    var working: [Working] = []
    /// A print or bar with a low at or below this may fill something.
    package private(set) var low = Int64.min
    /// A print or bar with a high at or above this may fill something.
    package private(set) var high = Int64.max
    /// Of `low` and `high` what limits ask for, and what stops do.
    package private(set) var limitLow = Int64.min
    package private(set) var limitHigh = Int64.max
    private(set) var stopLow = Int64.min
    private(set) var stopHigh = Int64.max
    /// Prices at or beyond which somebody is to look at the instrument; see `Venue.watch`.
    var watchLow = Int64.min
    var watchHigh = Int64.max
    /// Whether trading is halted: orders come and wait, none fills.
    var isHalted = false

    /// - Parameter isStanding: Whether it is known what the venue displays.
    mutating func refresh(isStanding: Bool) {
        (limitLow, limitHigh, stopLow, stopHigh) = (.min, .max, .min, .max)
        for index in working.indices { reach(index, isStanding: isStanding) }
        settle()
    }

    /// Puts an order behind the others.
    mutating func add(_ order: Working, isStanding: Bool) {
        working.append(order)
        reach(working.count - 1, isStanding: isStanding)
        settle()
    }

    private mutating func reach(_ index: Int, isStanding: Bool) {
        if isHalted { return }
        let isLimit = working[index].isLimit
        if working[index].isWatchful || (isStanding && isLimit && !working[index].rests) {
            limitLow = .max
            return
        }
        switch (isLimit, working[index].side) {
        case (true, .buy): limitLow = max(limitLow, working[index].price)
        case (true, .sell): limitHigh = min(limitHigh, working[index].price)
        case (false, .buy): stopHigh = min(stopHigh, working[index].trigger)
        case (false, .sell): stopLow = max(stopLow, working[index].trigger)
        }
    }

    private mutating func settle() {
        low = max(limitLow, stopLow, watchLow)
        high = min(limitHigh, stopHigh, watchHigh)
    }
}
