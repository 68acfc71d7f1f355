import RialtoLedger
import RialtoValues

/// In which order a bar is taken to have visited its extremes.
package enum BarPath: UInt8, CaseIterable, Sendable {
    /// Open, the extreme nearer to the open, the other, close.
    case nearestExtreme = 1
    case highFirst = 2
    case lowFirst = 3
}

/// When a resting limit order counts as filled on bars and trades, where no queue is known.
package enum LimitRule: UInt8, CaseIterable, Sendable {
    /// The price went beyond the limit: the whole queue at the limit was served.
    case through = 1
    /// The price reached the limit.
    case touch = 2
}

/// What an instrument's orders are matched against.
package enum MatchLevel: UInt8, Comparable, Sendable {
    /// Closed bars: the next open, then the named path.
    case bars = 1
    /// Prints: the next one.
    case trades = 2
    /// The best bid and ask, and prints against the queue.
    case quotes = 3
    /// The whole book, and prints against the queue.
    case book = 4

    /// The level that events of a kind allow.
    package init(_ kind: EventKind) {
        switch kind {
        case .trades: self = .trades
        case .quotes: self = .quotes
        case .books, .bookDeltas: self = .book
        default: self = .bars
        }
    }

    /// Whether a taker finds standing liquidity when it arrives.
    package var isStanding: Bool {
        switch self {
        case .quotes, .book: true
        case .bars, .trades: false
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What the venue does when an order would meet one of the same account.
package enum SelfTradeRule: UInt8, CaseIterable, Sendable {
    /// Nothing: it looks at the recorded market only.
    case allow = 1
    /// The order that was there goes, where it is of the same instance; else the one that comes.
    case cancelResting = 2
    /// The order that comes goes.
    case expireTaker = 3
}

/// How the simulated venue fills and what it charges.
package struct VenueModel: Sendable {
    package var path: BarPath
    package var limitRule: LimitRule
    package var queue = QueueModel.pessimistic
    package var fees: FeeSchedule
    /// Added against the taker on bars and trades, in 10^-9 of the price, rounded away from the
    /// market to a whole step.
    package var slippage: Rate
    /// The share of a bar's volume that our orders may fill, in 10^-9; 0 any quantity.
    package var volumeShare_e9: Int64 = 0
    /// Of how many orders, in 10^-9, the venue refuses one for no reason of ours.
    package var refusals_e9: Int64 = 0
    /// Least value of an order, in units of 10^-18 of the account's currency; 0 any. Orders that
    /// only reduce may be of any size.
    package var notionalMin: Int128 = 0
    package var selfTrade = SelfTradeRule.expireTaker
    /// What goes wrong with the messages of every account.
    package var faults = ConnectionFaults.none
    /// Seeds what is random: refusals and faults.
    package var seed: UInt64 = 0

    package init(
        path: BarPath, limitRule: LimitRule, fees: FeeSchedule, slippage: Rate
    ) {
        self.path = path
        self.limitRule = limitRule
        self.fees = fees
        self.slippage = slippage
    }

    /// A venue with one maker and one taker rate.
    package init(path: BarPath, limitRule: LimitRule, maker: Rate, taker: Rate, slippage: Rate) {
        self.init(
            path: path, limitRule: limitRule, fees: FeeSchedule(maker: maker, taker: taker),
            slippage: slippage)
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

    package init(
        order: Int, price: Int64, quantity: Int64, liquidity: Liquidity, venueTime_ns: Int64
    ) {
        self.order = order
        self.price = price
        self.quantity = quantity
        self.liquidity = liquidity
        self.venueTime_ns = venueTime_ns
    }
}

/// An order that the venue took off although nobody canceled it.
package struct VenueEnding: Equatable, Sendable {
    /// The host's order number.
    package let order: Int
    /// `takes` where it was post-only, `unfilled` where it had to fill at once.
    package let reason: OrderReason

    package init(order: Int, reason: OrderReason) {
        self.order = order
        self.reason = reason
    }
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
