import RialtoOrders
import RialtoValues

/// Matching on bars: the walk from the open along the named path to the close.
extension Venue {
    /// Where the walk along a bar has come to. It starts at the open.
    package struct Walk: Sendable {
        let openTime_ns: Int64
        let open: Int64
        /// 0: at the open. 1...3: on the way to that corner.
        fileprivate(set) package var leg = 0
        var price: Int64
        /// What our orders may still fill of the bar, in quantity units.
        fileprivate(set) var volumeLeft = Int64.max
        fileprivate var corners = (first: Int64(0), second: Int64(0), close: Int64(0))

        package init(openTime_ns: Int64, open: Int64) {
            self.openTime_ns = openTime_ns
            self.open = open
            price = open
        }

        /// Bounds what our orders may fill by a share of the bar's volume, in 10^-9.
        package mutating func limit(volume: Int64, share_e9: Int64) {
            volumeLeft = Int64(clamping: Int128(volume) * Int128(share_e9) / 1_000_000_000)
        }
    }

    /// Whether anything is left to be met on the rest of the walk.
    package func mayGoOn(_ walk: Walk, instrument: Int) -> Bool {
        walk.leg <= 3 && !desks[instrument].working.isEmpty
    }

    /// Tells a walk that stands at the open where the bar goes from there.
    package func lead(_ walk: inout Walk, along bar: Bar) {
        let highFirst =
            switch model.path {
            case .nearestExtreme: bar.high - bar.open <= bar.open - bar.low
            case .highFirst: true
            case .lowFirst: false
            }
        walk.corners =
            highFirst
            ? (bar.high, bar.low, bar.close) : (bar.low, bar.high, bar.close)
        walk.leg = max(walk.leg, 1)
    }

    /// Returns the next fill along the walk, and takes what it fills off; nil where the walk ends:
    /// at the open until it was led along its bar, then at the close.
    ///
    /// Between two calls orders may be added with `arrived_ns` at or before the bar's open time:
    /// they are met from where the walk stands.
    package mutating func nextFill(_ walk: inout Walk, instrument: Int) -> VenueFill? {
        while mayGoOn(walk, instrument: instrument) {
            let goal =
                switch walk.leg {
                case 0: walk.open
                case 1: walk.corners.first
                case 2: walk.corners.second
                default: walk.corners.close
                }
            if let hit = firstHit(walk, goal: goal, instrument: instrument) {
                walk.price = hit.price
                if let fill = take(hit, &walk, instrument) { return fill }
                continue
            }
            if walk.leg == 0 {
                settleOpen(walk, instrument)
                return nil
            }
            walk.price = goal
            walk.leg += 1
            trail(to: goal, walk.openTime_ns, instrument)
        }
        return nil
    }

    /// After the open: who had to fill there and did not goes, and the others rest.
    private mutating func settleOpen(_ walk: Walk, _ instrument: Int) {
        guard desks[instrument].low == .max else { return }
        var index = 0
        while index < desks[instrument].working.count {
            let order = desks[instrument].working[index]
            let isSeen = order.arrived_ns <= walk.openTime_ns
            if isSeen, order.isImmediate, !order.isWaitingStop {
                end(index, instrument, .unfilled)
                continue
            }
            if isSeen { desks[instrument].working[index].rests = true }
            index += 1
        }
        trail(to: walk.open, walk.openTime_ns, instrument)
        refresh(instrument)
    }

    /// Lets trailing stops follow the price to `price`.
    private mutating func trail(to price: Int64, _ openTime_ns: Int64, _ instrument: Int) {
        guard desks[instrument].low == .max else { return }
        for index in desks[instrument].working.indices
        where desks[instrument].working[index].arrived_ns <= openTime_ns {
            desks[instrument].working[index].trail(price)
        }
    }

    private struct Hit {
        let index: Int
        let price: Int64
        let liquidity: Liquidity
        var onlyTriggers = false
        /// Post-only, and it would take.
        var isRefused = false
    }

    /// The working order that the price meets first on its way from `walk.price` to `goal`.
    private func firstHit(_ walk: Walk, goal: Int64, instrument: Int) -> Hit? {
        var best: Hit?
        var bestDistance = UInt64.max
        for index in desks[instrument].working.indices {
            let order = desks[instrument].working[index]
            guard order.arrived_ns <= walk.openTime_ns else { continue }
            guard let hit = meeting(order, index, walk, to: goal) else { continue }
            let distance = (hit.price - walk.price).magnitude
            if distance < bestDistance {
                bestDistance = distance
                best = hit
            }
        }
        return best
    }

    /// Where the price meets one order on its way from `walk.price` to `to`; at the open a price
    /// beyond the order's own is the price it gets.
    private func meeting(_ order: Working, _ index: Int, _ walk: Walk, to: Int64) -> Hit? {
        let from = walk.price
        if order.isWaitingStop {
            let extreme = order.side == .buy ? max(from, to) : min(from, to)
            guard order.meetsTrigger(extreme) else { return nil }
            let price = order.side == .buy ? max(order.trigger, from) : min(order.trigger, from)
            return Hit(
                index: index, price: price, liquidity: .taker,
                onlyTriggers: order.type == .stopLimit || walk.volumeLeft == 0)
        }
        guard walk.volumeLeft > 0 else { return nil }
        if order.isMarket { return Hit(index: index, price: from, liquidity: .taker) }
        return limitHit(order, index, from: from, to: to, atOpen: walk.leg == 0)
    }

    private func limitHit(
        _ order: Working, _ index: Int, from: Int64, to: Int64, atOpen: Bool
    ) -> Hit? {
        let better = order.side == .buy ? from < order.price : from > order.price
        let atLimit =
            atOpen && (model.limitRule == .touch || order.isImmediate) || order.metAt == from
        if better || (from == order.price && atLimit) {
            if order.isPostOnly, order.rests {
                return Hit(index: index, price: order.price, liquidity: .maker)
            }
            return Hit(
                index: index, price: from, liquidity: .taker, isRefused: order.isPostOnly)
        }
        let reached = order.side == .buy ? to <= order.price : to >= order.price
        guard reached, to != order.price || model.limitRule == .touch else { return nil }
        return Hit(index: index, price: order.price, liquidity: .maker)
    }

    private mutating func take(_ hit: Hit, _ walk: inout Walk, _ instrument: Int) -> VenueFill? {
        let order = desks[instrument].working[hit.index]
        if hit.isRefused {
            end(hit.index, instrument, .takes)
            return nil
        }
        if hit.onlyTriggers {
            desks[instrument].working[hit.index].isTriggered = true
            desks[instrument].working[hit.index].metAt = hit.price
            refresh(instrument)
            return nil
        }
        if order.force == .fillOrKill, order.quantity > walk.volumeLeft {
            end(hit.index, instrument, .unfilled)
            return nil
        }
        let quantity = min(order.quantity, walk.volumeLeft)
        if walk.volumeLeft != .max { walk.volumeLeft -= quantity }
        let isStop = order.isWaitingStop || order.isMarket && order.isTriggered
        if isStop, quantity < order.quantity {
            desks[instrument].working[hit.index].isTriggered = true
        }
        let price =
            isStop || order.isMarket ? slipped(hit.price, order.side, instrument) : hit.price
        let fill = fill(hit.index, instrument, price, quantity, hit.liquidity, walk.openTime_ns)
        if quantity < order.quantity { refresh(instrument) }
        return fill
    }
}
