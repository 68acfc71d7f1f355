import RialtoValues

/// Prices of the venue that orders are measured against.
extension Venue {
    /// Best price of a side (buy: bids); nil where none stands.
    package func touch(_ side: Side, of instrument: Int) -> Int64? {
        books[instrument].best(side)?.price
    }

    /// Distance of best bid and ask, in price units; nil unless both stand.
    package func spread(of instrument: Int) -> Int64? {
        guard let bid = touch(.buy, of: instrument), let ask = touch(.sell, of: instrument) else {
            return nil
        }
        return ask - bid
    }

    /// The price that slippage has made `price` of: the market's own, where a taker paid more.
    package func unslipped(_ price: Int64, _ side: Side, _ instrument: Int) -> Int64 {
        guard model.slippage.e9 > 0 else { return price }
        let step = steps[instrument], whole: Int128 = 1_000_000_000
        let share = whole + Int128(side.sign) * Int128(model.slippage.e9)
        guard share > 0, let near = Int64(exactly: Int128(price) * whole / share) else {
            return price
        }
        let steps = (price - near).magnitude / UInt64(step)
        for count in steps...steps + 2 {
            let market = price - side.sign * Int64(count) * step
            if market > 0, slipped(market, side, instrument) == price { return market }
        }
        return near
    }
}
