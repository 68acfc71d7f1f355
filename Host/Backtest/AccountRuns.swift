import Dispatch
import Glibc
import RialtoEngine
import RialtoValues
import Synchronization

/// Accounts of a run that have an engine of their own.
struct RunPart {
    /// Indices of its accounts and of its instances in the run.
    let accounts: [Int]
    let instances: [Int]
    let setup: EngineSetup
    /// Makes forecasts; nil where nobody reads any.
    let forecaster: Forecaster?
    /// Where its records go; nil where none are kept.
    let records: KeptRecords?
}

/// What an engine came to.
struct PartOutcome {
    let digest: String
    let texts: [IntentText]
    /// Instances that were ended, by index in the run, with the reason.
    let endings: [(instance: Int, reason: String)]
}

/// Runs the parts of a run, each on one thread from its start to its end.
struct AccountRuns {
    let parts: [RunPart]
    /// Most threads, 1 or more. Never changes a result.
    let cores: Int

    /// Cores of this machine that the process may use.
    static var coresOnline: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Runs all parts to the end.
    ///
    /// - Parameters:
    ///   - progress: Called now and then with the share done, 0...1, by one thread at a time.
    ///   - wake: Of the feeds: each part lets go of what it has passed.
    /// - Returns: What each part came to, in their order.
    /// - Throws: The error of the first part, in their order, that has one.
    func outcomes(
        progress: (Double) -> Void, wake: FeedWake
    ) throws(EngineError) -> [PartOutcome] {
        let place = UnsafeMutableBufferPointer<Result<PartOutcome, EngineError>?>.allocate(
            capacity: parts.count)
        place.initialize(repeating: nil)
        defer {
            place.deinitialize()
            place.deallocate()
        }
        let threads = min(parts.count, cores)
        let shares = ShareOfAll(parts: parts.count)
        withoutActuallyEscaping(progress) { progress in
            // Proof: each index is taken by exactly one thread, which alone touches that part's
            // engine, instances, records and place; feeds do not change while they are read, and
            // what is shared (forecasts, progress) has a lock.
            nonisolated(unsafe) let (jobs, results, wake, tell) = (parts, place, wake, progress)
            let next = Atomic(0), firstFailure = Atomic(Int.max)
            let work: @Sendable (Int) -> Void = { _ in
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    // The parts behind one that failed are not asked for.
                    guard index < jobs.count,
                        index < firstFailure.load(ordering: .relaxed)
                    else { return }
                    let result = jobs[index].outcome(
                        progress: { shares.report($0, of: index, to: tell) }, wake: wake)
                    if case .failure = result { firstFailure.min(index, ordering: .relaxed) }
                    results[index] = result
                }
            }
            if threads > 1 {
                DispatchQueue.concurrentPerform(iterations: threads, execute: work)
            } else {
                work(0)
            }
        }
        var outcomes: [PartOutcome] = []
        for result in place {
            guard let result else { preconditionFailure("parts before a failure have run") }
            outcomes.append(try result.get())
        }
        return outcomes
    }
}

extension RunPart {
    fileprivate func outcome(
        progress: (Double) -> Void, wake: FeedWake
    ) -> Result<PartOutcome, EngineError> {
        var wake = wake
        do throws(EngineError) {
            var engine = try Engine(setup, forecaster: forecaster, records: records?.sink)
            try engine.run(progress: progress, passed: { wake.release(before: $0) })
            let endings = engine.endings.map { (instances[$0.instance], $0.reason) }
            return .success(
                PartOutcome(digest: engine.digest(), texts: engine.texts, endings: endings))
        } catch { return .failure(error) }
    }
}

/// How far all parts of a run have come together.
private final class ShareOfAll: Sendable {
    private let shares: Mutex<[Double]>

    init(parts: Int) { shares = Mutex(Array(repeating: 0, count: parts)) }

    /// Takes note of one part's share and tells the mean, one thread at a time.
    func report(_ share: Double, of part: Int, to tell: (Double) -> Void) {
        shares.withLock { shares in
            shares[part] = share
            tell(shares.reduce(0, +) / Double(shares.count))
        }
    }
}
