import RialtoValues

/// What an instance answered to a batch.
package enum BatchAnswer: Equatable, Sendable {
    /// Entries read, from the front.
    case consumed(Int)
    /// The instance has failed, or broke a rule of the contract; the text says which.
    case failed(String)
}

/// What came of a request.
package struct RequestAnswer: Equatable, Sendable {
    /// HTTP status; -1 refused by the host, -2 no answer, -3 timeout.
    package let status: Int32
    /// From the request to the answer, in nanoseconds, 0 or more.
    package let latency_ns: Int64
    /// Lines of `name: value`.
    package let headers: [UInt8]
    /// Of a refusal why, for people.
    package let body: [UInt8]
    /// Names the request in the records of the run.
    package let digest: String

    package init(
        status: Int32, latency_ns: Int64, headers: [UInt8], body: [UInt8], digest: String
    ) {
        self.status = status
        self.latency_ns = latency_ns
        self.headers = headers
        self.body = body
        self.digest = digest
    }

    /// Of a request that the host does not send.
    package static func refused(_ reason: String, digest: String = "") -> RequestAnswer {
        RequestAnswer(
            status: -1, latency_ns: 0, headers: [], body: Array(reason.utf8), digest: digest)
    }
}

/// Why a run cannot go on without an answer.
package struct RequestFailure: Error, Equatable, Sendable {
    package let reason: String

    package init(reason: String) { self.reason = reason }
}

/// Whoever answers the requests of one instance: its text as the plugin wrote it, when it asks, and
/// until when it waits (0 for the host's own patience), Unix nanoseconds UTC.
package typealias RequestPort =
    (_ text: String, _ now_ns: Int64, _ deadline_ns: Int64) throws(RequestFailure) -> RequestAnswer

/// A strategy as the engine knows it, whatever it is made of.
package struct StrategyPort {
    /// Kinds of events that it is given.
    package let kinds: EventKinds
    /// It reads no own events and does not stop where it acts.
    package let isOpenLoop: Bool
    /// Rows of warm-up per instrument.
    package let historyRows: Int
    /// Reads a batch from the front and appends intents in the order of their rows. Serial.
    package let onBatch: (borrowing EventBatch, inout IntentSink) -> BatchAnswer

    package init(
        kinds: EventKinds, isOpenLoop: Bool, historyRows: Int,
        onBatch: @escaping (borrowing EventBatch, inout IntentSink) -> BatchAnswer
    ) {
        self.kinds = kinds
        self.isOpenLoop = isOpenLoop
        self.historyRows = historyRows
        self.onBatch = onBatch
    }
}
