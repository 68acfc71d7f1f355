import RialtoEngine
import RialtoHistory
import RialtoValues
import Synchronization

/// The forecasts of a run for several engines. Models read only the market, so one pass over it
/// serves everyone: whoever first needs a time makes what is forecast up to it, and the others read
/// it where it is kept.
final class SharedForecasts {
    private let runner: ModelRunner
    /// Held while anything below is read or changed, and while a model is called.
    private let lock = Mutex(())
    /// What the runner has just made.
    private let fresh = ForecastLog()
    private var taken = 0
    /// What was published just now, numbered as in the run; nil where nothing is.
    private let numbers: SeriesLog?
    private var numbersTaken = 0
    private var forecasts: SharedPages<ForecastEvent>
    private var published: SharedPages<SeriesEvent>
    /// Why forecasts are missing; nil when all are there.
    var failure: HistoryError? { forecasts.failure ?? published.failure }

    /// - Parameter series: How many there are in the run.
    init(_ runner: ModelRunner, series: Int, in scratch: ScratchMemory) {
        self.runner = runner
        let all = (0..<UInt32(series)).map { $0 }
        numbers = all.isEmpty ? nil : fresh.board.log(of: all, instruments: nil)
        forecasts = SharedPages(in: scratch)
        published = SharedPages(in: scratch)
    }

    /// The door for one more engine, which may be on a thread of its own.
    func forecaster() -> Forecaster {
        var next = 0, nextNumber = 0
        return Forecaster { [self] time, log in
            lock.withLock { _ in
                make(through: time)
                while next < forecasts.count, forecasts[next].time_ns <= time {
                    log.append(forecasts[next])
                    next += 1
                    forecasts.release(readTo: next)
                }
                while nextNumber < published.count,
                    nextNumber < runner.historyCount || published[nextNumber].time_ns <= time
                {
                    log.board.publish(published[nextNumber])
                    nextNumber += 1
                    published.release(readTo: nextNumber)
                }
            }
        }
    }

    private func make(through time: Int64) {
        runner.advance(through: time, into: fresh)
        let columns = fresh.columns(from: taken, count: fresh.count - taken)
        for row in 0..<columns.count { forecasts.keep(ForecastEvent(columns, row)) }
        taken = fresh.count
        fresh.drop(before: taken)
        guard let numbers else { return }
        for index in numbersTaken..<numbers.count { published.keep(numbers[index]) }
        numbersTaken = numbers.count
        numbers.drop(before: numbersTaken)
    }
}

/// Events in time order that several engines read, in memory that may lie on the disk.
private struct SharedPages<Event: BitwiseCopyable> {
    /// Each page but the last is full.
    private var pages: [UnsafeMutablePointer<Event>] = []
    private(set) var count = 0
    /// Why events are missing; nil when all are there.
    private(set) var failure: HistoryError?
    private let scratch: ScratchMemory

    /// Events of a page.
    private static var pageCount: Int { 1 << 14 }

    init(in scratch: ScratchMemory) { self.scratch = scratch }

    subscript(index: Int) -> Event { pages[index / Self.pageCount][index % Self.pageCount] }

    /// Says that one reader has read the events before `next`.
    func release(readTo next: Int) {
        guard next % Self.pageCount == 0 else { return }
        scratch.release(
            pages[next / Self.pageCount - 1], bytes: Self.pageCount * MemoryLayout<Event>.stride)
    }

    mutating func keep(_ event: Event) {
        if count == pages.count * Self.pageCount { addPage() }
        guard failure == nil else { return }
        (pages[count / Self.pageCount] + count % Self.pageCount).initialize(to: event)
        count += 1
    }

    private mutating func addPage() {
        do throws(HistoryError) {
            pages.append(try scratch.column(Self.pageCount, of: Event.self))
        } catch { failure = error }
    }
}

extension ForecastEvent {
    /// One row of columns.
    fileprivate init(_ columns: ForecastEvents, _ row: Int) {
        self.init(
            time_ns: columns.time_ns[row], model: columns.model[row],
            instrument: columns.instrument[row], kind: columns.kind[row],
            horizon_ns: columns.horizon_ns[row], validUntil_ns: columns.validUntil_ns[row],
            confidence: columns.confidence[row], value: columns.value[row],
            deviation: columns.deviation[row], weight: columns.weight[row])
    }
}
