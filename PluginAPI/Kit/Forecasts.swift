/// Where a model writes its forecasts. Valid for the callback that is given it.
@frozen public struct Forecasts: ~Copyable {
    /// Whether the events are history: learn from them. Forecasts are not used then; what is
    /// published is.
    public let isWarmUp: Bool
    @usableFromInline let items: UnsafeMutableRawPointer
    @usableFromInline let stride: Int
    @usableFromInline let capacity: UInt32
    /// Free places that a time group may need.
    @usableFromInline let room: UInt32
    @usableFromInline var count: UInt32 = 0
    @usableFromInline var row: UInt32 = 0
    @usableFromInline var hasOverflowed = false

    @inlinable init(
        _ table: UnsafeMutablePointer<rialto_forecasts_out_t>, room: UInt32, flags: UInt32
    ) {
        isWarmUp = flags & RIALTO_BATCH_WARM_UP != 0
        self.room = room
        items = table.pointee.items
        stride = Int(table.pointee.item_size)
        capacity = table.pointee.capacity
    }

    @inlinable mutating func add(
        _ kind: UInt32, _ instrument: UInt32, _ horizon_ns: Int64, _ confidence: Double,
        _ value: Double
    ) -> UnsafeMutablePointer<rialto_forecast_t>? {
        guard count < capacity else {
            hasOverflowed = true
            return nil
        }
        let item = (items + Int(count) * stride).assumingMemoryBound(to: rialto_forecast_t.self)
        count += 1
        item.pointee.struct_size = UInt32(MemoryLayout<rialto_forecast_t>.size)
        item.pointee.kind = UInt8(truncatingIfNeeded: kind)
        item.pointee.row = row
        item.pointee.instrument = instrument
        item.pointee.horizon_ns = horizon_ns
        item.pointee.confidence = confidence
        item.pointee.value = value
        return item
    }

    /// The price is higher after `horizon_ns` with this probability, 0...1.
    @inlinable public mutating func probabilityUp(
        _ instrument: UInt32, _ probability: Double, horizon_ns: Int64, confidence: Double = 1
    ) {
        _ = add(RIALTO_FORECAST_PROBABILITY_UP, instrument, horizon_ns, confidence, probability)
    }

    /// The return over `horizon_ns` has this mean and deviation, as fractions.
    @inlinable public mutating func meanDeviation(
        _ instrument: UInt32, mean: Double, deviation: Double, horizon_ns: Int64,
        confidence: Double = 1
    ) {
        add(RIALTO_FORECAST_MEAN_DEVIATION, instrument, horizon_ns, confidence, mean)?
            .pointee.deviation = deviation
    }

    /// The wanted position is this share of the capital, -1...1.
    @inlinable public mutating func target(
        _ instrument: UInt32, _ position: Double, horizon_ns: Int64, confidence: Double = 1
    ) {
        _ = add(RIALTO_FORECAST_TARGET, instrument, horizon_ns, confidence, position)
    }
}
