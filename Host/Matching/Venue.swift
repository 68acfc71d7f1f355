import RialtoLedger
import RialtoOrders
import RialtoValues

/// In which order a bar is taken to have visited its extremes.
package enum BarPath: UInt8, CaseIterable, Sendable {
    /// Open, the extreme nearer to the open, the other, close.
    case nearestExtreme = 1
    case highFirst = 2
    case lowFirst = 3
}

/// When a resting limit order counts as filled.
package enum LimitRule: UInt8, CaseIterable, Sendable {
    /// The price went beyond the limit: the whole queue at the limit was served.
    case through = 1
    /// The price reached the limit.
    case touch = 2
}

/// How the simulated venue fills and what it charges.
package struct VenueModel: Sendable {
    package var path: BarPath
    package var limitRule: LimitRule
    package var maker: Rate
    package var taker: Rate
    /// Added against the taker, in 10^-9 of the price, rounded away from the market to a whole
    /// step.
    package var slippage: Rate

    package init(path: BarPath, limitRule: LimitRule, maker: Rate, taker: Rate, slippage: Rate) {
        self.path = path
        self.limitRule = limitRule
        self.maker = maker
        self.taker = taker
        self.slippage = slippage
    }
}

/// An execution on the simulated venue.
package struct VenueFill: Equatable, Sendable {
    /// The host's order number.
    package let order: Int
    package let price: Int64
    package let quantity: Int64
    package let liquidity: Liquidity
    /// When it happened, as the venue says.
    package let venueTime_ns: Int64
}

/// One order that works on the venue.
struct Working {
    let order: Int
    let side: Side
    var type: OrderType
    let price: Int64
    let trigger: Int64
    var quantity: Int64
    let arrived_ns: Int64
    /// A stop-limit whose trigger was met rests as a limit.
    var isTriggered: Bool
    /// The price at which the trigger was met; 0 before.
    var metAt: Int64 = 0
}

/// A bar as the venue walks it.
package struct Bar: Equatable, Sendable {
    package let openTime_ns: Int64
    package let open: Int64
    package let high: Int64
    package let low: Int64
    package let close: Int64

    package init(openTime_ns: Int64, open: Int64, high: Int64, low: Int64, close: Int64) {
        self.openTime_ns = openTime_ns
        self.open = open
        self.high = high
        self.low = low
        self.close = close
    }
}

/// The simulated venue: which orders work, and which of them a market event fills.
///
/// Orders of one instrument are looked at in the order of their arrival.
package struct Venue {
    package let model: VenueModel
    private let steps: [Int64]
    private var working: [[Working]]
    package private(set) var workingCount = 0
    /// A row of the instrument with a low at or below this may fill something.
    package private(set) var lows: [Int64]
    /// A row of the instrument with a high at or above this may fill something.
    package private(set) var highs: [Int64]

    /// - Parameter steps: Price step of each instrument, in price units.
    package init(model: VenueModel, steps: [Int64]) {
        self.model = model
        self.steps = steps
        working = Array(repeating: [], count: steps.count)
        lows = Array(repeating: .min, count: steps.count)
        highs = Array(repeating: .max, count: steps.count)
    }

    /// Puts an order to work from `time_ns` on.
    package mutating func accept(_ terms: Order.Terms, order: Int, at time_ns: Int64) {
        working[terms.instrument].append(
            Working(
                order: order, side: terms.side, type: terms.type, price: terms.price,
                trigger: terms.trigger, quantity: terms.quantity, arrived_ns: time_ns,
                isTriggered: false))
        workingCount += 1
        refresh(terms.instrument)
    }

    /// Takes an order off. Returns false when it does not work here.
    package mutating func cancel(order: Int, instrument: Int) -> Bool {
        guard let index = working[instrument].firstIndex(where: { $0.order == order }) else {
            return false
        }
        working[instrument].remove(at: index)
        workingCount -= 1
        refresh(instrument)
        return true
    }

    /// Whether any order works in the instrument.
    package func works(in instrument: Int) -> Bool { !working[instrument].isEmpty }

    private mutating func refresh(_ instrument: Int) {
        var low = Int64.min, high = Int64.max
        for order in working[instrument] {
            switch (order.type, order.side, order.isTriggered) {
            case (.market, _, _): low = .max
            case (.limit, .buy, _), (.stopLimit, .buy, true): low = max(low, order.price)
            case (.limit, .sell, _), (.stopLimit, .sell, true): high = min(high, order.price)
            case (.stop, .buy, _), (.stopLimit, .buy, false): high = min(high, order.trigger)
            case (.stop, .sell, _), (.stopLimit, .sell, false): low = max(low, order.trigger)
            }
        }
        lows[instrument] = low
        highs[instrument] = high
    }

    // MARK: Bars

    /// Where the walk along a bar has come to. It starts at the open.
    package struct Walk: Sendable {
        let openTime_ns: Int64
        let open: Int64
        /// 0: at the open. 1...3: on the way to that corner.
        fileprivate(set) package var leg = 0
        var price: Int64
        fileprivate var corners = (first: Int64(0), second: Int64(0), close: Int64(0))

        package init(openTime_ns: Int64, open: Int64) {
            self.openTime_ns = openTime_ns
            self.open = open
            price = open
        }
    }

    /// Whether anything is left to be met on the rest of the walk.
    package func mayGoOn(_ walk: Walk, instrument: Int) -> Bool {
        walk.leg <= 3 && !working[instrument].isEmpty
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
                if let fill = take(hit, instrument: instrument, time_ns: walk.openTime_ns) {
                    return fill
                }
                continue
            }
            if walk.leg == 0 { return nil }
            walk.price = goal
            walk.leg += 1
        }
        return nil
    }

    private struct Hit {
        let index: Int
        let price: Int64
        let liquidity: Liquidity
        let onlyTriggers: Bool
    }

    /// The working order that the price meets first on its way from `walk.price` to `goal`.
    private func firstHit(_ walk: Walk, goal: Int64, instrument: Int) -> Hit? {
        var best: Hit?
        var bestDistance = UInt64.max
        for index in working[instrument].indices {
            let order = working[instrument][index]
            guard order.arrived_ns <= walk.openTime_ns else { continue }
            guard let hit = meeting(order, index, from: walk.price, to: goal, atOpen: walk.leg == 0)
            else { continue }
            let distance = (hit.price - walk.price).magnitude
            if distance < bestDistance {
                bestDistance = distance
                best = hit
            }
        }
        return best
    }

    /// Where the price meets one order on its way from `from` to `to`; at the open a price beyond
    /// the order's own is the price it gets.
    private func meeting(
        _ order: Working, _ index: Int, from: Int64, to: Int64, atOpen: Bool
    ) -> Hit? {
        switch order.type {
        case .market: return Hit(index: index, price: from, liquidity: .taker, onlyTriggers: false)
        case .limit: return limitHit(order, index, from: from, to: to, atOpen: atOpen)
        case .stop, .stopLimit:
            if order.isTriggered {
                return limitHit(order, index, from: from, to: to, atOpen: false)
            }
            let low = min(from, to), high = max(from, to)
            let met = order.side == .buy ? high >= order.trigger : low <= order.trigger
            guard met else { return nil }
            let price = order.side == .buy ? max(order.trigger, from) : min(order.trigger, from)
            return Hit(
                index: index, price: price, liquidity: .taker,
                onlyTriggers: order.type == .stopLimit)
        }
    }

    private func limitHit(
        _ order: Working, _ index: Int, from: Int64, to: Int64, atOpen: Bool
    ) -> Hit? {
        let better = order.side == .buy ? from < order.price : from > order.price
        let atLimit = atOpen && model.limitRule == .touch || order.metAt == from
        if better || (from == order.price && atLimit) {
            return Hit(index: index, price: from, liquidity: .taker, onlyTriggers: false)
        }
        let reached = order.side == .buy ? to <= order.price : to >= order.price
        guard reached, to != order.price || model.limitRule == .touch else { return nil }
        return Hit(index: index, price: order.price, liquidity: .maker, onlyTriggers: false)
    }

    private mutating func take(_ hit: Hit, instrument: Int, time_ns: Int64) -> VenueFill? {
        let order = working[instrument][hit.index]
        if hit.onlyTriggers {
            working[instrument][hit.index].isTriggered = true
            working[instrument][hit.index].metAt = hit.price
            refresh(instrument)
            return nil
        }
        working[instrument].remove(at: hit.index)
        workingCount -= 1
        refresh(instrument)
        let slips = order.type == .market || order.type == .stop
        let price = slips ? slipped(hit.price, order.side, instrument) : hit.price
        return VenueFill(
            order: order.order, price: price, quantity: order.quantity, liquidity: hit.liquidity,
            venueTime_ns: time_ns)
    }

    private func slipped(_ price: Int64, _ side: Side, _ instrument: Int) -> Int64 {
        guard model.slippage.e9 > 0 else { return price }
        let step = Int128(steps[instrument])
        let exact = Int128(price) * Int128(model.slippage.e9)
        let unit = step * 1_000_000_000
        let distance = (exact + unit - 1) / unit * step
        let moved = Int128(price) + Int128(side.sign) * distance
        return moved < step ? Int64(step) : Int64(clamping: moved)
    }

    // MARK: Trades

    /// Returns the next order that a trade at `price` fills, and takes it off; nil when none is
    /// left.
    ///
    /// Market orders and met stops fill at the trade's price, limit orders at their own.
    package mutating func nextFill(
        tradePrice price: Int64, venueTime_ns: Int64, time_ns: Int64, instrument: Int
    ) -> VenueFill? {
        var index = 0
        while index < working[instrument].count {
            let order = working[instrument][index]
            if order.arrived_ns < time_ns, let hit = tradeHit(order, index, price) {
                if let fill = take(hit, instrument: instrument, time_ns: venueTime_ns) {
                    return fill
                }
                continue
            }
            index += 1
        }
        return nil
    }

    private func tradeHit(_ order: Working, _ index: Int, _ price: Int64) -> Hit? {
        switch order.type {
        case .market: return Hit(index: index, price: price, liquidity: .taker, onlyTriggers: false)
        case .stop, .stopLimit:
            if order.isTriggered { return restingHit(order, index, price) }
            let met = order.side == .buy ? price >= order.trigger : price <= order.trigger
            guard met else { return nil }
            return Hit(
                index: index, price: price, liquidity: .taker,
                onlyTriggers: order.type == .stopLimit)
        case .limit: return restingHit(order, index, price)
        }
    }

    private func restingHit(_ order: Working, _ index: Int, _ price: Int64) -> Hit? {
        let through = order.side == .buy ? price < order.price : price > order.price
        guard through || (price == order.price && model.limitRule == .touch) else { return nil }
        return Hit(index: index, price: order.price, liquidity: .maker, onlyTriggers: false)
    }
}
