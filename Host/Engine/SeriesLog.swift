import RialtoValues

/// A number that a model has published.
package struct SeriesEvent: BitwiseCopyable, Equatable, Sendable {
    /// Of the row that was answered, Unix nanoseconds UTC.
    package var time_ns: Int64
    /// Number of the name: in the run, or in a ``SeriesLog`` among those that its reader asked for.
    package var series: UInt32
    package var instrument: UInt32
    package var value: Double

    package init(time_ns: Int64, series: UInt32, instrument: UInt32, value: Double) {
        self.time_ns = time_ns
        self.series = series
        self.instrument = instrument
        self.value = value
    }
}

/// Published numbers for one reader, as columns with stable memory during a batch. Those that it
/// has read are dropped; numbers count from the first one ever.
package final class SeriesLog {
    /// Events so far, dropped ones included.
    package private(set) var count = 0
    private var dropped = 0
    private var kept: Int { count - dropped }
    private var capacity = 256
    private var times: UnsafeMutablePointer<Int64>
    private var series: UnsafeMutablePointer<UInt32>
    private var instruments: UnsafeMutablePointer<UInt32>
    private var values: UnsafeMutablePointer<Double>

    package init() {
        times = .allocate(capacity: capacity)
        series = .allocate(capacity: capacity)
        instruments = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
    }

    deinit {
        times.deallocate()
        series.deallocate()
        instruments.deallocate()
        values.deallocate()
    }

    /// Appends an event; its time is not before the last one's.
    package func append(_ event: SeriesEvent) {
        let place = kept
        precondition(place == 0 || times[place - 1] <= event.time_ns, "numbers come in time order")
        if place == capacity { grow() }
        times[place] = event.time_ns
        series[place] = event.series
        instruments[place] = event.instrument
        values[place] = event.value
        count += 1
    }

    /// Time of event `index`.
    package func time(_ index: Int) -> Int64 { times[index - dropped] }

    /// Event `index`, which was not dropped.
    package subscript(index: Int) -> SeriesEvent {
        let place = index - dropped
        return SeriesEvent(
            time_ns: times[place], series: series[place], instrument: instruments[place],
            value: values[place])
    }

    /// The first event from `index` on that is not before `time`, in Unix nanoseconds.
    package func first(from index: Int, notBefore time: Int64) -> Int {
        var index = max(index, dropped)
        while index < count, self.time(index) < time { index += 1 }
        return index
    }

    /// Events from `index` on, as columns.
    package func columns(from index: Int, count: Int) -> SeriesEvents {
        let start = index - dropped
        return SeriesEvents(
            count: count, time_ns: times + start, series: series + start,
            instrument: instruments + start, value: values + start)
    }

    /// Forgets the events before `index`, once they are many. No batch is open.
    package func drop(before index: Int) {
        let gone = index - dropped, left = count - index
        guard gone >= Self.dropMin, gone >= left else { return }
        func move<T>(_ column: UnsafeMutablePointer<T>) {
            column.update(from: column + gone, count: left)
        }
        move(times)
        move(series)
        move(instruments)
        move(values)
        dropped = index
    }

    /// Fewest events that are worth moving the others for.
    private static let dropMin = 4096

    private func grow() {
        let larger = capacity * 2
        times = moved(times, larger)
        series = moved(series, larger)
        instruments = moved(instruments, larger)
        values = moved(values, larger)
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

/// Brings published numbers to those who read them.
package final class SeriesBoard {
    private struct Reader {
        let log: SeriesLog
        /// The reader's own number of the series.
        let number: UInt32
        /// Instruments that it may use; nil all.
        let instruments: Set<UInt32>?
    }

    /// By the number of the series in the run.
    private var readers: [UInt32: [Reader]] = [:]

    package init() {}

    /// A log that takes what is published from now on.
    ///
    /// - Parameters:
    ///   - series: Numbers in the run, in the order of the reader's own.
    ///   - instruments: Of which it is told; nil all.
    package func log(of series: [UInt32], instruments: [Int]?) -> SeriesLog {
        let log = SeriesLog(), allowed = instruments.map { Set($0.map(UInt32.init)) }
        for (number, one) in series.enumerated() {
            readers[one, default: []].append(
                Reader(log: log, number: UInt32(number), instruments: allowed))
        }
        return log
    }

    /// Tells those who read the series of `event`, which is numbered as in the run.
    package func publish(_ event: SeriesEvent) {
        for reader in readers[event.series] ?? [] {
            guard reader.instruments?.contains(event.instrument) ?? true else { continue }
            var event = event
            event.series = reader.number
            reader.log.append(event)
        }
    }
}
