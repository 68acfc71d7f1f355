import RialtoKit

/// An exact amount in units of 10^-(price decimals + quantity decimals), so that price times
/// quantity needs no rounding.
struct Money {
    var units: Int128

    /// Nil when the amount does not fit.
    init?(_ value: DecimalValue, _ instrument: InstrumentInfo) {
        let decimals = instrument.priceDecimals + instrument.quantityDecimals
        var units = Int128(value.units)
        for _ in 0..<max(0, decimals - value.decimals) {
            let (product, overflow) = units.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            units = product
        }
        for _ in 0..<max(0, value.decimals - decimals) { units /= 10 }
        self.units = units
    }
}

/// A purchase that was ordered.
private struct Purchase {
    let id: UInt64
    /// What each unit of quantity was taken to cost, in units of ``Money``.
    let cost: Int128
}

/// What is known of one instrument, and what was spent on it.
///
/// It counts money and no units of the instrument: a split changes how many are held, and nothing
/// here.
struct State {
    /// Purchases that are remembered, the last ones: orders at the market end within moments.
    private static let purchasesMax = 16

    /// When it last bought, Unix nanoseconds UTC; nil before the first bar.
    var last_ns: Int64?
    /// Until when the ensemble's last word allows a purchase, Unix nanoseconds UTC.
    var consentUntil_ns = Int64.min
    /// Why it buys: 1 the schedule, 2 the ensemble's consent, 3 the end of the window.
    var reason: UInt32 = 1
    /// How far the price is below its average, as a share of it; 0 when above or not known.
    private(set) var depth = 0.0
    private let amount: Money
    private let budget: Money
    private let step: Int64
    private let multiplier: Int64
    private var price: Int64 = 0
    private var spent: Int128 = 0
    /// Left over from purchases that were cut to whole steps, or did not come about.
    private var rest: Int128 = 0
    /// By the order's id, modulo their count.
    private var purchases = [Purchase](
        repeating: Purchase(id: 0, cost: 0), count: State.purchasesMax)
    private var closes: [Int64]
    private var next = 0
    private var seen = 0
    private var sum: Int128 = 0

    init(_ instrument: InstrumentInfo, amount: Money, budget: Money, average: Int) {
        self.amount = amount
        self.budget = budget
        step = instrument.quantityStep
        multiplier = instrument.multiplier
        closes = [Int64](repeating: 0, count: average)
    }

    /// Takes in a close.
    mutating func add(_ close: Int64) {
        price = close
        guard !closes.isEmpty else { return }
        sum += Int128(close) - Int128(closes[next])
        closes[next] = close
        next = next + 1 == closes.count ? 0 : next + 1
        seen = min(seen + 1, closes.count)
        guard seen == closes.count else { return }
        let average = Double(sum) / Double(seen)
        depth = max(0, 1 - Double(close) / average)
    }

    /// Notes a purchase for `amount`, and for what was left over, at the last close.
    ///
    /// - Parameter id: Of the order, 1 or more.
    /// - Returns: What to buy, in quantity units; nil when the money buys nothing.
    mutating func buy(id: UInt64) -> Int64? {
        guard price > 0 else { return nil }
        var money = rest + amount.units
        if budget.units > 0 { money = min(money, budget.units - spent) }
        let cost = Int128(price) * Int128(multiplier)
        let steps = money / (cost * Int128(step))
        let bought = Int64(clamping: steps * Int128(step))
        rest = max(0, money - Int128(bought) * cost)
        guard bought > 0 else { return nil }
        spent += Int128(bought) * cost
        purchases[Int(id % UInt64(Self.purchasesMax))] = Purchase(id: id, cost: cost)
        return bought
    }

    /// An order has ended, and so much of it was not bought: the money goes into the next.
    mutating func giveBack(id: UInt64, quantity: Int64) {
        let purchase = purchases[Int(id % UInt64(Self.purchasesMax))]
        guard purchase.id == id, quantity > 0 else { return }
        rest += Int128(quantity) * purchase.cost
        spent -= Int128(quantity) * purchase.cost
        purchases[Int(id % UInt64(Self.purchasesMax))] = Purchase(id: 0, cost: 0)
    }
}
