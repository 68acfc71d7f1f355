/// Direction of an order.
@frozen public enum Side: UInt8, Sendable {
    case buy = 1
    case sell = 2

    /// 1 for a buy, -1 for a sell.
    @inlinable public var sign: Int64 { self == .buy ? 1 : -1 }

    /// The other direction.
    @inlinable public var opposite: Side { self == .buy ? .sell : .buy }
}

/// What has become of an order, as its owner is told.
@frozen public enum OrderState: UInt8, Sendable {
    case submitted = 1
    case accepted = 2
    case partlyFilled = 3
    case filled = 4
    case canceled = 5
    case rejected = 6
    case expired = 7
    case unknown = 8

    /// Whether nothing more can happen to it, but for a late fill.
    public var isTerminal: Bool { rawValue >= 4 && rawValue <= 7 }
}

/// Why an order was refused or ended.
@frozen public enum OrderReason: UInt16, CaseIterable, Sendable {
    case none = 0
    case size = 1
    case notional = 2
    case band = 3
    case position = 4
    case drawdown = 5
    case capital = 6
    case short = 7
    case noPrice = 8
    case unknownOrder = 9
    case venue = 10
    case linked = 11
    case unsupported = 12
    case duplicate = 13
    case overflow = 14
    case takes = 15
    case unfilled = 16
    case selfTrade = 17
    case liquidated = 18
    case closed = 19
    case lost = 20
    case minimum = 21
}

/// On which side of the book a fill happened.
@frozen public enum Liquidity: UInt8, Sendable {
    case maker = 1
    case taker = 2
    /// Crossed with another instance of the same account, free of fee.
    case `internal` = 3
}

/// A report on an order, for the instance that gave it.
@frozen public struct OrderReport: Equatable, Sendable {
    public var time_ns: Int64
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: Int64
    /// The plugin's own id.
    public var orderId: UInt64
    /// Index of the instrument, stable for one run.
    public var instrument: UInt32
    /// How far the order has come.
    public var state: OrderState
    /// Whether it buys or sells.
    public var side: Side
    /// Why it was refused or ended.
    public var reason: OrderReason
    /// 0 for market orders.
    public var price: Int64
    /// In the instrument's quantity unit.
    public var quantity: Int64
    /// What has filled so far, in the quantity unit.
    public var filled: Int64

    public init(
        time_ns: Int64, venueTime_ns: Int64, orderId: UInt64, instrument: UInt32, state: OrderState,
        side: Side, reason: OrderReason, price: Int64, quantity: Int64, filled: Int64
    ) {
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.orderId = orderId
        self.instrument = instrument
        self.state = state
        self.side = side
        self.reason = reason
        self.price = price
        self.quantity = quantity
        self.filled = filled
    }
}

/// A fill of one instance, or its share of an order that nets several.
@frozen public struct FillReport: Equatable, Sendable {
    public var time_ns: Int64
    /// As the venue states it, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: Int64
    /// The plugin's own id; 0 when the fill serves a target.
    public var orderId: UInt64
    /// Index of the instrument, stable for one run.
    public var instrument: UInt32
    /// Whether it buys or sells.
    public var side: Side
    /// Whether it waited in the book, took from it, or crossed inside.
    public var liquidity: Liquidity
    /// In the instrument's price unit.
    public var price: Int64
    /// In the instrument's quantity unit.
    public var quantity: Int64
    /// The instance's position after the fill.
    public var position: Int64
    /// In units of 10^-18 of the settlement currency.
    public var fee: Int128

    public init(
        time_ns: Int64, venueTime_ns: Int64, orderId: UInt64, instrument: UInt32, side: Side,
        liquidity: Liquidity, price: Int64, quantity: Int64, position: Int64, fee: Int128
    ) {
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.orderId = orderId
        self.instrument = instrument
        self.side = side
        self.liquidity = liquidity
        self.price = price
        self.quantity = quantity
        self.position = position
        self.fee = fee
    }
}

/// An instance's virtual book at one moment; money in units of 10^-18.
public struct AccountReport: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: Int64
    /// Money in hand, in units of 10^-18.
    public var cash: Int128
    /// Cash and positions at market prices, in units of 10^-18.
    public var equity: Int128
    /// Money bound by open positions, in units of 10^-18; 0 for spot.
    public var margin: Int128
    /// Money that may still be used, in units of 10^-18.
    public var capitalLeft: Int128
    /// Whether only orders that reduce are accepted.
    public var isHalted: Bool
    /// Positions that are not flat, by instrument.
    public var positions: [(instrument: UInt32, quantity: Int64)]

    public init(
        time_ns: Int64, cash: Int128, equity: Int128, margin: Int128, capitalLeft: Int128,
        isHalted: Bool, positions: [(instrument: UInt32, quantity: Int64)]
    ) {
        self.time_ns = time_ns
        self.cash = cash
        self.equity = equity
        self.margin = margin
        self.capitalLeft = capitalLeft
        self.isHalted = isHalted
        self.positions = positions
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.time_ns == b.time_ns && a.cash == b.cash && a.equity == b.equity && a.margin == b.margin
            && a.capitalLeft == b.capitalLeft && a.isHalted == b.isHalted
            && a.positions.elementsEqual(b.positions) { $0 == $1 }
    }
}
