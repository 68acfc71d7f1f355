import RialtoKit

/// One instrument's quotes: where they should stand, and what the venue has said of them.
struct MakerBook {
    /// Net quantity that the reports of its orders add up to.
    private(set) var position: Int64 = 0
    private let terms: MakerTerms
    private let quantity: Int64
    private let inventoryMax: Int64
    private let quantityStep: Int64
    private let tick: Int64
    private var volatility: SampledVolatility
    private var bid: Int64 = 0
    private var ask: Int64 = 0
    /// Whether it is traded, and whether the feed misses nothing: only then does it quote.
    private var isTrading = true
    private var isWhole = true
    private var isLive = true
    private var buys = QuoteSide()
    private var sells = QuoteSide()

    init(_ terms: MakerTerms, _ instrument: InstrumentInfo) throws(PluginFailure) {
        guard let quantity = instrument.quantity(terms.quantity), quantity > 0 else {
            throw PluginFailure("quantity is below one step of \(instrument.name)")
        }
        guard let most = instrument.quantity(terms.inventoryMax) else {
            throw PluginFailure("inventory_max does not fit the quantities of \(instrument.name)")
        }
        guard most >= quantity else {
            throw PluginFailure("inventory_max is below quantity, allowed is that or more")
        }
        self.terms = terms
        self.quantity = quantity
        inventoryMax = most
        quantityStep = instrument.quantityStep
        tick = instrument.priceStep
        volatility = SampledVolatility(sample_ns: terms.sample_ns, length: terms.volatilityLength)
    }

    /// Takes in what is displayed.
    mutating func take(_ quote: Quote) {
        (bid, ask) = (quote.bidPrice, quote.askPrice)
        if hasMarket { volatility.add(mid, at: quote.time_ns) }
    }

    /// Takes in what trading, or what is heard of it, has come to. A market from before a gap is
    /// not known any more.
    mutating func take(_ status: StatusEvent) {
        switch UInt32(status.status) {
        case RIALTO_STATUS_OPEN: isTrading = true
        case RIALTO_STATUS_HALTED, RIALTO_STATUS_CLOSED: isTrading = false
        case RIALTO_STATUS_GAP: (isWhole, bid, ask) = (false, 0, 0)
        case RIALTO_STATUS_RECONNECT: isWhole = true
        case RIALTO_STATUS_STALE: (isLive, bid, ask) = (false, 0, 0)
        case RIALTO_STATUS_LIVE: isLive = true
        default: break
        }
    }

    /// Takes in what became of an order. Returns whether its side is free for another one now.
    mutating func take(_ order: OrderEvent) -> Bool {
        if UInt32(order.side) == RIALTO_BUY {
            position += buys.take(order, pause_ns: terms.pause_ns)
        } else {
            position -= sells.take(order, pause_ns: terms.pause_ns)
        }
        // What has expired would have taken: the next quote tells where it may stand.
        let state = UInt32(order.state)
        return state == RIALTO_ORDER_FILLED || state == RIALTO_ORDER_CANCELED
    }

    /// The standing order of a side that must go, which then counts as leaving; nil when none must.
    mutating func orderToCancel(isBuy: Bool, at time_ns: Int64) -> UInt64? {
        let side = isBuy ? buys : sells
        guard side.standing.isLive, !side.leaving.isLive else { return nil }
        let isHurried = side.standing.left > room(isBuy: isBuy)
        if let wanted = price(isBuy: isBuy), !isHurried {
            let isOff =
                (wanted - side.standing.price).magnitude >= (terms.threshold * tick).magnitude
            guard isOff, time_ns - side.placed_ns >= terms.rest_ns else { return nil }
        }
        return isBuy ? buys.leave() : sells.leave()
    }

    /// The quote that a side lacks, which then counts as sent as `id`; nil when it lacks none.
    mutating func quoteDue(
        isBuy: Bool, id: UInt64, at time_ns: Int64
    ) -> (price: Int64, quantity: Int64)? {
        let side = isBuy ? buys : sells
        guard !side.standing.isLive, time_ns >= side.restsUntil_ns,
            let price = price(isBuy: isBuy)
        else { return nil }
        let free = min(quantity, room(isBuy: isBuy))
        let size = free - free % quantityStep
        guard size > 0 else { return nil }
        let quote = WorkingQuote(id: id, price: price, left: size)
        if isBuy {
            (buys.standing, buys.placed_ns) = (quote, time_ns)
        } else {
            (sells.standing, sells.placed_ns) = (quote, time_ns)
        }
        return (price, size)
    }

    /// What a side may still have on order beside an order that is leaving, if that fills.
    private func room(isBuy: Bool) -> Int64 {
        if isBuy { return max(0, inventoryMax - position - buys.leaving.left) }
        let most = terms.allowsShort ? inventoryMax : 0
        return max(0, most + position - sells.leaving.left)
    }

    private var hasMarket: Bool { bid > 0 && ask > bid }
    private var mid: Double { (Double(bid) + Double(ask)) / 2 }

    /// The distance of a quote from the reservation price; nil while volatility is not known.
    private var halfSpread: Double? {
        let least = Double(terms.halfSpread * tick)
        guard terms.spreadVolatility > 0 else { return least }
        return volatility.deviation.map { max(least, $0 * terms.spreadVolatility) }
    }

    /// Where a quote of this side should stand: a whole number of ticks that takes nothing; nil
    /// while that is not known, or none may stand.
    private func price(isBuy: Bool) -> Int64? {
        guard isTrading, isWhole, isLive, hasMarket, let half = halfSpread else { return nil }
        let share = Double(position) / Double(inventoryMax)
        let reservation = mid - terms.skew * max(half, Double(tick)) * share
        let ticks = ((isBuy ? reservation - half : reservation + half) / Double(tick))
            .rounded(isBuy ? .down : .up)
        guard ticks >= 1, ticks < 1e15 else { return nil }
        let price = Int64(ticks) * tick
        return isBuy ? min(price, ask - tick) : max(price, bid + tick)
    }
}
