import RialtoOrders
import RialtoValues

/// Matching on prints alone: no book is known.
extension Venue {
    /// Returns the next order that a trade at `price` fills, and takes it off; nil when none is
    /// left.
    ///
    /// Market orders and met stops fill at the trade's price, limit orders at their own; orders
    /// that have to fill at once take the first trade after their arrival or go.
    package mutating func nextFill(
        tradePrice price: Int64, venueTime_ns: Int64, time_ns: Int64, instrument: Int
    ) -> VenueFill? {
        var index = 0
        while index < desks[instrument].working.count {
            let order = desks[instrument].working[index]
            guard order.arrived_ns < time_ns else {
                index += 1
                continue
            }
            if order.isWaitingStop {
                guard order.meetsTrigger(price) else {
                    desks[instrument].working[index].trail(price)
                    index += 1
                    continue
                }
                desks[instrument].working[index].isTriggered = true
                desks[instrument].working[index].metAt = price
                refresh(instrument)
                if order.type == .stopLimit { continue }
                return fill(
                    index, instrument, slipped(price, order.side, instrument), order.quantity,
                    .taker, venueTime_ns)
            }
            if let fill = printFill(order, index, price, venueTime_ns, instrument) { return fill }
            if order.isImmediate {
                end(index, instrument, .unfilled)
            } else {
                index += 1
            }
        }
        return nil
    }

    private mutating func printFill(
        _ order: Working, _ index: Int, _ price: Int64, _ venueTime_ns: Int64, _ instrument: Int
    ) -> VenueFill? {
        if order.isMarket {
            return fill(
                index, instrument, slipped(price, order.side, instrument), order.quantity, .taker,
                venueTime_ns)
        }
        let through = order.side == .buy ? price < order.price : price > order.price
        if order.isImmediate {
            guard through || price == order.price else { return nil }
            return fill(index, instrument, price, order.quantity, .taker, venueTime_ns)
        }
        guard through || (price == order.price && model.limitRule == .touch) else { return nil }
        return fill(index, instrument, order.price, order.quantity, .maker, venueTime_ns)
    }
}
