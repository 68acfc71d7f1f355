import RialtoKit

/// The arbitrage's parameters. Quantities count units that both venues have.
struct ArbitrageTerms {
    /// Shares of the price paid.
    let edge: Double
    let closeEdge: Double
    let quantity: Int64
    let inventoryMax: Int64
    let ageMax_ns: Int64
    let pause_ns: Int64
    let allowsShort: Bool
    /// Of the common quantity unit.
    let decimals: Int
    /// What both venues can trade a whole number of.
    let step: Int64

    init(_ setup: Setup, _ a: InstrumentInfo, _ b: InstrumentInfo) throws(PluginFailure) {
        guard a.multiplier == 1, b.multiplier == 1 else {
            throw PluginFailure(
                "contracts of several units were given, allowed is a multiplier of 1")
        }
        decimals = max(a.quantityDecimals, b.quantityDecimals)
        let steps = (
            a.quantityStep * VenueLeg.power(decimals - a.quantityDecimals),
            b.quantityStep * VenueLeg.power(decimals - b.quantityDecimals)
        )
        step = steps.0 / ArbitrageTerms.divisor(steps.0, steps.1) * steps.1
        guard let size = setup.decimal(5).rescaled(to: decimals), size >= step else {
            throw PluginFailure("quantity is below one step of both instruments")
        }
        guard let most = setup.decimal(6).rescaled(to: decimals), most >= size else {
            throw PluginFailure("inventory_max is below quantity, allowed is that or more")
        }
        (quantity, inventoryMax) = (size, most)
        edge = setup.number(1) / 10_000
        closeEdge = setup.number(2) / 10_000
        ageMax_ns = setup.integer(7)
        pause_ns = setup.integer(8)
        allowsShort = setup.boolean(9)
    }

    /// The greatest number that divides both.
    private static func divisor(_ a: Int64, _ b: Int64) -> Int64 {
        b == 0 ? a : divisor(b, a % b)
    }
}

/// One venue's instrument: what is shown, what is held, and the order that is out.
struct VenueLeg {
    let info: InstrumentInfo
    /// A share of the value.
    let fee: Double
    private(set) var bid: Int64 = 0
    private(set) var ask: Int64 = 0
    /// In the common unit; cut to it.
    private(set) var bidQuantity: Int64 = 0
    private(set) var askQuantity: Int64 = 0
    private(set) var time_ns = Int64.min / 2
    /// Net quantity that order reports add up to, in the common unit.
    private(set) var position: Int64 = 0
    /// Common units in one unit of the instrument.
    private let scale: Int64
    /// Id of the order that is out; 0 none.
    private var orderId: UInt64 = 0
    private var sign: Int64 = 1
    private var filled: Int64 = 0

    init(_ info: InstrumentInfo, fee_bps: Double, decimals: Int) {
        self.info = info
        fee = fee_bps / 10_000
        scale = VenueLeg.power(decimals - info.quantityDecimals)
    }

    /// Whether an order is out of which more is to be heard.
    var isOut: Bool { orderId != 0 }

    mutating func take(_ quote: Quote) {
        (bid, ask, time_ns) = (quote.bidPrice, quote.askPrice, quote.time_ns)
        bidQuantity = common(quote.bidQuantity)
        askQuantity = common(quote.askQuantity)
    }

    /// An order is out. What it may take is no longer counted on until the next quote.
    mutating func send(id: UInt64, isBuy: Bool, size: Int64) {
        (orderId, sign, filled) = (id, isBuy ? 1 : -1, 0)
        if isBuy {
            askQuantity = max(0, askQuantity - size)
        } else {
            bidQuantity = max(0, bidQuantity - size)
        }
    }

    /// Takes in what became of the order that is out.
    mutating func take(_ order: OrderEvent) {
        guard order.orderId == orderId else { return }
        let more = max(0, order.filled - filled)
        filled += more
        position += sign * more * scale
        switch UInt32(order.state) {
        case RIALTO_ORDER_FILLED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_REJECTED,
            RIALTO_ORDER_EXPIRED:
            orderId = 0
        default: break
        }
    }

    /// A price in the quote currency.
    func price(_ units: Int64) -> Double { Double(units) * info.priceUnit }

    /// A quantity of the common unit in the instrument's own, cut to whole steps.
    func quantity(_ common: Int64) -> Int64 {
        let units = common / scale
        return units - units % info.quantityStep
    }

    private func common(_ units: Int64) -> Int64 {
        let (product, overflow) = units.multipliedReportingOverflow(by: scale)
        return overflow ? .max : product
    }

    /// 10^`exponent`, 0...18.
    static func power(_ exponent: Int) -> Int64 {
        (0..<max(0, min(18, exponent))).reduce(1) { value, _ in value * 10 }
    }
}
