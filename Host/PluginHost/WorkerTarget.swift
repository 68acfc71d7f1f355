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
