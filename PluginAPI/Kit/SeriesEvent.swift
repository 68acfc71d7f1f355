/// A name under which a model publishes numbers, or that an instance reads. Ask for it in `init`,
/// see ``Setup/publish(_:)`` and ``Setup/read(_:)``.
@frozen public struct SeriesID: Hashable, Sendable {
    /// Number of the name among those of its instance.
    public let number: UInt32

    @inlinable public init(number: UInt32) { self.number = number }
}

/// A number that a model has published under a name that this instance reads.
@frozen public struct SeriesEvent: Equatable, Sendable {
    /// Of the event that the model answered, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// As ``Setup/read(_:)`` gave it.
    public let series: SeriesID
    /// Index of the instrument, stable for one run.
    public let instrument: UInt32
    /// Finite; what it means is the publisher's to say.
    public let value: Double

    @inlinable public init(time_ns: Int64, series: SeriesID, instrument: UInt32, value: Double) {
        self.time_ns = time_ns
        self.series = series
        self.instrument = instrument
        self.value = value
    }

    @inlinable init(_ c: UnsafePointer<rialto_series_t>, _ row: Int) {
        time_ns = c.pointee.time_ns[row]
        series = SeriesID(number: c.pointee.series[row])
        instrument = c.pointee.instrument[row]
        value = c.pointee.value[row]
    }
}

extension Setup {
    /// Announces that this model publishes numbers under a name; see ``Forecasts/publish(_:_:_:)``.
    ///
    /// - Parameter name: 1...64 bytes of UTF-8 without control characters, such as "rsi/14". No
    ///   other model of the run may publish under it.
    /// - Throws: ``PluginFailure`` when it is no name, when there are more than 256, when this is
    ///   no model, or when the host is older than 0.2.
    public func publish(_ name: String) throws(PluginFailure) -> SeriesID {
        try series(name) { $0.publish }
    }

    /// Asks for the numbers that a model publishes under a name; see `onSeries`. They are of the
    /// instruments that this instance may use.
    ///
    /// - Parameter name: As of ``publish(_:)``.
    /// - Throws: As ``publish(_:)``.
    public func read(_ name: String) throws(PluginFailure) -> SeriesID {
        try series(name) { $0.read }
    }

    private typealias Call =
        @convention(c) (
            UnsafeMutableRawPointer?, rialto_text_t, UnsafeMutablePointer<UInt32>?
        ) -> rialto_result

    private func series(
        _ name: String, _ call: (rialto_series_services_t) -> Call?
    ) throws(PluginFailure) -> SeriesID {
        let table = withText(RIALTO_SERIES_EXTENSION) {
            services.pointee.get_extension?(services.pointee.host, $0)
        }
        guard let table = table?.assumingMemoryBound(to: rialto_series_services_t.self),
            let call = call(table.pointee)
        else { throw PluginFailure("the host carries no series; it takes one of 0.2 or later") }
        var number: UInt32 = 0
        switch withText(name, { call(services.pointee.host, $0, &number) }) {
        case RIALTO_OK: return SeriesID(number: number)
        case RIALTO_ERROR_MEMORY:
            throw PluginFailure("series \(name) is one too many, allowed are \(RIALTO_SERIES_MAX)")
        case RIALTO_ERROR_UNSUPPORTED:
            throw PluginFailure("series \(name) is published by no model; only models publish")
        default:
            throw PluginFailure(
                "\"\(name)\" names no series; allowed are 1...\(RIALTO_SERIES_NAME_MAX) bytes of "
                    + "UTF-8 without control characters")
        }
    }
}

extension Forecasts {
    /// Publishes a number under a name, at the time of the event that is answered. Those who read
    /// it are told after the market events of that time, in warm-up too.
    ///
    /// - Parameter value: Finite: where there is no value yet, publish none.
    @inlinable public mutating func publish(
        _ series: SeriesID, _ instrument: UInt32, _ value: Double
    ) {
        add(RIALTO_FORECAST_SERIES, instrument, 0, 0, value)?.pointee.series = series.number
    }
}
