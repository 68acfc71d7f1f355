import RialtoValues

/// Makes forecasts ahead of the strategies: models and ensemble read only the market.
package struct Forecaster {
    /// Appends every forecast issued up to and including a time (Unix nanoseconds), in time order,
    /// and tells the log's board what was published until then.
    package let advance: (Int64, ForecastLog) -> Void

    package init(advance: @escaping (Int64, ForecastLog) -> Void) { self.advance = advance }
}

/// One forecast event, as strategies are shown it.
package struct ForecastEvent: BitwiseCopyable, Equatable, Sendable {
    package var time_ns: Int64
    /// UInt32.max is the ensemble.
    package var model: UInt32
    package var instrument: UInt32
    package var kind: UInt8
    package var horizon_ns: Int64
    package var validUntil_ns: Int64
    package var confidence: Double
    package var value: Double
    package var deviation: Double
    package var weight: Double

    package init(
        time_ns: Int64, model: UInt32, instrument: UInt32, kind: UInt8, horizon_ns: Int64,
        validUntil_ns: Int64, confidence: Double, value: Double, deviation: Double, weight: Double
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
}

/// Forecast events so far, as columns with stable memory during a batch. Those that everyone has
/// read are dropped; numbers count from the first one ever.
package final class ForecastLog {
    /// Who reads what models publish beside forecasts.
    package let board = SeriesBoard()
    /// Events so far, dropped ones included.
    package private(set) var count = 0
    /// Events that were dropped.
    private var dropped = 0
    /// Events that are there.
    private var kept: Int { count - dropped }
    private var capacity = 1024
    private var times: UnsafeMutablePointer<Int64>
    private var horizons: UnsafeMutablePointer<Int64>
    private var untils: UnsafeMutablePointer<Int64>
    private var models: UnsafeMutablePointer<UInt32>
    private var instruments: UnsafeMutablePointer<UInt32>
    private var kinds: UnsafeMutablePointer<UInt8>
    private var confidences: UnsafeMutablePointer<Double>
    private var values: UnsafeMutablePointer<Double>
    private var deviations: UnsafeMutablePointer<Double>
    private var weights: UnsafeMutablePointer<Double>

    package init() {
        times = .allocate(capacity: capacity)
        horizons = .allocate(capacity: capacity)
        untils = .allocate(capacity: capacity)
        models = .allocate(capacity: capacity)
        instruments = .allocate(capacity: capacity)
        kinds = .allocate(capacity: capacity)
        confidences = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
        deviations = .allocate(capacity: capacity)
        weights = .allocate(capacity: capacity)
    }

    deinit {
        times.deallocate()
        horizons.deallocate()
        untils.deallocate()
        models.deallocate()
        instruments.deallocate()
        kinds.deallocate()
        confidences.deallocate()
        values.deallocate()
        deviations.deallocate()
        weights.deallocate()
    }

    /// Appends an event; its time is not before the last one's.
    package func append(_ event: ForecastEvent) {
        let place = kept
        precondition(
            place == 0 || times[place - 1] <= event.time_ns, "forecasts come in time order")
        if place == capacity { grow() }
        times[place] = event.time_ns
        horizons[place] = event.horizon_ns
        untils[place] = event.validUntil_ns
        models[place] = event.model
        instruments[place] = event.instrument
        kinds[place] = event.kind
        confidences[place] = event.confidence
        values[place] = event.value
        deviations[place] = event.deviation
        weights[place] = event.weight
        count += 1
    }

    /// Forgets the events before `index`, once they are many: nobody will read them again. No batch
    /// is open.
    package func drop(before index: Int) {
        let gone = index - dropped
        guard gone >= Self.dropMin, gone * 2 >= kept else { return }
        let left = count - index
        func move<T>(_ column: UnsafeMutablePointer<T>) {
            column.update(from: column + gone, count: left)
        }
        move(times)
        move(horizons)
        move(untils)
        move(models)
        move(instruments)
        move(kinds)
        move(confidences)
        move(values)
        move(deviations)
        move(weights)
        dropped = index
    }

    /// Fewest events that are worth moving the others for.
    private static let dropMin = 4096

    /// Issue time of event `index`.
    package func time(_ index: Int) -> Int64 { times[index - dropped] }

    /// Events from `index` on, as columns.
    package func columns(from index: Int, count: Int) -> ForecastEvents {
        let start = index - dropped
        return ForecastEvents(
            count: count, time_ns: times + start, model: models + start,
            instrument: instruments + start, kind: kinds + start, horizon_ns: horizons + start,
            validUntil_ns: untils + start, confidence: confidences + start, value: values + start,
            deviation: deviations + start, weight: weights + start)
    }

    private func grow() {
        let larger = capacity * 2
        times = moved(times, larger)
        horizons = moved(horizons, larger)
        untils = moved(untils, larger)
        models = moved(models, larger)
        instruments = moved(instruments, larger)
        kinds = moved(kinds, larger)
        confidences = moved(confidences, larger)
        values = moved(values, larger)
        deviations = moved(deviations, larger)
        weights = moved(weights, larger)
        capacity = larger
    }

    private func moved<T>(_ old: UnsafeMutablePointer<T>, _ larger: Int) -> UnsafeMutablePointer<T>
    {
        let new = UnsafeMutablePointer<T>.allocate(capacity: larger)
        new.moveInitialize(from: old, count: kept)
        old.deallocate()
        return new
    }
}
