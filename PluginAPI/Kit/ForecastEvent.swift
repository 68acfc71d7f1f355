/// A forecast of a model or of the ensemble.
@frozen public struct ForecastEvent: Equatable, Sendable {
    public let time_ns: Int64
    /// Index of the model; `RIALTO_NONE` is the ensemble.
    public let model: UInt32
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// `RIALTO_FORECAST_...`
    public let kind: UInt8
    /// Time until the outcome is known, nanoseconds above 0.
    public let horizon_ns: Int64
    /// When the opinion is stale, Unix nanoseconds UTC.
    public let validUntil_ns: Int64
    /// 0...1
    public let confidence: Double
    /// What was forecast, as its kind says.
    public let value: Double
    /// Standard deviation of the return as a fraction; 0 where the kind has none.
    public let deviation: Double
    /// The model's weight then, 0...1.
    public let weight: Double

    /// Whether the ensemble speaks, and not one model.
    @inlinable public var isEnsemble: Bool { model == RIALTO_NONE }

    @inlinable public init(
        time_ns: Int64, model: UInt32 = RIALTO_NONE, instrument: UInt32, kind: UInt8,
        horizon_ns: Int64, validUntil_ns: Int64, confidence: Double, value: Double,
        deviation: Double = 0, weight: Double = 1
    ) {
        self.time_ns = time_ns
        self.model = model
        self.instrument = instrument
        self.kind = kind
        self.horizon_ns = horizon_ns
        self.validUntil_ns = validUntil_ns
        self.confidence = confidence
        self.value = value
        self.deviation = deviation
        self.weight = weight
    }

    @inlinable init(_ c: UnsafePointer<rialto_forecast_events_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        model = c.pointee.model[row]
        instrument = c.pointee.instrument[row]
        kind = c.pointee.kind[row]
        horizon_ns = c.pointee.horizon_ns[row]
        validUntil_ns = c.pointee.valid_until_ns[row]
        confidence = c.pointee.confidence[row]
        value = c.pointee.value[row]
        deviation = c.pointee.deviation[row]
        weight = c.pointee.weight[row]
    }
}
