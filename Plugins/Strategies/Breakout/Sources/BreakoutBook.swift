import RialtoIndicators
import RialtoKit

/// One instrument's range, and what the venue has said of its orders.
struct BreakoutBook {
    /// What to do next.
    enum Step { case nothing, enter, cancel, protect, move(id: UInt64, trigger: Int64) }

    /// Orders that there may be: three on each side.
    static let orderCount = 6

    let holdsShort: Bool
    private let terms: BreakoutTerms
    private let quantity: Int64
    private let tick: Int64
    private var high: Extreme
    private var low: Extreme
    private var exitHigh: Extreme
    private var exitLow: Extreme
    private var atr: ATR
    private var bars = 0
    private var range = (low: Int64(0), high: Int64(0))
    private var exitRange = (low: Int64(0), high: Int64(0))
    private var close: Int64 = 0
    /// Latest average true range, in price units; 0 before it is known.
    private var volatility = 0.0
    private var long = Attempt()
    private var short = Attempt()
    /// Net quantity that order reports add up to.
    private var position: Int64 = 0
    /// Range that the entries stand at.
    private var entered = (low: Int64(0), high: Int64(0))
    /// The entries are being taken back, to be sent at other prices.
    private var isMoving = false

    init(_ terms: BreakoutTerms, _ instrument: InstrumentInfo) throws(PluginFailure) {
        guard let quantity = instrument.quantity(terms.quantity), quantity > 0 else {
            throw PluginFailure("quantity is below one step of \(instrument.name)")
        }
        self.terms = terms
        self.quantity = quantity
        holdsShort = terms.holdsShort
        tick = instrument.priceStep
        high = Extreme(length: terms.length, largest: true)
        low = Extreme(length: terms.length, largest: false)
        exitHigh = Extreme(length: max(1, terms.exitLength), largest: true)
        exitLow = Extreme(length: max(1, terms.exitLength), largest: false)
        atr = ATR(length: terms.atrLength)
    }

    /// Takes in a bar.
    mutating func add(_ bar: Bar) {
        let top = Double(bar.high), bottom = Double(bar.low)
        range = (Int64(low.update(bottom)), Int64(high.update(top)))
        exitRange = (Int64(exitLow.update(bottom)), Int64(exitHigh.update(top)))
        if let value = atr.update(high: top, low: bottom, close: Double(bar.close)) {
            volatility = value
        }
        close = bar.close
        bars = min(bars + 1, terms.length)
    }

    /// Takes in what became of an order.
    mutating func take(_ order: OrderEvent) {
        position += long.take(order)
        position -= short.take(order)
        if position != 0 { isMoving = false }
    }

    /// Whether entries that were taken back are gone without a fill, and may be sent anew.
    var isReadyToReenter: Bool { isMoving && position == 0 && !isLive }

    private var isLive: Bool { long.isLive || short.isLive }
    private var hasEntry: Bool { long.entry.isLive || short.entry.isLive }
    private var isKnown: Bool { bars == terms.length && volatility > 0 }

    // MARK: What to do at a bar

    func step() -> Step {
        guard isKnown else { return .nothing }
        if position != 0 { return hasEntry ? .cancel : keep(position > 0 ? long : short) }
        guard isLive else { return .enter }
        let isOff = range.high != entered.high || (holdsShort && range.low != entered.low)
        return isOff || !hasEntry ? .cancel : .nothing
    }

    /// Sees to the stop of a position.
    private func keep(_ attempt: Attempt) -> Step {
        guard attempt.stop.isLive else { return .protect }
        guard terms.exitLength > 0, attempt.stop.change == .none else { return .nothing }
        let level = position > 0 ? exitRange.low - tick : exitRange.high + tick
        let isNearer = position > 0 ? level > attempt.stopPrice : level < attempt.stopPrice
        return isNearer ? .move(id: attempt.stop.id, trigger: level) : .nothing
    }

    // MARK: What is sent

    /// The entry of a side and its exits, which then count as sent under `id` and the two ids after
    /// it; nil where a price would not be above 0.
    mutating func enter(isLong: Bool, id: UInt64) -> EntryPlan? {
        (isMoving, entered) = (false, range)
        let sign: Int64 = isLong ? 1 : -1
        let entry = (isLong ? range.high : range.low) + sign * terms.buffer * tick
        let distance = ticks(terms.stop), reach = terms.target > 0 ? ticks(terms.target) : 0
        let plan = EntryPlan(
            quantity: quantity, entry: entry, stop: entry - sign * distance, distance: distance,
            isTrailing: terms.isTrailing, target: reach > 0 ? entry + sign * reach : 0)
        guard plan.entry > 0, plan.stop > 0, reach == 0 || plan.target > 0 else { return nil }
        var attempt = Attempt()
        attempt.entry.id = id
        attempt.stop.id = id + 1
        attempt.stopPrice = plan.stop
        if plan.target > 0 { attempt.target.id = id + 2 }
        if isLong { long = attempt } else { short = attempt }
        return plan
    }

    /// One of its orders that must go; nil when it may stay. Ask for all, in order.
    mutating func orderToCancel(_ index: Int) -> UInt64? {
        let attempt = index < 3 ? long : short
        switch index % 3 {
        case 0:
            guard attempt.entry.isLive else { return nil }
            isMoving = position == 0
            return attempt.entry.id
        case 1: return orphan(attempt, attempt.stop)
        default: return orphan(attempt, attempt.target)
        }
    }

    /// An exit that neither a position nor an entry needs.
    private func orphan(_ attempt: Attempt, _ exit: TrackedOrder) -> UInt64? {
        exit.isLive && !attempt.entry.isLive && position == 0 ? exit.id : nil
    }

    /// The stop that a position lacks, which then counts as sent as `id`.
    mutating func protect(id: UInt64) -> (isLong: Bool, quantity: Int64, price: Int64) {
        let isLong = position > 0, size = Int64(position.magnitude)
        let distance = ticks(terms.stop)
        let kept = isLong ? long.stopPrice : short.stopPrice
        let price = kept > 0 ? kept : max(tick, close - (isLong ? distance : -distance))
        if isLong {
            (long.stop, long.stopPrice) = (TrackedOrder(id: id), price)
        } else {
            (short.stop, short.stopPrice) = (TrackedOrder(id: id), price)
        }
        return (isLong, size, price)
    }

    /// The stop has been told to stand at `trigger`.
    mutating func moved(to trigger: Int64) {
        if position > 0 {
            (long.stop.change, long.stopPrice) = (.asked, trigger)
        } else {
            (short.stop.change, short.stopPrice) = (.asked, trigger)
        }
    }

    /// So many average true ranges, in whole ticks, one at least.
    private func ticks(_ ranges: Double) -> Int64 {
        let count = (volatility * ranges / Double(tick)).rounded()
        return max(1, Int64(min(count, 1e15))) * tick
    }
}
