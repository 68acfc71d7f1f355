/// What became of an order of this instance.
@frozen public struct OrderEvent: Equatable, Sendable {
    public let time_ns: Int64
    /// The id that the order was given.
    public let orderId: UInt64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_ORDER_...`
    public let state: UInt8
    /// `RIALTO_BUY` or `RIALTO_SELL`.
    public let side: UInt8
    /// `RIALTO_REASON_...`
    public let reason: UInt16
    /// In the instrument's price unit.
    public let price: Int64
    /// In the instrument's quantity unit.
    public let quantity: Int64
    /// What has filled so far, in the quantity unit.
    public let filled: Int64

    @inlinable public init(
        time_ns: Int64, orderId: UInt64, instrument: UInt32, state: UInt8, side: UInt8,
        reason: UInt16 = 0, price: Int64, quantity: Int64, filled: Int64
    ) {
        self.time_ns = time_ns
        self.orderId = orderId
        self.instrument = instrument
        self.state = state
        self.side = side
        self.reason = reason
        self.price = price
        self.quantity = quantity
        self.filled = filled
    }

    @inlinable init(_ c: UnsafePointer<rialto_own_orders_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        orderId = c.pointee.order_id[row]
        instrument = c.pointee.instrument[row]
        state = c.pointee.state[row]
        side = c.pointee.side[row]
        reason = c.pointee.reason[row]
        price = c.pointee.price[row]
        quantity = c.pointee.quantity[row]
        filled = c.pointee.filled[row]
    }
}

/// A fill of this instance.
@frozen public struct FillEvent: Equatable, Sendable {
    public let time_ns: Int64
    /// 0 when it serves a target.
    public let orderId: UInt64
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_BUY` or `RIALTO_SELL`.
    public let side: UInt8
    /// `RIALTO_LIQUIDITY_...`
    public let liquidity: UInt8
    /// In the instrument's price unit.
    public let price: Int64
    /// In the instrument's quantity unit.
    public let quantity: Int64
    /// The instance's position after the fill.
    public let position: Int64
    /// In units of 10^-18.
    public let fee: Int128

    @inlinable public init(
        time_ns: Int64, orderId: UInt64, instrument: UInt32, side: UInt8, liquidity: UInt8,
        price: Int64, quantity: Int64, position: Int64, fee: Int128
    ) {
        self.time_ns = time_ns
        self.orderId = orderId
        self.instrument = instrument
        self.side = side
        self.liquidity = liquidity
        self.price = price
        self.quantity = quantity
        self.position = position
        self.fee = fee
    }

    @inlinable init(_ c: UnsafePointer<rialto_fills_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        orderId = c.pointee.order_id[row]
        instrument = c.pointee.instrument[row]
        side = c.pointee.side[row]
        liquidity = c.pointee.liquidity[row]
        price = c.pointee.price[row]
        quantity = c.pointee.quantity[row]
        position = c.pointee.position[row]
        fee = Int128(c.pointee.fee[row])
    }
}

/// The instance's book, beside an own report. Money in units of 10^-18.
@frozen public struct AccountEvent: Equatable, Sendable {
    public let time_ns: Int64
    /// Money in hand, in units of 10^-18.
    public let cash: Int128
    /// Cash and positions at market prices, in units of 10^-18.
    public let equity: Int128
    /// Money that may still be used, in units of 10^-18.
    public let capitalLeft: Int128
    /// Whether only orders that reduce are accepted.
    public let isHalted: Bool

    @inlinable public init(
        time_ns: Int64, cash: Int128, equity: Int128, capitalLeft: Int128, isHalted: Bool
    ) {
        self.time_ns = time_ns
        self.cash = cash
        self.equity = equity
        self.capitalLeft = capitalLeft
        self.isHalted = isHalted
    }

    @inlinable init(_ c: UnsafePointer<rialto_account_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        cash = Int128(c.pointee.cash[row])
        equity = Int128(c.pointee.equity[row])
        capitalLeft = Int128(c.pointee.capital_left[row])
        isHalted = c.pointee.halted[row] != 0
    }
}

extension Int128 {
    /// An amount of the contract.
    @inlinable public init(_ cash: rialto_cash_t) {
        self = Int128(cash.high) << 64 | Int128(cash.low)
    }
}

extension rialto_cash_t {
    /// An amount in units of 10^-18.
    init(_ units: Int128) {
        self.init(
            low: UInt64(truncatingIfNeeded: units), high: Int64(truncatingIfNeeded: units >> 64))
    }
}
