import RialtoKit
import RialtoLLM

/// One instrument: what is known of it, and what is held.
struct Coin {
    let info: InstrumentInfo
    var watch: CoinWatch
    /// Last close, in the price unit; 0 before the first.
    var price: Int64 = 0
    /// Signed, in the quantity unit.
    var position: Int64 = 0
    /// Mean price of the position, in the quote currency.
    var entry = 0.0
    /// What the position is to end by; nil without one.
    var plan: ExitPlan?

    init(_ info: InstrumentInfo) {
        self.info = info
        let name = info.name.prefix { $0 != "/" && $0 != "-" }
        watch = CoinWatch(
            symbol: info.name, name: String(name), quote: info.currency,
            priceDecimals: info.priceDecimals, quantityDecimals: info.quantityDecimals)
    }

    /// What is known and held, without what the host says at each start.
    struct Memory: Codable {
        fileprivate let name: String
        fileprivate let watch: CoinWatch
        fileprivate let price: Int64
        fileprivate let position: Int64
        fileprivate let entry: Double
        fileprivate let plan: ExitPlan?
    }

    var memory: Memory {
        Memory(
            name: info.name, watch: watch, price: price, position: position, entry: entry,
            plan: plan)
    }

    /// Goes on with what another one of the same name knew; false when it has another name.
    mutating func takeOver(_ memory: Memory) -> Bool {
        guard memory.name == info.name else { return false }
        watch = memory.watch
        price = memory.price
        position = memory.position
        entry = memory.entry
        plan = memory.plan
        return true
    }

    /// What one quantity unit is worth at a price of one.
    private var unit: Double { info.quantityUnit * Double(info.multiplier) }

    /// Quantity as numbers of the base.
    private var held: Double { Double(position) * unit }

    /// The last price, in the quote currency.
    var last: Double { Double(price) * info.priceUnit }

    /// What the position gained since its entry, in the quote currency.
    var profit: Double { position == 0 ? 0 : held * (last - entry) }

    /// A quantity of so much notional at the last price, in whole steps.
    func quantity(ofNotional notional: Double) -> Int64 {
        guard price > 0 else { return 0 }
        let units = notional / (last * unit)
        guard units.isFinite, units < 9e18 else { return 0 }
        return Int64(units) / info.quantityStep * info.quantityStep
    }

    mutating func take(_ fill: FillEvent) {
        let before = position, filled = Double(fill.price) * info.priceUnit
        position = fill.position
        if position == 0 {
            plan = nil
        } else if before == 0 || (before > 0) != (position > 0) {
            entry = filled
        } else if position.magnitude > before.magnitude {
            let share = Double(before) / Double(position)
            entry = entry * share + filled * (1 - share)
        }
    }

    /// The position as a prompt shows it; nil when there is none.
    var shown: MarketSnapshot.Position? {
        guard position != 0 else { return nil }
        return MarketSnapshot.Position(
            symbol: info.name, quantity: held, entry: entry, profit: profit,
            leverage: plan?.leverage ?? 1, stopLoss: plan?.stop, takeProfit: plan?.takeProfit,
            invalidation: plan?.invalidation?.text, condition: plan?.invalidation)
    }
}

/// What a position is to end by. The host keeps stop and take-profit; the rest is looked at at each
/// bar.
struct ExitPlan: Codable {
    let leverage: Double
    let stop: Double?
    let takeProfit: Double?
    let invalidation: Invalidation?
    let start_ns: Int64

    /// Whether the idea no longer holds at a close.
    func isInvalid(close: Double, at time_ns: Int64) -> Bool {
        switch invalidation {
        case .closeBelow(let level): close < level
        case .closeAbove(let level): close > level
        case .minutes(let minutes): Double(time_ns - start_ns) >= minutes * 60e9
        case nil: false
        }
    }
}

/// The instance's money, brought up to the last prices between two words of the host.
struct Money: Codable {
    private(set) var cash = 0.0
    private var equity = 0.0
    private var start: Double?
    /// Profit of open positions when the host last said what there is.
    private var profitThen = 0.0
    /// Equity at each question.
    private var curve: [Double] = []

    /// Questions that the Sharpe ratio looks back on.
    private static let curveMax = 500

    mutating func take(_ account: AccountEvent, profit: Double) {
        cash = Double(account.cash) / 1e18
        equity = Double(account.equity) / 1e18
        profitThen = profit
        if start == nil { start = equity }
    }

    func value(profit: Double) -> Double { equity + profit - profitThen }

    /// A question is asked.
    mutating func mark(_ value: Double) {
        curve.append(value)
        if curve.count > Money.curveMax { curve.removeFirst() }
    }

    func returnPercent(_ value: Double) -> Double {
        guard let start, start > 0 else { return 0 }
        return (value / start - 1) * 100
    }

    /// Of the changes between questions, not annualised; nil while it is too short.
    var sharpe: Double? {
        let changes = zip(curve, curve.dropFirst()).filter { $0.0 > 0 }.map { $1 / $0 - 1 }
        guard changes.count >= 10 else { return nil }
        let mean = changes.reduce(0, +) / Double(changes.count)
        let squares = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(changes.count - 1)).squareRoot()
        return deviation > 0 ? mean / deviation : nil
    }
}
