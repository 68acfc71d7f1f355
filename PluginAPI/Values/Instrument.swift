/// What kind of claim an instrument is; decides how a position is valued and settled.
public enum InstrumentKind: UInt8, CaseIterable, Sendable {
    /// The asset itself against cash.
    case spot = 1
    /// A contract worth quantity * price * multiplier in the settlement currency.
    case linear = 2
    /// A contract worth quantity * multiplier / price in the settlement currency.
    case inverse = 3
}

/// What is traded on one venue, with the units in which its prices and quantities are counted.
public struct Instrument: Equatable, Sendable {
    /// Stable name, `BASE/QUOTE` for pairs: letters, digits and `/-._:`, 1...64 bytes.
    public let name: String
    /// Venue on which it is traded; empty when the data do not say.
    public let venue: String
    /// How its value follows from its price.
    public let kind: InstrumentKind
    /// Prices count units of 10^-`priceDecimals` of the quote currency; 0...18.
    public let priceDecimals: Int
    /// Quantities count units of 10^-`quantityDecimals` of the base; 0...18.
    public let quantityDecimals: Int
    /// Smallest change of a price, in price units, 1 or more.
    public let priceStep: Int64
    /// Smallest change of a quantity, in quantity units, 1 or more.
    public let quantityStep: Int64
    /// Currency in which profit and fees settle, such as `USD`.
    public let currency: String
    /// Units of the base that one contract stands for; 1 for spot.
    public let multiplier: Int64

    public init(
        name: String, venue: String, kind: InstrumentKind, priceDecimals: Int,
        quantityDecimals: Int,
        priceStep: Int64, quantityStep: Int64, currency: String, multiplier: Int64
    ) {
        self.name = name
        self.venue = venue
        self.kind = kind
        self.priceDecimals = priceDecimals
        self.quantityDecimals = quantityDecimals
        self.priceStep = priceStep
        self.quantityStep = quantityStep
        self.currency = currency
        self.multiplier = multiplier
    }
}
