import RialtoOrders
import RialtoValues

/// Matching against displayed liquidity: takers walk the book when they arrive, resting orders
/// wait in the queue at their price.
extension Venue {
    /// A trade as the queue sees it. Its quantity serves our orders once.
    package struct Print: Sendable {
        let price: Int64
        let quantity: Int64
        /// Who took; unknown serves both sides.
        let taker: Side?
        let venueTime_ns: Int64
        let time_ns: Int64
        /// What of it our own orders at its price have filled.
        fileprivate var given: Int64 = 0
        /// Orders before this one have been asked.
        fileprivate var next = 0

        package init(
            price: Int64, quantity: Int64, taker: Side?, venueTime_ns: Int64, time_ns: Int64
        ) {
            self.price = price
            self.quantity = quantity
            self.taker = taker
            self.venueTime_ns = venueTime_ns
            self.time_ns = time_ns
        }
    }

    /// What the instrument's orders are matched against.
    package func level(of instrument: Int) -> MatchLevel { levels[instrument] }

    /// Mean of best bid and ask, rounded down; nil unless both stand.
    package func mid(of instrument: Int) -> Int64? { books[instrument].mid }

    // MARK: What is displayed

    /// The venue shows a new best bid and ask; a quantity of 0 is an empty side.
    package mutating func show(bid: BookLevel, ask: BookLevel, instrument: Int) {
        let old = (books[instrument].bid, books[instrument].ask)
        books[instrument].show(bid: bid, ask: ask)
        guard !desks[instrument].working.isEmpty else { return }
        for index in desks[instrument].working.indices {
            let order = desks[instrument].working[index]
            guard order.rests, order.isLimit else { continue }
            let (before, after) = order.side == .buy ? (old.0, bid) : (old.1, ask)
            requeue(index, instrument, before: before, after: after)
        }
    }

    /// Moves an order's place in the queue after its side's best level changed.
    private mutating func requeue(
        _ index: Int, _ instrument: Int, before: BookLevel, after: BookLevel
    ) {
        let order = desks[instrument].working[index]
        guard after.quantity > 0, after.price == order.price else {
            let isInside =
                order.side == .buy ? order.price > after.price : order.price < after.price
            if isInside || after.quantity == 0 { desks[instrument].working[index].ahead = 0 }
            return
        }
        defer { desks[instrument].working[index].traded = 0 }
        guard order.ahead != Working.unset else {
            desks[instrument].working[index].ahead = model.queue == .front ? 0 : after.quantity
            return
        }
        desks[instrument].working[index].ahead =
            before.price == after.price && before.quantity > 0
            ? model.queue.ahead(
                order.ahead, before: before.quantity, after: after.quantity, traded: order.traded)
            : min(order.ahead, after.quantity)
    }

    /// One level of the whole book is as given now; 0 takes it away.
    @inline(__always)
    package mutating func show(
        change side: Side, price: Int64, quantity: Int64, instrument: Int
    ) {
        guard !desks[instrument].working.isEmpty else {
            return books[instrument].show(side, price: price, quantity: quantity)
        }
        let before = books[instrument].displayed(side, at: price) ?? 0
        books[instrument].show(side, price: price, quantity: quantity)
        for index in desks[instrument].working.indices {
            let order = desks[instrument].working[index]
            guard order.rests, order.isLimit, order.side == side, order.price == price else {
                continue
            }
            requeue(index, instrument, before: before, after: quantity)
        }
    }

    /// The whole book is made anew by `read`; an empty one means that nothing is known.
    package mutating func showBook(_ instrument: Int, read: (inout OrderBook) -> Void) {
        let before = desks[instrument].working.map {
            books[instrument].displayed($0.side, at: $0.price) ?? 0
        }
        books[instrument].show(whole: read)
        for index in desks[instrument].working.indices {
            let order = desks[instrument].working[index]
            guard order.rests, order.isLimit else { continue }
            requeue(
                index, instrument, before: before[index],
                after: books[instrument].displayed(order.side, at: order.price) ?? 0)
        }
    }

    /// Moves an order's place in the queue after the level at its price changed.
    private mutating func requeue(
        _ index: Int, _ instrument: Int, before: Int64, after: Int64
    ) {
        let order = desks[instrument].working[index]
        desks[instrument].working[index].ahead =
            order.ahead == Working.unset
            ? (model.queue == .front ? 0 : after)
            : model.queue.ahead(order.ahead, before: before, after: after, traded: order.traded)
        desks[instrument].working[index].traded = 0
    }

    /// Whether a change of one level may trigger or fill something.
    @inline(__always)
    package func mayFill(
        change side: Side, price: Int64, quantity: Int64, instrument: Int
    ) -> Bool {
        if desks[instrument].limitLow == .max { return true }
        if side == .sell {
            // The best ask rises when a level goes, or when the first one comes.
            return quantity > 0 && price <= desks[instrument].limitLow
                || desks[instrument].stopHigh != .max
                    && (quantity == 0 || price >= desks[instrument].stopHigh)
        }
        return quantity > 0 && price >= desks[instrument].limitHigh
            || desks[instrument].stopLow != .min
                && (quantity == 0 || price <= desks[instrument].stopLow)
    }

    /// Whether what is displayed now may trigger or fill something.
    package func mayFill(bid: Int64, ask: Int64, instrument: Int) -> Bool {
        desks[instrument].limitLow == .max || (ask > 0 && ask <= desks[instrument].limitLow)
            || (bid > 0 && bid >= desks[instrument].limitHigh)
            || (bid > 0 && bid <= desks[instrument].stopLow)
            || (ask > 0 && ask >= desks[instrument].stopHigh)
    }

    // MARK: Takers and crossed orders

    /// Returns the next fill against what is displayed, and takes it off; nil when none is left.
    ///
    /// Call it after an order arrived and after each change of what is displayed. Does nothing
    /// where nothing is ever displayed.
    ///
    /// - Parameters:
    ///   - time_ns: Orders that arrived later are not looked at.
    ///   - only: The one order that is looked at; nil for all.
    package mutating func nextStandingFill(
        venueTime_ns: Int64, time_ns: Int64, instrument: Int, only: Int? = nil
    ) -> VenueFill? {
        guard levels[instrument].isStanding else { return nil }
        var index = 0
        while index < desks[instrument].working.count {
            let order = desks[instrument].working[index]
            guard order.arrived_ns <= time_ns, only == nil || only == order.order else {
                index += 1
                continue
            }
            if order.isWaitingStop {
                if isTouched(order, instrument) {
                    trigger(index, instrument, at: touch(order.side, instrument) ?? order.trigger)
                    continue
                }
                if let best = touch(order.side, instrument) {
                    desks[instrument].working[index].trail(best)
                }
                index += 1
                continue
            }
            let count = desks[instrument].working.count
            if let fill = order.rests
                ? crossed(index, instrument, venueTime_ns) : taken(index, instrument, venueTime_ns)
            {
                return fill
            }
            if desks[instrument].working.count == count { index += 1 }
        }
        return nil
    }

    /// The displayed price that a stop of `side` watches: the ask for buys, the bid for sells.
    private func touch(_ side: Side, _ instrument: Int) -> Int64? {
        books[instrument].best(side.opposite)?.price
    }

    private func isTouched(_ order: Working, _ instrument: Int) -> Bool {
        touch(order.side, instrument).map(order.meetsTrigger) ?? false
    }

    private mutating func trigger(_ index: Int, _ instrument: Int, at price: Int64) {
        desks[instrument].working[index].isTriggered = true
        desks[instrument].working[index].metAt = price
        refresh(instrument)
    }

    /// A resting order that the other side's best price has come to: it fills whole, as maker.
    private mutating func crossed(
        _ index: Int, _ instrument: Int, _ venueTime_ns: Int64
    ) -> VenueFill? {
        let order = desks[instrument].working[index]
        guard books[instrument].offer(to: order.side, limit: order.price) != nil else { return nil }
        return fill(index, instrument, order.price, order.quantity, .maker, venueTime_ns)
    }

    /// A taker takes the best level that it may; without one it rests, waits or goes.
    private mutating func taken(
        _ index: Int, _ instrument: Int, _ venueTime_ns: Int64
    ) -> VenueFill? {
        let order = desks[instrument].working[index], limit = order.isMarket ? 0 : order.price
        if order.force == .fillOrKill {
            let available = books[instrument].available(
                to: order.side, limit: limit, enough: order.quantity)
            guard available == order.quantity else {
                end(index, instrument, .unfilled)
                return nil
            }
        }
        if let offer = books[instrument].offer(to: order.side, limit: limit) {
            guard !order.isPostOnly else {
                end(index, instrument, .takes)
                return nil
            }
            let quantity = min(order.quantity, offer.quantity)
            books[instrument].take(quantity, from: order.side.opposite, at: offer.price)
            return fill(index, instrument, offer.price, quantity, .taker, venueTime_ns)
        }
        if order.isImmediate {
            end(index, instrument, .unfilled)
        } else if order.isLimit {
            rest(index, instrument)
        }
        return nil
    }

    /// The order joins the queue at its price.
    private mutating func rest(_ index: Int, _ instrument: Int) {
        let order = desks[instrument].working[index]
        desks[instrument].working[index].rests = true
        desks[instrument].working[index].ahead =
            model.queue == .front
            ? 0 : books[instrument].displayed(order.side, at: order.price) ?? Working.unset
        refresh(instrument)
    }

    // MARK: Prints

    /// Returns the next resting order that a print fills; nil when none is left. Stops that it
    /// triggers are takers from then on: ask `nextStandingFill` afterwards.
    package mutating func nextFill(_ print: inout Print, instrument: Int) -> VenueFill? {
        while print.next < desks[instrument].working.count {
            let index = print.next, order = desks[instrument].working[index]
            guard order.arrived_ns < print.time_ns else {
                print.next += 1
                continue
            }
            if order.isWaitingStop {
                if order.meetsTrigger(print.price) {
                    trigger(index, instrument, at: print.price)
                } else {
                    desks[instrument].working[index].trail(print.price)
                }
            } else if order.isLimit, order.rests,
                let quantity = served(by: &print, index, instrument)
            {
                if quantity < order.quantity { print.next += 1 }
                return fill(index, instrument, order.price, quantity, .maker, print.venueTime_ns)
            }
            print.next += 1
        }
        return nil
    }

    /// What a print gives to a resting order: all when it went through, at the price what is left
    /// behind those ahead.
    private mutating func served(
        by print: inout Print, _ index: Int, _ instrument: Int
    ) -> Int64? {
        let order = desks[instrument].working[index]
        let through = order.side == .buy ? print.price < order.price : print.price > order.price
        if through { return order.quantity }
        guard print.price == order.price, print.taker != order.side, order.ahead != Working.unset
        else { return nil }
        desks[instrument].working[index].ahead = max(0, order.ahead - print.quantity)
        desks[instrument].working[index].traded += print.quantity
        let left = print.quantity - order.ahead - print.given
        guard left > 0 else { return nil }
        let quantity = min(order.quantity, left)
        print.given += quantity
        return quantity
    }
}
