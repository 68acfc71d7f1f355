import RialtoValues

/// What is bid and asked at each price of one instrument, as far as the venue has told.
///
/// Prices and quantities are counts of the instrument's own units. A change near the best price
/// costs the same however many levels there are, as long as the unit is not much finer than the
/// venue's price step.
package struct OrderBook: Equatable, Sendable {
    /// One price and all that stands there.
    package struct Level: Equatable, Sendable {
        package let price: Int64
        /// Above 0.
        package let quantity: Int64

        package init(price: Int64, quantity: Int64) {
            self.price = price
            self.quantity = quantity
        }
    }

    /// By price.
    private var bids = BookSide()
    /// By `~price`, which falls as the price rises and overflows for none.
    private var asks = BookSide()

    package init() {}

    /// Sets what stands at a price; 0 removes the level.
    ///
    /// - Parameter quantity: 0 or more.
    /// - Complexity: O(1) near the best price; O(levels) far from it.
    package mutating func set(_ side: Side, price: Int64, quantity: Int64) {
        if side == .buy {
            bids.set(key: price, quantity: quantity)
        } else {
            asks.set(key: ~price, quantity: quantity)
        }
    }

    /// Removes every level.
    package mutating func clear() {
        bids.clear()
        asks.clear()
    }

    package var isEmpty: Bool { bids.count == 0 && asks.count == 0 }

    /// The number of levels of a side.
    package func count(_ side: Side) -> Int { side == .buy ? bids.count : asks.count }

    /// The highest bid or the lowest ask; nil when that side is empty.
    ///
    /// - Complexity: O(1).
    package func best(_ side: Side) -> Level? {
        if side == .buy { return bids.first.map { Level(price: $0.key, quantity: $0.quantity) } }
        return asks.first.map { Level(price: ~$0.key, quantity: $0.quantity) }
    }

    /// The next level that is worse than `price`: a lower bid, a higher ask. nil behind the last.
    package func next(_ side: Side, after price: Int64) -> Level? {
        if side == .buy {
            return bids.next(below: price).map { Level(price: $0.key, quantity: $0.quantity) }
        }
        return asks.next(below: ~price).map { Level(price: ~$0.key, quantity: $0.quantity) }
    }

    /// What stands at a price, 0 when nothing does.
    ///
    /// - Complexity: O(1) near the best price, else O(log levels).
    package func quantity(_ side: Side, at price: Int64) -> Int64 {
        side == .buy ? bids.quantity(key: price) : asks.quantity(key: ~price)
    }

    /// The best levels of a side, best first.
    ///
    /// - Parameter limit: Most levels wanted; all unless given.
    package func levels(_ side: Side, limit: Int = .max) -> [Level] {
        var levels: [Level] = []
        levels.reserveCapacity(min(count(side), limit))
        var next = limit > 0 ? best(side) : nil
        while let level = next {
            levels.append(level)
            next = levels.count < limit ? self.next(side, after: level.price) : nil
        }
        return levels
    }

    /// Whether a bid is at or above an ask, which no venue's book is: messages were missed.
    package var isCrossed: Bool {
        guard let bid = bids.first, let ask = asks.first else { return false }
        return bid.key >= ~ask.key
    }

    /// Whether the same stands at the same prices.
    package static func == (left: OrderBook, right: OrderBook) -> Bool {
        left.levels(.buy) == right.levels(.buy) && left.levels(.sell) == right.levels(.sell)
    }
}
