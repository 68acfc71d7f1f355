/// A rate limit: so many requests at once, one more after each refill.
package struct TokenBucket: Hashable, Sendable {
    private let capacity: Int64
    private let refill_ns: Int64
    /// When the bucket is full again.
    private var full_ns: Int64 = .min

    /// - Parameters:
    ///   - capacity: Tokens, above 0.
    ///   - refill_ns: For one token, above 0.
    package init(capacity: Int64, refill_ns: Int64) {
        precondition(capacity > 0 && refill_ns > 0, "capacity and refill are above 0")
        let (_, overflow) = capacity.multipliedReportingOverflow(by: refill_ns)
        precondition(!overflow, "the bucket is full again within the time that there is")
        self.capacity = capacity
        self.refill_ns = refill_ns
    }

    /// Returns how long to wait for a token from `now_ns` on; 0 when there is one.
    package func wait_ns(at now_ns: Int64) -> Int64 {
        let base = max(full_ns, now_ns)
        return max(0, base + refill_ns - now_ns - capacity * refill_ns)
    }

    /// Takes a token; the caller has waited for it.
    package mutating func take(at now_ns: Int64) {
        precondition(wait_ns(at: now_ns) == 0, "there is a token")
        full_ns = max(full_ns, now_ns) + refill_ns
    }
}
