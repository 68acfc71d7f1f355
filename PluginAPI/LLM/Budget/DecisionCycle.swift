/// When a model is asked: at once, then at every interval from the first time on. A time that
/// passes while an answer is awaited is left out, not made up for.
public struct DecisionCycle: Hashable, Sendable, Codable {
    /// One question and its attempts.
    public struct Turn: Hashable, Sendable, Codable {
        /// 1 for the first question of the run.
        public let invocation: Int64
        /// When it was asked, Unix nanoseconds UTC.
        public let start_ns: Int64
        /// After this time an answer is not acted on.
        public let deadline_ns: Int64
        /// 0 for the first attempt.
        public fileprivate(set) var attempt: Int64 = 0

        /// Id of the request of this attempt; distinct within a run.
        public var requestID: UInt64 { UInt64(invocation) * 16 + UInt64(attempt) + 1 }
    }

    /// Three minutes, as in the Alpha Arena.
    public static let standardInterval_ns: Int64 = 180_000_000_000

    private let interval_ns: Int64
    private let patience_ns: Int64
    private let retriesMax: Int64
    private var first_ns: Int64?
    private var next_ns: Int64 = .min
    /// The question that awaits its answer.
    public private(set) var turn: Turn?
    /// How many questions were asked.
    public private(set) var invocations: Int64 = 0

    /// - Parameters:
    ///   - interval_ns: Between questions, above 0.
    ///   - patience_ns: Until an answer is too late, above 0.
    ///   - retriesMax: Attempts after the first, 0...2.
    public init(interval_ns: Int64, patience_ns: Int64, retriesMax: Int64) {
        precondition(interval_ns > 0 && patience_ns > 0, "times are above 0")
        precondition((0...2).contains(retriesMax), "there are 0...2 retries")
        self.interval_ns = interval_ns
        self.patience_ns = patience_ns
        self.retriesMax = retriesMax
    }

    /// When the next question is due; nil before the first, which is due at once.
    public var due_ns: Int64? { first_ns == nil ? nil : next_ns }

    /// When the first question was asked.
    public var start_ns: Int64? { first_ns }

    /// Starts a question when one is due and none awaits its answer in time.
    public mutating func begin(at time_ns: Int64) -> Turn? {
        if let turn, time_ns <= turn.deadline_ns { return nil }
        turn = nil
        guard time_ns >= next_ns else { return nil }
        let first = first_ns ?? time_ns
        first_ns = first
        next_ns = first + ((time_ns - first) / interval_ns + 1) * interval_ns
        invocations += 1
        turn = Turn(
            invocation: invocations, start_ns: time_ns, deadline_ns: time_ns + patience_ns)
        return turn
    }

    /// Takes the answer to a request: ends the question, whatever it says.
    ///
    /// - Returns: The question, or nil when the answer is to none that waits, or too late.
    public mutating func take(requestID: UInt64, at time_ns: Int64) -> Turn? {
        guard let turn, turn.requestID == requestID else { return nil }
        self.turn = nil
        return time_ns <= turn.deadline_ns ? turn : nil
    }

    /// Asks once more, when a retry and time are left.
    public mutating func retry(_ turn: Turn, at time_ns: Int64) -> Turn? {
        guard turn.attempt < retriesMax, time_ns < turn.deadline_ns else { return nil }
        var next = turn
        next.attempt += 1
        self.turn = next
        return next
    }
}
