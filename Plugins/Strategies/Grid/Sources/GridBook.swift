import RialtoIndicators
import RialtoKit

/// One instrument's grid: where its levels lie and what the venue has said of each.
struct GridBook {
    /// What to do next.
    enum Step { case nothing, placeOrders, cancelOrders, closePosition }

    /// What the grid is about.
    private enum Mode { case waiting, working, closing }

    /// The levels: entries that buy from the lowest up, then those that sell from the highest down.
    var slots: [GridSlot]
    /// Net quantity held, as the last fill said.
    var position: Int64 = 0
    /// Id of the order that closes the position; 0 none.
    var closeId: UInt64 = 0
    private let terms: GridTerms
    private let quantity: Int64
    private let inventoryMax: Int64
    private let tick: Int64
    private let range: (lower: Int64, upper: Int64)
    private var atr: ATR
    /// Latest average true range, in price units; 0 before it is known.
    private var volatility = 0.0
    private var close: Int64 = 0
    private var mode = Mode.waiting
    private var rest: Int64 = 0
    private var lower: Int64 = 0
    private var upper: Int64 = 0
    private var spacing: Int64 = 0

    init(_ terms: GridTerms, _ instrument: InstrumentInfo, atrLength: Int) throws(PluginFailure) {
        guard let quantity = instrument.quantity(terms.quantity), quantity > 0,
            let bound = instrument.quantity(terms.inventoryMax)
        else { throw PluginFailure("quantity is below one step of \(instrument.name)") }
        guard let low = terms.lower.rescaled(to: instrument.priceDecimals),
            let high = terms.upper.rescaled(to: instrument.priceDecimals)
        else { throw PluginFailure("lower or upper does not fit the prices of \(instrument.name)") }
        let sides: Int64 = terms.holdsShort ? 2 : 1
        let least = Int64(terms.levels) * sides * instrument.priceStep
        guard terms.isAutomatic || (low > 0 && high - low >= least) else {
            throw PluginFailure("lower to upper has no room for \(terms.slotCount) levels")
        }
        self.terms = terms
        self.quantity = quantity
        inventoryMax = bound > 0 ? bound : quantity * Int64(terms.levels)
        tick = instrument.priceStep
        range = (low, high)
        atr = ATR(length: atrLength)
        slots = (0..<terms.slotCount).map { GridSlot(isBuy: $0 < terms.levels) }
    }

    /// Takes in a bar.
    mutating func add(_ bar: Bar) {
        let high = Double(bar.high), low = Double(bar.low)
        if let value = atr.update(high: high, low: low, close: Double(bar.close)) {
            volatility = value
        }
        close = bar.close
        if mode == .waiting, rest > 0 { rest -= 1 }
    }

    /// Whether its levels are laid and not being closed.
    var isWorking: Bool { mode == .working }

    /// Takes in what became of an order. Returns whether it has filled, so that another is due.
    mutating func take(_ order: OrderEvent) -> Bool {
        let ended = [
            RIALTO_ORDER_FILLED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_REJECTED, RIALTO_ORDER_EXPIRED,
        ]
        guard ended.contains(UInt32(order.state)) else { return false }
        if order.orderId == closeId {
            closeId = 0
            return false
        }
        for index in slots.indices where slots[index].orderId == order.orderId {
            slots[index].end(filled: order.filled)
        }
        return UInt32(order.state) == RIALTO_ORDER_FILLED
    }

    /// Moves on to what the latest bar calls for, when all reports before it are known.
    mutating func step() -> Step {
        switch mode {
        case .waiting:
            guard rest == 0, lay() else { return .nothing }
            mode = .working
            return .placeOrders
        case .working:
            guard isStopped || isLeftBehind else { return .placeOrders }
            rest = isStopped ? terms.pause : 0
            mode = .closing
            return slots.contains(where: \.isLive) ? .cancelOrders : closing()
        case .closing: return closing()
        }
    }

    /// Waits until no order works and no position is left.
    private mutating func closing() -> Step {
        guard closeId == 0, !slots.contains(where: \.isLive) else { return .nothing }
        guard position == 0 else { return .closePosition }
        for index in slots.indices { slots[index] = GridSlot(isBuy: slots[index].isBuy) }
        mode = .waiting
        return .nothing
    }

    /// Lays the levels out. Returns whether that can be done now.
    private mutating func lay() -> Bool {
        guard volatility > 0, close > 0 else { return false }
        let count = Int64(terms.levels)
        if terms.isAutomatic {
            spacing = wideSpacing
            lower = close - count * spacing
            upper = terms.holdsShort ? close + count * spacing : close
            return lower > 0
        }
        guard (range.lower...range.upper).contains(close) else { return false }
        (lower, upper) = range
        spacing = (upper - lower) / Int64(terms.slotCount) / tick * tick
        return spacing > 0
    }

    /// The spacing that the latest volatility asks for, at least one tick.
    private var wideSpacing: Int64 {
        let ticks = (volatility * terms.spacing / Double(tick)).rounded()
        return max(1, Int64(min(ticks, 1e15))) * tick
    }

    /// The grid's own spacing, or a wider one while volatility is above what it was laid for.
    private var liveSpacing: Double { Double(max(spacing, wideSpacing)) }

    private var isStopped: Bool {
        guard terms.stop > 0 else { return false }
        let reach = terms.stop * liveSpacing, price = Double(close)
        return price < Double(lower) - reach || (terms.holdsShort && price > Double(upper) + reach)
    }

    /// Whether the price has run away from an automatic grid that holds nothing.
    private var isLeftBehind: Bool {
        guard terms.isAutomatic, slots.allSatisfy({ $0.held == 0 }) else { return false }
        let reach = terms.recenter * Double(spacing), price = Double(close)
        return price > Double(upper) + reach || price < Double(lower) - reach
    }

    /// The order that level `index` lacks, which then counts as sent; nil when it lacks none.
    mutating func orderDue(_ index: Int) -> GridOrder? {
        let slot = slots[index], level = level(index)
        guard level > 0 else { return nil }
        switch slot.phase {
        case .entering, .exiting: return nil
        case .held:
            let price = exit(from: level, isBuy: slot.isBuy)
            slots[index].phase = .exiting
            slots[index].ordered = slot.held
            return GridOrder(isBuy: !slot.isBuy, isExit: true, price: price, quantity: slot.held)
        case .idle:
            let isAhead = slot.isBuy ? level < close : level > close
            guard isAhead, exposure(isBuy: slot.isBuy) + quantity <= inventoryMax else {
                return nil
            }
            slots[index].phase = .entering
            slots[index].ordered = quantity
            return GridOrder(isBuy: slot.isBuy, isExit: false, price: level, quantity: quantity)
        }
    }

    /// Price of an entry, a whole number of ticks.
    private func level(_ index: Int) -> Int64 {
        let place = Int64(index % terms.levels) * spacing
        return slots[index].isBuy ? (lower + place) / tick * tick : (upper - place) / tick * tick
    }

    /// Price of the exit of an entry at `level`, at least one tick from it.
    private func exit(from level: Int64, isBuy: Bool) -> Int64 {
        let ticks = (terms.takeProfit * liveSpacing / Double(tick)).rounded()
        let distance = max(1, Int64(min(ticks, 1e15))) * tick
        return isBuy ? level + distance : max(tick, level - distance)
    }

    /// Quantity held or on order on one side.
    private func exposure(isBuy: Bool) -> Int64 {
        slots.reduce(0) { sum, slot in
            guard slot.isBuy == isBuy else { return sum }
            return sum + (slot.phase == .entering ? slot.ordered : slot.held)
        }
    }
}
