/// An instrument that the instance may use.
public struct InstrumentInfo: Equatable, Sendable {
    /// Index by which events and intents name it; stable for one run.
    public let index: UInt32
    /// Name for people.
    public let name: String
    /// Where it is traded; may be empty.
    public let venue: String
    /// Profit and fees settle in it.
    public let currency: String
    /// Prices count 10^-`priceDecimals`.
    public let priceDecimals: Int
    /// Quantities count 10^-`quantityDecimals`.
    public let quantityDecimals: Int
    /// Smallest change of a price, above 0, in the price unit.
    public let priceStep: Int64
    /// Smallest change of a quantity, above 0, in the quantity unit.
    public let quantityStep: Int64
    /// Units of the base per contract, above 0.
    public let multiplier: Int64

    public init(
        index: UInt32, name: String, venue: String, currency: String, priceDecimals: Int,
        quantityDecimals: Int, priceStep: Int64, quantityStep: Int64, multiplier: Int64
    ) {
        self.index = index
        self.name = name
        self.venue = venue
        self.currency = currency
        self.priceDecimals = priceDecimals
        self.quantityDecimals = quantityDecimals
        self.priceStep = priceStep
        self.quantityStep = quantityStep
        self.multiplier = multiplier
    }

    /// An exact decimal as a count of this instrument's quantity unit, cut to whole steps; nil when
    /// it does not fit.
    public func quantity(_ value: DecimalValue) -> Int64? {
        guard let units = value.rescaled(to: quantityDecimals) else { return nil }
        return units - units % quantityStep
    }

    /// A price in this instrument's unit, nearest to `value` and a whole number of steps.
    public func price(_ value: Double) -> Int64 {
        let units = (value / Double(priceStep)).rounded()
        return Int64(units) * priceStep
    }

    /// 10^-`priceDecimals`, to turn a price into a number for opinions.
    public var priceUnit: Double { (0..<priceDecimals).reduce(1.0) { unit, _ in unit / 10 } }

    /// 10^-`quantityDecimals`.
    public var quantityUnit: Double { (0..<quantityDecimals).reduce(1.0) { unit, _ in unit / 10 } }
}

/// An exact decimal number: `units` * 10^-`decimals`.
public struct DecimalValue: Equatable, Sendable {
    /// Count of 10^-`decimals`.
    public let units: Int64
    /// Digits after the point, 0...18.
    public let decimals: Int

    public init(units: Int64, decimals: Int) {
        self.units = units
        self.decimals = decimals
    }

    /// The count of 10^-`decimals`, cut toward zero; nil when it does not fit.
    public func rescaled(to target: Int) -> Int64? {
        var value = Int128(units)
        for _ in 0..<max(0, target - decimals) { value *= 10 }
        for _ in 0..<max(0, decimals - target) { value /= 10 }
        return Int64(exactly: value)
    }

    /// The nearest double.
    public var number: Double { (0..<decimals).reduce(Double(units)) { value, _ in value / 10 } }
}
