import CWorker
import Glibc
import Synchronization

/// The worker that an instance lives in at the moment, for those who want to see it die: tests and
/// drills. Any thread.
package final class WorkerTarget: Sendable {
    private let process = Mutex<Int32>(-1)

    /// Sends the worker a signal. One that is gone by then gets none, nor does any other process.
    ///
    /// - Returns: When it was sent, in nanoseconds of the monotonic clock.
    @discardableResult
    package func send(_ signal: Int32) -> Int64 {
        process.withLock { process in
            let now = WorkerProcess.now_ns()
            if process >= 0 { rialto_worker_send(process, signal) }
            return now
        }
    }

    /// Points at another worker.
    func point(at worker: WorkerProcess) {
        let next = fcntl(worker.process, F_DUPFD_CLOEXEC, 0)
        process.withLock { process in
            if process >= 0 { close(process) }
            process = next
        }
    }

    deinit { process.withLock { if $0 >= 0 { close($0) } } }
}

/// Sees the instances of a run that live in workers, and can kill one of those. Any thread.
package final class WorkerWatch: Sendable, Equatable {
    /// Kills the worker of an instance when it is about to be told of a batch.
    package struct Strike: Sendable {
        let instance: Int
        let batch: Int

        /// - Parameters:
        ///   - instance: Index in ``WorkerWatch/instances``.
        ///   - batch: From 1.
        package init(instance: Int, batch: Int) {
            self.instance = instance
            self.batch = batch
        }
    }

    /// An instance: its plugin's id, and the batches that it was told of.
    package struct Instance: Sendable {
        package let id: String
        package fileprivate(set) var batches = 0
    }

    private struct Seen {
        var instances: [Instance] = []
        var replacements: [Replacement] = []
        var struck_ns: Int64?
    }

    private let seen = Mutex<Seen>(Seen())
    private let strike: Strike?

    package init(strike: Strike? = nil) { self.strike = strike }

    /// The instances so far, in the order in which they were made.
    package var instances: [Instance] { seen.withLock { $0.instances } }
    /// Workers that were replaced.
    package var replacements: [Replacement] { seen.withLock { $0.replacements } }
    /// When the worker was killed, in nanoseconds of the monotonic clock; nil when none was.
    package var struck_ns: Int64? { seen.withLock { $0.struck_ns } }

    /// Adds an instance. Returns its index.
    func add(_ id: String) -> Int {
        seen.withLock { seen in
            seen.instances.append(Instance(id: id))
            return seen.instances.count - 1
        }
    }

    func add(_ replacement: Replacement) {
        seen.withLock { $0.replacements.append(replacement) }
    }

    /// An instance is about to be told of a batch.
    func hands(_ instance: Int, _ target: WorkerTarget) {
        seen.withLock { seen in
            seen.instances[instance].batches += 1
            guard let strike, strike.instance == instance,
                strike.batch == seen.instances[instance].batches
            else { return }
            seen.struck_ns = target.send(SIGKILL)
        }
    }

    package static func == (a: WorkerWatch, b: WorkerWatch) -> Bool { a === b }
}
