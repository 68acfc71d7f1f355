import RialtoValues

/// A price and what is there, in units of the instrument.
package struct BookLevel: Equatable, Sendable {
    package let price: Int64
    package let quantity: Int64

    package init(price: Int64, quantity: Int64) {
        self.price = price
        self.quantity = quantity
    }
}

/// What an instrument's venue displays, less what our own takers have taken of it: the best prices
/// where only those are known, the whole book otherwise.
///
/// The recorded market did not see our orders. What a taker takes of a level is gone for our next
/// taker until the venue shows that level anew.
struct StandingBook {
    private struct Taken {
        let side: Side
        let price: Int64
        var quantity: Int64
    }

    /// Best bid and ask; quantity 0 where that side is empty. Not kept where `depth` is.
    private(set) var bid = BookLevel(price: 0, quantity: 0)
    private(set) var ask = BookLevel(price: 0, quantity: 0)
    /// The whole book, where it is known.
    private var depth: OrderBook?
    private var taken: [Taken] = []

    /// - Parameter isWhole: Whether every level is known.
    init(isWhole: Bool) { depth = isWhole ? OrderBook() : nil }

    /// The best level of a side (buy: bids); nil when it is empty.
    func best(_ side: Side) -> BookLevel? {
        if let depth {
            return depth.best(side).map { BookLevel(price: $0.price, quantity: $0.quantity) }
        }
        let level = side == .buy ? bid : ask
        return level.quantity > 0 ? level : nil
    }

    /// What the venue displays at a price; nil where it is not known.
    func displayed(_ side: Side, at price: Int64) -> Int64? {
        if let depth { return depth.quantity(side, at: price) }
        let level = side == .buy ? bid : ask
        if level.quantity > 0, level.price == price { return level.quantity }
        let isInside = side == .buy ? price > level.price : price < level.price
        return isInside || level.quantity == 0 ? 0 : nil
    }

    /// Both sides' mean price rounded down, in price units; nil unless both are there.
    var mid: Int64? {
        guard let bid = best(.buy), let ask = best(.sell) else { return nil }
        return bid.price + (ask.price - bid.price) / 2
    }

    // MARK: What the venue shows

    mutating func show(bid newBid: BookLevel, ask newAsk: BookLevel) {
        if newBid != bid { taken.removeAll { $0.side == .buy } }
        if newAsk != ask { taken.removeAll { $0.side == .sell } }
        bid = newBid
        ask = newAsk
    }

    /// One level is as given now; 0 takes it away.
    mutating func show(_ side: Side, price: Int64, quantity: Int64) {
        depth?.set(side, price: price, quantity: quantity)
        if !taken.isEmpty { taken.removeAll { $0.side == side && $0.price == price } }
    }

    /// The whole book is made anew.
    mutating func show(whole read: (inout OrderBook) -> Void) {
        var book = OrderBook()
        if let depth { book = depth }
        depth = nil
        read(&book)
        depth = book
        taken.removeAll()
    }

    // MARK: What a taker finds

    /// The best level that a taker of `side` may still take at `limit` or better; 0 is any price.
    func offer(to side: Side, limit: Int64) -> BookLevel? {
        var level = best(side.opposite)
        while let found = level, reaches(found.price, side, limit) {
            let left = found.quantity - quantityTaken(side.opposite, found.price)
            if left > 0 { return BookLevel(price: found.price, quantity: left) }
            level = next(side.opposite, after: found.price)
        }
        return nil
    }

    /// All that a taker may take at `limit` or better, up to `enough`.
    func available(to side: Side, limit: Int64, enough: Int64) -> Int64 {
        var sum: Int64 = 0, level = best(side.opposite)
        while let found = level, sum < enough, reaches(found.price, side, limit) {
            let left = max(0, found.quantity - quantityTaken(side.opposite, found.price))
            sum += min(left, enough - sum)
            level = next(side.opposite, after: found.price)
        }
        return sum
    }

    private func next(_ side: Side, after price: Int64) -> BookLevel? {
        depth?.next(side, after: price).map { BookLevel(price: $0.price, quantity: $0.quantity) }
    }

    private func reaches(_ price: Int64, _ side: Side, _ limit: Int64) -> Bool {
        limit == 0 || (side == .buy ? price <= limit : price >= limit)
    }

    private func quantityTaken(_ side: Side, _ price: Int64) -> Int64 {
        taken.first { $0.side == side && $0.price == price }?.quantity ?? 0
    }

    /// Takes `quantity` off what `side` (buy: bids) displays at `price`.
    mutating func take(_ quantity: Int64, from side: Side, at price: Int64) {
        if let index = taken.firstIndex(where: { $0.side == side && $0.price == price }) {
            taken[index].quantity += quantity
        } else {
            taken.append(Taken(side: side, price: price, quantity: quantity))
        }
    }
}
