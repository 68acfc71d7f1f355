package import RialtoValues

/// Whether and when a request is sent again: only what passes by itself, a bounded number of times,
/// never past the deadline.
package struct RetryRule: Hashable, Sendable {
    /// Attempts after the first, 0...2.
    package var retriesMax: Int
    /// Before the first retry, in milliseconds; it doubles each time.
    package var pause_ms: Int64
    /// Longest pause that the other side may ask for, in milliseconds.
    package var pauseMax_ms: Int64

    package init(retriesMax: Int, pause_ms: Int64, pauseMax_ms: Int64) {
        precondition((0...2).contains(retriesMax), "there are 0...2 retries")
        precondition(pause_ms > 0 && pauseMax_ms >= pause_ms, "pauses are above 0")
        self.retriesMax = retriesMax
        self.pause_ms = pause_ms
        self.pauseMax_ms = pauseMax_ms
    }

    /// What an attempt came to.
    package enum Attempt: Hashable, Sendable {
        case answered(status: Int32, retryAfter: String?)
        case failed(NetworkError)
    }

    /// Returns the pause before the next attempt in milliseconds; nil when there is none.
    ///
    /// - Parameters:
    ///   - attempt: 0 for the first.
    ///   - random: Spreads pauses, so that many hosts do not come back at once.
    package func pause(
        after outcome: Attempt, attempt: Int, using random: inout SeededGenerator
    ) -> Int64? {
        guard attempt < retriesMax else { return nil }
        let most = min(pause_ms << Int64(attempt), pauseMax_ms)
        let spread = most / 2 + Int64(random.next() % UInt64(most / 2 + 1))
        switch outcome {
        case .failed(let error): return error.isPassing ? spread : nil
        case .answered(let status, let retryAfter):
            guard [408, 409, 429].contains(status) || (500...599).contains(status) else {
                return nil
            }
            guard let asked = retryAfter.flatMap(RetryRule.milliseconds) else { return spread }
            return asked <= pauseMax_ms ? max(asked, spread) : nil
        }
    }

    /// The seconds of a `Retry-After`; dates are left to the rule's own pause.
    private static func milliseconds(_ text: String) -> Int64? {
        guard let seconds = Int64(text), (0...86_400).contains(seconds) else { return nil }
        return seconds * 1000
    }
}
