import CRialto

/// How the host is to work an order; durations in nanoseconds, above 0.
@frozen public enum Algorithm: Equatable, Sendable {
    /// Equal parts over the duration; the rest goes to the market at its end.
    case twap(duration_ns: Int64)
    /// Parts as large as the volume that past sessions let expect for their time; the rest goes to
    /// the market at its end.
    case vwap(duration_ns: Int64)
    /// A share of the volume in 10^-6, 1...999_999, until it is filled or, where the duration is
    /// not 0, until its end.
    case participation(rate_e6: UInt32, duration_ns: Int64)
    /// Shows `quantity` in the book, and more when that has filled. Needs a limit. What is shown
    /// varies by up to `jitter_e6` of 10^-6, 0...500_000, and comes up to `delay_ns` later.
    case iceberg(quantity: Int64, jitter_e6: UInt32, delay_ns: Int64)
    /// The schedule of least cost of Almgren and Chriss; the aversion in 10^-6 per unit of money, 0
    /// for equal parts. The rest goes to the market at its end.
    case shortfall(duration_ns: Int64, aversion_e6: UInt32)
    /// Waits in the book at the best price of its side, then takes.
    case makerTaker(duration_ns: Int64)
}

extension Intents {
    /// Sends an order that the host works in parts: one order to the strategy, with one id for
    /// cancel, replace, reports and fills.
    ///
    /// - Parameters:
    ///   - id: The strategy's own id, rising, above 0.
    ///   - side: `RIALTO_BUY` or `RIALTO_SELL`.
    ///   - quantity: Of the whole, in the instrument's unit, above 0.
    ///   - limit: Price that no part goes beyond; 0 none.
    ///   - expires_ns: When it ends, Unix nanoseconds; 0 never.
    @inlinable public mutating func execute(
        id: UInt64, _ instrument: UInt32, side: UInt32, quantity: Int64, _ algorithm: Algorithm,
        limit: Int64 = 0, stop: Int64 = 0, takeProfit: Int64 = 0, reduceOnly: Bool = false,
        expires_ns: Int64 = 0, reason: UInt32 = 0
    ) {
        guard let item = add(RIALTO_INTENT_ORDER, instrument) else { return }
        item.pointee.order_id = id
        item.pointee.side = UInt8(truncatingIfNeeded: side)
        item.pointee.order_type = UInt8(limit > 0 ? RIALTO_ORDER_LIMIT : RIALTO_ORDER_MARKET)
        item.pointee.quantity = quantity
        item.pointee.price = limit
        item.pointee.stop_price = stop
        item.pointee.take_profit_price = takeProfit
        item.pointee.order_flags = reduceOnly ? UInt16(RIALTO_ORDER_REDUCE_ONLY) : 0
        item.pointee.expire_time_ns = expires_ns
        if expires_ns > 0 { item.pointee.time_in_force = UInt8(RIALTO_GOOD_TILL_TIME) }
        item.pointee.reason = reason
        algorithm.write(to: item)
    }
}

extension Algorithm {
    @inlinable func write(to item: UnsafeMutablePointer<rialto_intent_t>) {
        let number: UInt32, duration_ns: Int64
        switch self {
        case .twap(let duration): (number, duration_ns) = (RIALTO_ALGORITHM_TWAP, duration)
        case .vwap(let duration): (number, duration_ns) = (RIALTO_ALGORITHM_VWAP, duration)
        case .participation(let rate, let duration):
            (number, duration_ns) = (RIALTO_ALGORITHM_POV, duration)
            item.pointee.algorithm_rate_e6 = rate
        case .iceberg(let quantity, let jitter, let delay):
            (number, duration_ns) = (RIALTO_ALGORITHM_ICEBERG, delay)
            item.pointee.algorithm_quantity = quantity
            item.pointee.algorithm_rate_e6 = jitter
        case .shortfall(let duration, let aversion):
            (number, duration_ns) = (RIALTO_ALGORITHM_SHORTFALL, duration)
            item.pointee.algorithm_rate_e6 = aversion
        case .makerTaker(let duration):
            (number, duration_ns) = (RIALTO_ALGORITHM_MAKER_TAKER, duration)
        }
        item.pointee.algorithm_duration_ns = duration_ns
        item.pointee.algorithm = UInt8(truncatingIfNeeded: number)
    }
}
