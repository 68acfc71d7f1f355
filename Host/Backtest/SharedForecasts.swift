import RialtoEngine
import RialtoHistory
import RialtoValues
import Synchronization

/// The forecasts of a run for several engines. Models read only the market, so one pass over it
/// serves everyone: whoever first needs a time makes what is forecast up to it, and the others read
/// it where it is kept.
final class SharedForecasts {
    private let runner: ModelRunner
    private let scratch: ScratchMemory
    /// Held while anything below is read or changed, and while a model is called.
    private let lock = Mutex(())
    /// What the runner has just made.
    private let fresh = ForecastLog()
    private var taken = 0
    /// In time order; each page but the last is full.
    private var pages: [UnsafeMutablePointer<ForecastEvent>] = []
    private var count = 0
    /// Why forecasts are missing; nil when all are there.
    private(set) var failure: HistoryError?

    /// Forecasts of a page.
    private static let pageCount = 1 << 14

    init(_ runner: ModelRunner, in scratch: ScratchMemory) {
        self.runner = runner
        self.scratch = scratch
    }

    /// The door for one more engine, which may be on a thread of its own.
    func forecaster() -> Forecaster {
        var next = 0
        return Forecaster { [self] time, log in
            lock.withLock { _ in
                make(through: time)
                while next < count, event(next).time_ns <= time {
                    log.append(event(next))
                    next += 1
                    if next % Self.pageCount == 0 { release(pages[next / Self.pageCount - 1]) }
                }
            }
        }
    }

    private func event(_ index: Int) -> ForecastEvent {
        pages[index / Self.pageCount][index % Self.pageCount]
    }

    private func release(_ page: UnsafeMutablePointer<ForecastEvent>) {
        scratch.release(page, bytes: Self.pageCount * MemoryLayout<ForecastEvent>.stride)
    }

    private func make(through time: Int64) {
        runner.advance(through: time, into: fresh)
        let columns = fresh.columns(from: taken, count: fresh.count - taken)
        for row in 0..<columns.count { keep(ForecastEvent(columns, row)) }
        taken = fresh.count
        fresh.drop(before: taken)
    }

    private func keep(_ event: ForecastEvent) {
        if count == pages.count * Self.pageCount { addPage() }
        guard failure == nil else { return }
        (pages[count / Self.pageCount] + count % Self.pageCount).initialize(to: event)
        count += 1
    }

    private func addPage() {
        do throws(HistoryError) {
            pages.append(try scratch.column(Self.pageCount, of: ForecastEvent.self))
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
