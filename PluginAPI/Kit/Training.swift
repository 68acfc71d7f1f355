internal import CRialtoDraft

/// Rows that a model learns from or is asked about. Valid during the call.
public struct TrainingRows {
    /// Numbers in a row.
    public let features: Int
    /// Rows.
    public let count: Int
    /// Row by row: standardised, -8...8.
    public let values: UnsafeBufferPointer<Double>
    /// 0 or 1: whether the price was higher after the horizon.
    public let labels: UnsafeBufferPointer<Double>
    /// Above 0: how much a row counts.
    public let weights: UnsafeBufferPointer<Double>

    init(_ c: rialto_rows_t) {
        features = Int(c.feature_count)
        count = Int(c.count)
        values = .init(start: c.values, count: count * features)
        labels = .init(start: c.labels, count: count)
        weights = .init(start: c.weights, count: count)
    }
}

/// A model that is to be trained. Use it during the call only.
public struct TrainingTask {
    /// What all that is drawn follows from.
    public let seed: UInt64
    /// Most rounds.
    public let roundsMax: Int
    /// Names of the features, in order.
    public let features: [String]
    /// The part of the fold to learn from, oldest first.
    public let learned: TrainingRows
    /// The part after it, to stop by; nothing is learned from it.
    public let kept: TrainingRows
    private let c: UnsafePointer<rialto_training_t>

    init?(_ c: UnsafePointer<rialto_training_t>) {
        guard let learned = c.pointee.learned, let kept = c.pointee.kept,
            let names = c.pointee.features
        else { return nil }
        self.c = c
        seed = c.pointee.seed
        roundsMax = Int(c.pointee.rounds_max)
        self.learned = TrainingRows(learned.pointee)
        self.kept = TrainingRows(kept.pointee)
        features = (0..<Int(learned.pointee.feature_count)).map { String(names[$0]) }
    }

    /// Tells how far it is, with mean log losses in nats, NaN where they are not known. False asks
    /// to stop: return nil then.
    public func progress(round: Int, learned: Double, kept: Double) -> Bool {
        c.pointee.progress?(c.pointee.host, UInt32(clamping: round), learned, kept) == RIALTO_OK
    }

    func finish(_ bytes: [UInt8]) -> rialto_result {
        bytes.withUnsafeBytes { bytes in
            let text = rialto_text_t(
                data: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                size: UInt64(bytes.count))
            return c.pointee.finish?(c.pointee.host, text) ?? RIALTO_ERROR_UNSUPPORTED
        }
    }
}

/// The draft `rialto.train/1`: a plugin whose models `rialto model train --plugin ID` trains. Make
/// one as a global constant of two functions, and answer ``Plugin/offering(_:)`` from it.
public struct TrainingTable: Sendable {
    /// Answers ``answer(_:_:_:)``.
    public typealias Train =
        @Sendable @convention(c) (UnsafeRawPointer?, UnsafeMutablePointer<rialto_error_t>?) ->
        rialto_result
    /// Answers ``answer(_:_:_:_:_:)``.
    public typealias Ask =
        @Sendable @convention(c) (
            rialto_text_t, UnsafeRawPointer?, UnsafeMutablePointer<Double>?,
            UnsafeMutablePointer<rialto_error_t>?
        ) -> rialto_result

    private let address: Int

    public init(train: Train, ask: Ask) {
        let table = UnsafeMutablePointer<rialto_train_t>.allocate(capacity: 1)
        table.initialize(to: rialto_train_t())
        table.pointee.struct_size = UInt32(MemoryLayout<rialto_train_t>.size)
        // The same functions, with the draft's types in place of raw pointers.
        table.pointee.train = unsafeBitCast(train, to: type(of: table.pointee.train))
        table.pointee.ask = unsafeBitCast(ask, to: type(of: table.pointee.ask))
        address = Int(bitPattern: table)
    }

    /// The table when `id` asks for it, else nil.
    public func table(_ id: rialto_text_t) -> UnsafeRawPointer? {
        String(id) == RIALTO_TRAIN_ID ? UnsafeRawPointer(bitPattern: address) : nil
    }

    /// Trains by `body`, which gives the model's bytes, or nil when it was asked to stop.
    public static func answer(
        _ training: UnsafeRawPointer?, _ error: UnsafeMutablePointer<rialto_error_t>?,
        _ body: (TrainingTask) throws(PluginFailure) -> [UInt8]?
    ) -> rialto_result {
        let out = error
        guard let c = training?.assumingMemoryBound(to: rialto_training_t.self),
            let task = TrainingTask(c)
        else { return RIALTO_ERROR_ARGUMENT }
        do throws(PluginFailure) {
            guard let bytes = try body(task) else { return RIALTO_END }
            return task.finish(bytes)
        } catch {
            LibraryTables.write(error.text, RIALTO_ERROR, out)
            return RIALTO_ERROR
        }
    }

    /// Asks by `body`, which gives a logit for each row.
    public static func answer(
        _ blob: rialto_text_t, _ rows: UnsafeRawPointer?,
        _ logits: UnsafeMutablePointer<Double>?, _ error: UnsafeMutablePointer<rialto_error_t>?,
        _ body: (UnsafeRawBufferPointer, TrainingRows) throws(PluginFailure) -> [Double]
    ) -> rialto_result {
        let out = error
        guard let rows = rows?.assumingMemoryBound(to: rialto_rows_t.self), let logits else {
            return RIALTO_ERROR_ARGUMENT
        }
        let table = TrainingRows(rows.pointee)
        let bytes = UnsafeRawBufferPointer(start: blob.data, count: Int(blob.size))
        do throws(PluginFailure) {
            let numbers = try body(bytes, table)
            guard numbers.count == table.count else { return RIALTO_ERROR }
            for (row, number) in numbers.enumerated() { logits[row] = number }
            return RIALTO_OK
        } catch {
            LibraryTables.write(error.text, RIALTO_ERROR_ARGUMENT, out)
            return RIALTO_ERROR_ARGUMENT
        }
    }
}
