import RialtoLedger

/// Something that happens to an instrument, and with it to whoever holds it.
package struct InstrumentEvent: Equatable, Sendable {
    /// What it is.
    package enum Change: Equatable, Sendable {
        /// Longs pay shorts this share of their position's notional; below 0 shorts pay longs.
        case funding(Rate)
        /// Longs receive, and shorts pay, so much for each whole unit of the base, in 10^-18 of the
        /// settlement currency.
        case dividend(perUnit: Int128)
        /// So many new units for so many old ones. Orders are taken off; targets, stops and last
        /// prices are restated.
        case split(numerator: Int64, denominator: Int64)
        /// It expires or is taken off the market: positions are closed at this price, in price
        /// units, and no order is accepted any more. 0 is the last price.
        case settlement(price: Int64)
        /// Orders come and wait, none fills.
        case halt
        case resume
    }

    /// When it takes effect, Unix nanoseconds UTC.
    package let time_ns: Int64
    package let instrument: Int
    package let change: Change

    package init(time_ns: Int64, instrument: Int, change: Change) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.change = change
    }
}
