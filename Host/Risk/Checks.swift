import RialtoValues

/// Limits of one account. 0 switches a limit off.
package struct RiskLimits: Sendable {
    /// Largest order, per instrument, in its quantity unit.
    package var orderQuantityMax: [Int64]
    /// Largest order value, in units of 10^-18 of the account's currency.
    package var orderNotionalMax: Int128
    /// Furthest distance of an order's price from the market, in 10^-9 of the market price.
    package var priceBand_e9: Int64
    /// Largest absolute position, per instrument, in its quantity unit.
    package var positionMax: [Int64]
    /// Fall of equity from its peak that halts the account, in 10^-9 of the peak.
    package var drawdownMax_e9: Int64

    /// No limit at all, for `instruments` instruments.
    package init(instruments: Int) {
        orderQuantityMax = Array(repeating: 0, count: instruments)
        orderNotionalMax = 0
        priceBand_e9 = 0
        positionMax = Array(repeating: 0, count: instruments)
        drawdownMax_e9 = 0
    }
}

/// What the checks look at: one order, before it leaves.
package struct RiskView: Sendable {
    package var quantity: Int64
    package var quantityStep: Int64
    package var quantityMax: Int64
    /// In units of 10^-18, at the market price.
    package var notional: Int128
    package var notionalMax: Int128
    /// The order's value at its own price, at the market for one without; in units of 10^-18.
    package var worth: Int128
    /// Least value of an order that does not reduce; 0 none.
    package var worthMin: Int128
    /// The order's own price, or 0 for a market order.
    package var price: Int64
    /// Last known market price; 0 when none is known.
    package var market: Int64
    package var band_e9: Int64
    package var positionBefore: Int64
    package var positionAfter: Int64
    package var positionMax: Int64
    package var isHalted: Bool

    package init(
        quantity: Int64, quantityStep: Int64, quantityMax: Int64, notional: Int128,
        notionalMax: Int128, worth: Int128, worthMin: Int128, price: Int64, market: Int64,
        band_e9: Int64, positionBefore: Int64, positionAfter: Int64, positionMax: Int64,
        isHalted: Bool
    ) {
        self.quantity = quantity
        self.quantityStep = quantityStep
        self.quantityMax = quantityMax
        self.notional = notional
        self.notionalMax = notionalMax
        self.worth = worth
        self.worthMin = worthMin
        self.price = price
        self.market = market
        self.band_e9 = band_e9
        self.positionBefore = positionBefore
        self.positionAfter = positionAfter
        self.positionMax = positionMax
        self.isHalted = isHalted
    }

    /// Whether the order brings the position closer to zero and not through it.
    package var isReducing: Bool {
        positionAfter.magnitude < positionBefore.magnitude
            && (positionAfter == 0 || (positionAfter < 0) == (positionBefore < 0))
    }
}

/// A price must be known, or nothing can be checked against it.
struct PriceKnown {
    func ok(_ v: RiskView) -> Bool { v.market > 0 }
}

/// The quantity is a whole number of steps and within the limit.
struct OrderQuantity {
    func ok(_ v: RiskView) -> Bool {
        v.quantity > 0 && v.quantity % v.quantityStep == 0
            && (v.quantityMax == 0 || v.quantity <= v.quantityMax)
    }
}

/// The order's value is within the limit.
struct OrderNotional {
    func ok(_ v: RiskView) -> Bool { v.notionalMax == 0 || v.notional <= v.notionalMax }
}

/// The order's value is not below the venue's minimum; what only reduces may be of any size.
struct OrderMinimum {
    func ok(_ v: RiskView) -> Bool { v.worthMin == 0 || v.worth >= v.worthMin || v.isReducing }
}

/// The order's own price is near the market.
struct PriceBand {
    func ok(_ v: RiskView) -> Bool {
        if v.band_e9 == 0 || v.price == 0 { return true }
        let distance = Int128(v.price) - Int128(v.market)
        return distance.magnitude * 1_000_000_000 <= UInt128(v.band_e9)
            * UInt128(v.market.magnitude)
    }
}

/// The position after the order is within the limit, or smaller than before.
struct PositionSize {
    func ok(_ v: RiskView) -> Bool {
        v.positionMax == 0 || v.positionAfter.magnitude <= v.positionMax.magnitude || v.isReducing
    }
}

/// A halted account may only reduce.
struct DrawdownHalt {
    func ok(_ v: RiskView) -> Bool { !v.isHalted || v.isReducing }
}

/// The checks that every order passes, in this order. Concrete members: the whole list costs about
/// as much as one branch each.
package struct Checks: Sendable {
    private let known = PriceKnown(), quantity = OrderQuantity(), notional = OrderNotional()
    private let minimum = OrderMinimum()
    private let band = PriceBand(), position = PositionSize(), halt = DrawdownHalt()

    package init() {}

    /// Returns why the order must not leave, or `.none`.
    package func refusal(_ v: RiskView) -> OrderReason {
        if !known.ok(v) { return .noPrice }
        if !quantity.ok(v) { return .size }
        if !notional.ok(v) { return .notional }
        if !minimum.ok(v) { return .minimum }
        if !band.ok(v) { return .band }
        if !position.ok(v) { return .position }
        if !halt.ok(v) { return .drawdown }
        return .none
    }
}

/// Watches an account's equity against its peak and halts the account once, until a reset.
package struct DrawdownGuard: Sendable {
    package private(set) var peak: Int128
    package private(set) var isHalted = false
    private let max_e9: Int64

    /// - Parameter max_e9: In 10^-9 of the peak; 0 never halts.
    package init(start: Int128, max_e9: Int64) {
        peak = start
        self.max_e9 = max_e9
    }

    /// Whether it can halt at all.
    package var isActive: Bool { max_e9 > 0 }

    /// Takes note of the equity, in units of 10^-18. Returns whether it has halted just now.
    package mutating func observe(_ equity: Int128) -> Bool {
        if equity > peak { peak = equity }
        guard isActive, !isHalted else { return false }
        let fall = peak - equity
        let limit = peak / 1_000_000_000 * Int128(max_e9)
        isHalted = fall > limit
        return isHalted
    }

    /// Lets the account trade again, from `equity` as the new peak.
    package mutating func reset(equity: Int128) {
        isHalted = false
        peak = equity
    }
}
