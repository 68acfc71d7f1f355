import RialtoValues

/// What is bid and asked at each price of one instrument, as far as the venue has told.
///
/// Prices and quantities are counts of the instrument's own units. Levels are kept in order of
/// price with the best one last, so that a change near the best price moves next to nothing.
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

    private var bids = BookSide()
    private var asks = BookSide()

    package init() {}

    /// Sets what stands at a price; 0 removes the level.
    ///
    /// - Parameter quantity: 0 or more.
    /// - Complexity: O(levels between the best one and this one).
    @inline(__always)
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

    /// The level `index` places behind the best one, 0..<count.
    package func level(_ side: Side, _ index: Int) -> Level {
        side == .buy
            ? bids.level(index) { $0 } : asks.level(index) { ~$0 }
    }

    /// The highest bid or the lowest ask; nil when that side is empty.
    package func best(_ side: Side) -> Level? {
        count(side) == 0 ? nil : level(side, 0)
    }

    /// What stands at a price, 0 when nothing does.
    ///
    /// - Complexity: O(log levels).
    package func quantity(_ side: Side, at price: Int64) -> Int64 {
        side == .buy ? bids.quantity(key: price) : asks.quantity(key: ~price)
    }

    /// The best levels of a side, best first.
    ///
    /// - Parameter limit: Most levels wanted; all unless given.
    package func levels(_ side: Side, limit: Int = .max) -> [Level] {
        (0..<min(count(side), limit)).map { level(side, $0) }
    }

    /// Whether a bid is at or above an ask, which no venue's book is: messages were missed.
    package var isCrossed: Bool {
        guard let bid = best(.buy), let ask = best(.sell) else { return false }
        return bid.price >= ask.price
    }
}

/// One side of a book: keys in rising order, the best one last. The key of a bid is its price; that
/// of an ask is `~price`, which falls as the price rises and overflows for none.
private struct BookSide: Equatable, Sendable {
    private struct Entry: Equatable, Sendable {
        let key: Int64
        var quantity: Int64
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    mutating func clear() { entries.removeAll(keepingCapacity: true) }

    @inline(__always)
    func level(_ index: Int, price: (Int64) -> Int64) -> OrderBook.Level {
        let entry = entries[entries.count - 1 - index]
        return OrderBook.Level(price: price(entry.key), quantity: entry.quantity)
    }

    @inline(__always)
    mutating func set(key: Int64, quantity: Int64) {
        let place = place(of: key)
        if place < entries.count, entries[place].key == key {
            if quantity > 0 {
                entries[place].quantity = quantity
            } else {
                entries.remove(at: place)
            }
        } else if quantity > 0 {
            entries.insert(Entry(key: key, quantity: quantity), at: place)
        }
    }

    func quantity(key: Int64) -> Int64 {
        let place = place(of: key)
        return place < entries.count && entries[place].key == key ? entries[place].quantity : 0
    }

    /// The first place whose key is at or above `key`: looked for in growing steps from the best
    /// one on, then by halving.
    @inline(__always)
    private func place(of key: Int64) -> Int {
        entries.withUnsafeBufferPointer { entries in
            var high = entries.count, step = 1
            while high - step >= 0, entries[high - step].key >= key {
                high -= step
                step &<<= 1
            }
            var low = max(0, high - step)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].key < key { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}
