import RialtoKit

/// The pair's parameters.
struct PairTerms {
    /// Deviations from the mean, all three.
    let entry: Double
    let exit: Double
    let stop: Double
    /// Of the first leg, in the quote currency.
    let value: Double
    let isByRatio: Bool
    let correlationMin: Double
    /// Bars; 0 sets none.
    let holdMax: Int
    /// Bars that a leg may lack.
    let patience: Int
    /// Bars.
    let pause: Int

    init(_ setup: Setup) throws(PluginFailure) {
        entry = setup.number(2)
        exit = setup.number(3)
        stop = setup.number(4)
        value = setup.decimal(5).number
        isByRatio = setup.text(6) == "ratio"
        correlationMin = setup.number(7)
        holdMax = Int(setup.integer(8))
        patience = Int(setup.integer(9))
        pause = Int(setup.integer(10))
        guard exit < entry else {
            throw PluginFailure("exit is \(exit), allowed is below entry, \(entry)")
        }
        guard stop == 0 || stop > entry else {
            throw PluginFailure("stop is \(stop), allowed is 0 or above entry, \(entry)")
        }
    }
}

/// One instrument of the pair.
struct Leg {
    let info: InstrumentInfo
    private(set) var time_ns: Int64 = 0
    private(set) var close: Int64 = 0
    /// Net quantity held, as the last fill said.
    var position: Int64 = 0

    init(_ info: InstrumentInfo) { self.info = info }

    mutating func take(_ bar: Bar) { (time_ns, close) = (bar.time_ns, bar.close) }

    /// The quantity that is worth `value` of the quote currency, cut to whole steps.
    func quantity(_ value: Double) -> Int64 {
        guard close > 0, value > 0 else { return 0 }
        let unit = Double(close) * info.priceUnit * info.quantityUnit * Double(info.multiplier)
        let units = Int64(min(value / unit, 1e15))
        return units - units % info.quantityStep
    }
}
