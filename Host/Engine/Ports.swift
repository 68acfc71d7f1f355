import RialtoValues

/// What an instance answered to a batch.
package enum BatchAnswer: Equatable, Sendable {
    /// Entries read, from the front.
    case consumed(Int)
    /// The instance has failed, or broke a rule of the contract; the text says which.
    case failed(String)
}

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
