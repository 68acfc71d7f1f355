import Foundation
import RialtoPluginHost
import RialtoValues
import Synchronization

/// Sends a worker signals at random points of a run, from other threads.
final class Killer {
    private let target: WorkerTarget
    private let every: Int
    private var random: SeededGenerator
    private var started = 0
    private let sent = Sent()

    /// When signals were sent, in nanoseconds of the monotonic clock.
    private final class Sent: Sendable {
        let times = Mutex<[Int64]>([])
    }

    /// - Parameter every: Batches from one signal to the next, on average.
    init(_ target: WorkerTarget, every: Int, seed: UInt64) {
        self.target = target
        self.every = every
        random = SeededGenerator(seed: seed)
    }

    /// A batch is about to be handed over.
    func beforeBatch() {
        guard Int.random(in: 0..<every, using: &random) == 0 else { return }
        strike(after: .random(in: 0...300_000, using: &random))
        // The next worker is struck while it is brought to where this one was.
        if Int.random(in: 0..<4, using: &random) == 0 {
            strike(after: .random(in: 500_000...8_000_000, using: &random))
        }
    }

    private func strike(after delay_ns: Int64) {
        let signals = [SIGKILL, SIGSEGV, SIGSTOP]
        let signal = signals[Int.random(in: 0..<signals.count, using: &random)]
        started += 1
        Thread.detachNewThread { [target, sent] in
            let start = DispatchTime.now().uptimeNanoseconds
            if delay_ns > 400_000 { usleep(UInt32(delay_ns / 1000)) }
            while Int64(DispatchTime.now().uptimeNanoseconds - start) < delay_ns {}
            let time = target.send(signal)
            sent.times.withLock { $0.append(time) }
        }
    }

    /// Waits until every signal is sent. Returns when they were, in order.
    func finish() -> [Int64] {
        while true {
            let times = sent.times.withLock { $0 }
            if times.count == started { return times.sorted() }
            usleep(200)
        }
    }
}
