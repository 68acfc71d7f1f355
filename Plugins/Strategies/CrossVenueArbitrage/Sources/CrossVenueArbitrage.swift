import RialtoKit

/// Buys where one asset is cheap and sells where it is dear at the same moment.
///
/// Both legs are immediate or cancel at the prices that were seen, so neither may fill; what has
/// filled on one side only is unwound at once. Positions are what order reports add up to.
struct CrossVenueArbitrage: Strategy {
    static let info = PluginInfo(
        id: "org.rialto.cross-venue-arbitrage", version: "1.0.0", name: "Cross-venue arbitrage",
        summary: "Buys on one venue and sells on another when that pays more than both fees.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .number(
                1, "edge", -100...10_000, initial: 5, unit: "bps",
                "Gain after both fees from which it opens, of the price paid"),
            .number(
                2, "close_edge", -10_000...10_000, initial: 0, unit: "bps",
                "Gain after both fees from which it trades back what it holds"),
            .number(
                3, "fee_first", -100...1000, initial: 10, unit: "bps",
                "What a taker pays on the first instrument's venue"),
            .number(
                4, "fee_second", -100...1000, initial: 10, unit: "bps",
                "What a taker pays on the second's"),
            .decimal(
                5, "quantity", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 1, decimals: 0), unit: "base",
                "Most of one trade; no more than both venues show"),
            .decimal(
                6, "inventory_max", lowest: DecimalValue(units: 1, decimals: 18),
                highest: DecimalValue(units: 1_000_000_000_000, decimals: 0),
                initial: DecimalValue(units: 5, decimals: 0), unit: "base",
                "Most that it holds on one venue against the other"),
            .duration(
                7, "age_max", 0...3_600_000_000_000, initial: 1_000_000_000,
                "Oldest quote that it opens on; 0 sets none"),
            .duration(
                8, "pause", 0...3_600_000_000_000, initial: 1_000_000_000,
                "Rest after a leg that did not fill or was refused"),
            .boolean(9, "allow_short", initial: true, "Whether it may be short on a venue"),
        ])

    private let terms: ArbitrageTerms
    private var first: VenueLeg
    private var second: VenueLeg
    private var nextId: UInt64 = 1
    private var restsUntil_ns = Int64.min
    /// What is out, or was last, is the unwinding of a leg.
    private var isUnwinding = false

    init(_ setup: Setup) throws(PluginFailure) {
        guard setup.instruments.count == 2 else {
            throw PluginFailure("\(setup.instruments.count) instruments were given, allowed is 2")
        }
        let (a, b) = (setup.instruments[0], setup.instruments[1])
        guard a.currency == b.currency else {
            throw PluginFailure("currencies are \(a.currency) and \(b.currency), allowed is one")
        }
        terms = try ArbitrageTerms(setup, a, b)
        first = VenueLeg(a, fee_bps: setup.number(3), decimals: terms.decimals)
        second = VenueLeg(b, fee_bps: setup.number(4), decimals: terms.decimals)
    }

    var needs: [Need] { [.quotes(), .ownOrders] }

    mutating func onQuote(_ quote: Quote, _ intents: inout Intents) {
        if quote.instrument == first.info.index { first.take(quote) } else { second.take(quote) }
        guard !intents.isWarmUp, !first.isOut, !second.isOut else { return }
        if excess != 0 { return unwind(&intents) }
        guard quote.time_ns >= restsUntil_ns, isFresh(at: quote.time_ns) else { return }
        if let size = size(buying: first, selling: second) {
            trade(size, isFirstBought: true, &intents)
        } else if let size = size(buying: second, selling: first) {
            trade(size, isFirstBought: false, &intents)
        }
    }

    mutating func onOrder(_ order: OrderEvent, _ intents: inout Intents) {
        if order.instrument == first.info.index { first.take(order) } else { second.take(order) }
        if UInt32(order.state) == RIALTO_ORDER_REJECTED {
            restsUntil_ns = order.time_ns + terms.pause_ns
        }
        guard !first.isOut, !second.isOut, excess != 0 else { return }
        restsUntil_ns = order.time_ns + terms.pause_ns
        // An unwinding that did not fill is tried again at the next quote, not at once.
        if !isUnwinding { unwind(&intents) }
    }

    /// What is held on both venues together: it should be nothing.
    private var excess: Int64 {
        let sum = first.position + second.position
        return sum.magnitude < terms.step.magnitude ? 0 : sum
    }

    private func isFresh(at time_ns: Int64) -> Bool {
        guard terms.ageMax_ns > 0 else { return true }
        return time_ns - min(first.time_ns, second.time_ns) <= terms.ageMax_ns
    }

    /// How much may be bought of one and sold of the other with enough of a gain; nil when none.
    private func size(buying bought: VenueLeg, selling sold: VenueLeg) -> Int64? {
        guard bought.ask > 0, sold.bid > 0 else { return nil }
        let closes = bought.position < 0 && sold.position > 0
        let room =
            closes
            ? min(-bought.position, sold.position)
            : terms.inventoryMax - max(bought.position, -sold.position)
        let most = terms.allowsShort ? room : min(room, max(0, sold.position))
        let paid = bought.price(bought.ask)
        let gain = sold.price(sold.bid) * (1 - sold.fee) - paid * (1 + bought.fee)
        guard gain >= paid * (closes ? terms.closeEdge : terms.edge) else { return nil }
        let size = min(terms.quantity, most, bought.askQuantity, sold.bidQuantity)
        let whole = size - size % terms.step
        return whole > 0 ? whole : nil
    }

    /// Sends both legs at the prices that are shown.
    private mutating func trade(
        _ size: Int64, isFirstBought: Bool, _ intents: inout Intents
    ) {
        isUnwinding = false
        first.send(id: nextId, isBuy: isFirstBought, size: size)
        second.send(id: nextId + 1, isBuy: !isFirstBought, size: size)
        intents.order(
            id: nextId, first.info.index, side: isFirstBought ? RIALTO_BUY : RIALTO_SELL,
            quantity: first.quantity(size), limit: isFirstBought ? first.ask : first.bid,
            lifetime: RIALTO_IMMEDIATE_OR_CANCEL, reason: ArbitrageReason.edge)
        intents.order(
            id: nextId + 1, second.info.index, side: isFirstBought ? RIALTO_SELL : RIALTO_BUY,
            quantity: second.quantity(size), limit: isFirstBought ? second.bid : second.ask,
            lifetime: RIALTO_IMMEDIATE_OR_CANCEL, reason: ArbitrageReason.edge)
        nextId += 2
    }

    /// Takes back at the market what one leg has too much of.
    private mutating func unwind(_ intents: inout Intents) {
        let isLong = excess > 0, size = Int64(excess.magnitude)
        let isFirst = isLong == (first.position > second.position)
        let leg = isFirst ? first : second
        guard leg.quantity(size) > 0 else { return }
        isUnwinding = true
        if isFirst {
            first.send(id: nextId, isBuy: !isLong, size: size)
        } else {
            second.send(id: nextId, isBuy: !isLong, size: size)
        }
        intents.order(
            id: nextId, leg.info.index, side: isLong ? RIALTO_SELL : RIALTO_BUY,
            quantity: leg.quantity(size), lifetime: RIALTO_IMMEDIATE_OR_CANCEL,
            reason: ArbitrageReason.unwind)
        nextId += 1
    }
}

/// Codes that explain an order.
enum ArbitrageReason {
    static let edge: UInt32 = 1
    static let unwind: UInt32 = 2
}
