/// What a forecast states; decides how `value` and `deviation` are read.
public enum ForecastKind: UInt8, CaseIterable, Sendable {
    /// `value` is the probability that the price is higher when the horizon ends, 0...1.
    case probabilityUp = 1
    /// `value` is the mean return over the horizon, `deviation` its standard deviation.
    case meanDeviation = 2
    /// The first `quantileCount` levels and values describe the return over the horizon.
    case quantiles = 3
    /// `value` is the position the model would hold, -1...1 of its capital.
    case targetPosition = 4
}

/// One statement of a model about the return of one instrument over one horizon.
public struct Forecast: Sendable {
    /// Most quantiles that one forecast carries.
    public static let quantilesMax = 8

    /// Index of the model in the run.
    public let model: UInt32
    /// Index of the instrument in the run.
    public let instrument: UInt32
    /// How `value`, `deviation` and the quantiles are read.
    public let kind: ForecastKind
    /// When the model spoke, Unix nanoseconds UTC.
    public let issued_ns: Int64
    /// Last moment at which the forecast may be used, Unix nanoseconds UTC; `issued_ns` or later.
    public let validUntil_ns: Int64
    /// Span of time that the forecast is about, from `issued_ns` on; above 0.
    public let horizon_ns: Int64
    /// How sure the model is of having an opinion at all, 0...1; at 0 it abstains.
    public let confidence: Double
    /// Probability up 0...1, mean return as a fraction, or target position -1...1, by `kind`.
    public let value: Double
    /// Standard deviation of the return as a fraction, 0 or more; 0 when not stated.
    public let deviation: Double
    /// Levels strictly between 0 and 1, rising; entries from `quantileCount` on are not read.
    public let quantileLevels: InlineArray<8, Double>
    /// Returns as fractions, never falling; entries from `quantileCount` on are not read.
    public let quantileValues: InlineArray<8, Double>
    /// Entries used of the two arrays: 2...8 for `quantiles`, else 0.
    public let quantileCount: UInt8

    /// Joins the fields as they are; the host checks them when the forecast is issued.
    public init(
        model: UInt32, instrument: UInt32, kind: ForecastKind, issued_ns: Int64,
        validUntil_ns: Int64,
        horizon_ns: Int64, confidence: Double, value: Double, deviation: Double = 0,
        quantileLevels: InlineArray<8, Double> = InlineArray(repeating: 0),
        quantileValues: InlineArray<8, Double> = InlineArray(repeating: 0), quantileCount: UInt8 = 0
    ) {
        self.model = model
        self.instrument = instrument
        self.kind = kind
        self.issued_ns = issued_ns
        self.validUntil_ns = validUntil_ns
        self.horizon_ns = horizon_ns
        self.confidence = confidence
        self.value = value
        self.deviation = deviation
        self.quantileLevels = quantileLevels
        self.quantileValues = quantileValues
        self.quantileCount = quantileCount
    }
}

extension Forecast: Equatable {
    /// Compares every field, and of the quantiles all eight entries.
    public static func == (a: Forecast, b: Forecast) -> Bool {
        guard
            a.model == b.model, a.instrument == b.instrument, a.kind == b.kind,
            a.issued_ns == b.issued_ns, a.validUntil_ns == b.validUntil_ns,
            a.horizon_ns == b.horizon_ns, a.confidence == b.confidence, a.value == b.value,
            a.deviation == b.deviation, a.quantileCount == b.quantileCount
        else { return false }
        return a.quantileLevels.indices.allSatisfy {
            a.quantileLevels[$0] == b.quantileLevels[$0]
                && a.quantileValues[$0] == b.quantileValues[$0]
        }
    }
}
