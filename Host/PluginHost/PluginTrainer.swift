import CRialto
import CRialtoDraft
import CWorker

/// Rows that a plugin learns from or is asked about.
package struct TrainerRows: Sendable {
    /// Numbers in a row.
    package let features: Int
    /// Row by row, standardised.
    package let values: [Double]
    /// 0 or 1, one for each row.
    package let labels: [Double]
    /// Above 0, one for each row.
    package let weights: [Double]

    package init(features: Int, values: [Double], labels: [Double], weights: [Double]) {
        precondition(
            labels.count == weights.count && values.count == features * labels.count,
            "a label and a weight for each row")
        self.features = features
        self.values = values
        self.labels = labels
        self.weights = weights
    }

    /// Calls `body` with the rows as the contract passes them.
    func withTable<Result>(_ body: (UnsafePointer<rialto_rows_t>) -> Result) -> Result {
        values.withUnsafeBufferPointer { values in
            labels.withUnsafeBufferPointer { labels in
                weights.withUnsafeBufferPointer { weights in
                    var table = rialto_rows_t()
                    table.struct_size = UInt32(MemoryLayout<rialto_rows_t>.size)
                    table.feature_count = UInt32(features)
                    table.count = UInt64(labels.count)
                    table.values = values.baseAddress
                    table.labels = labels.baseAddress
                    table.weights = weights.baseAddress
                    return withUnsafePointer(to: table, body)
                }
            }
        }
    }
}

/// A plugin that trains models by the draft `rialto.train/1`, in this process.
package struct PluginTrainer: Sendable {
    /// Of the plugin.
    package let id: String
    /// Of the plugin.
    package let version: String
    /// Its table, which lives as long as the process.
    private let address: Int

    /// Opens a library that may run in process.
    ///
    /// - Parameter folder: With its manifest.
    /// - Throws: ``PluginError`` when the plugin offers no training.
    package init(folder: String, id: String) throws(PluginError) {
        let library = try PluginLibrary(folder: folder)
        let (plugin, description) = try library.plugin(id, kind: .model)
        try self.init(id: id, version: description.version) {
            plugin.pointee.get_extension?($0)
        }
    }

    /// - Parameter extensions: The plugin's `get_extension`; what it gives lives as long as the
    ///   process.
    /// - Throws: ``PluginError`` when it offers no training.
    package init(
        id: String, version: String, extensions: (rialto_text_t) -> UnsafeRawPointer?
    ) throws(PluginError) {
        let table = withTemporaryText(RIALTO_TRAIN_ID) { extensions($0) }
        guard let table = table?.assumingMemoryBound(to: rialto_train_t.self),
            Int(table.pointee.struct_size) >= MemoryLayout<rialto_train_t>.size,
            table.pointee.train != nil, table.pointee.ask != nil
        else { throw PluginError(id, .training("it offers no \(RIALTO_TRAIN_ID)")) }
        self.id = id
        self.version = version
        address = Int(bitPattern: table)
    }

    private var table: rialto_train_t {
        UnsafePointer<rialto_train_t>(bitPattern: address)?.pointee ?? rialto_train_t()
    }

    /// What the plugin's calls come back to.
    private final class Session {
        let progress: (UInt32, Double, Double) -> Bool
        var blob: [UInt8]?

        init(_ progress: @escaping (UInt32, Double, Double) -> Bool) { self.progress = progress }

        static func of(_ host: UnsafeMutableRawPointer?) -> Session? {
            host.map { Unmanaged<Session>.fromOpaque($0).takeUnretainedValue() }
        }
    }

    /// Trains.
    ///
    /// - Parameters:
    ///   - names: Of the features, in order.
    ///   - progress: Is told each round with log losses, NaN when not known; false asks to stop.
    /// - Returns: The model in the plugin's own format.
    /// - Throws: ``PluginError`` with the plugin's reason.
    package func train(
        _ learned: TrainerRows, _ kept: TrainerRows, names: [String], seed: UInt64, rounds: Int,
        progress: @escaping (UInt32, Double, Double) -> Bool
    ) throws(PluginError) -> [UInt8] {
        let session = Session(progress)
        var failure = rialto_error_t()
        failure.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let result = Self.withTexts(names) { texts in
            learned.withTable { learned in
                kept.withTable { kept in
                    var task = Self.task(session)
                    task.rounds_max = UInt32(clamping: rounds)
                    task.seed = seed
                    task.features = texts
                    task.learned = learned
                    task.kept = kept
                    return table.train?(&task, &failure) ?? RIALTO_ERROR_UNSUPPORTED
                }
            }
        }
        guard result == RIALTO_OK else {
            throw PluginError(
                id,
                .training(
                    result == RIALTO_END
                        ? "it was stopped" : "it failed (\(result)): \(failure.message)"))
        }
        guard let blob = session.blob, !blob.isEmpty else {
            throw PluginError(id, .training("it was done and handed nothing over"))
        }
        return blob
    }

    private static func task(_ session: Session) -> rialto_training_t {
        var task = rialto_training_t()
        task.struct_size = UInt32(MemoryLayout<rialto_training_t>.size)
        task.host = Unmanaged.passUnretained(session).toOpaque()
        task.progress = { host, round, learned, kept in
            guard let session = Session.of(host) else { return RIALTO_ERROR_ARGUMENT }
            return session.progress(round, learned, kept) ? RIALTO_OK : RIALTO_END
        }
        task.finish = { host, blob in
            guard let session = Session.of(host), let data = blob.data else {
                return RIALTO_ERROR_ARGUMENT
            }
            guard blob.size <= UInt64(RIALTO_TRAIN_BLOB_MAX) else { return RIALTO_ERROR_MEMORY }
            session.blob = Array(UnsafeRawBufferPointer(start: data, count: Int(blob.size)))
            return RIALTO_OK
        }
        return task
    }

    private static func withTexts<Result>(
        _ texts: [String], _ body: (UnsafePointer<rialto_text_t>?) -> Result
    ) -> Result {
        let bytes = texts.map { Array($0.utf8).map { CChar(bitPattern: $0) } }
        let all = bytes.flatMap(\.self)
        return all.withUnsafeBufferPointer { all in
            var place = 0
            let list = bytes.map { text in
                defer { place += text.count }
                return rialto_text_t(
                    data: all.baseAddress.map { $0 + place }, size: UInt64(text.count))
            }
            return list.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }

    /// The logit of a rise for each row.
    ///
    /// - Throws: ``PluginError`` when the model is not the plugin's own, or a logit is not finite.
    package func ask(_ blob: [UInt8], _ rows: TrainerRows) throws(PluginError) -> [Double] {
        var logits = [Double](repeating: .nan, count: rows.labels.count)
        var failure = rialto_error_t()
        failure.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let result = blob.withUnsafeBytes { blob in
            rows.withTable { rows in
                let text = rialto_text_t(
                    data: blob.baseAddress?.assumingMemoryBound(to: CChar.self),
                    size: UInt64(blob.count))
                return table.ask?(text, rows, &logits, &failure) ?? RIALTO_ERROR_UNSUPPORTED
            }
        }
        guard result == RIALTO_OK else {
            throw PluginError(
                id, .training("it could not be asked (\(result)): \(failure.message)"))
        }
        guard logits.allSatisfy(\.isFinite) else {
            throw PluginError(id, .training("it gave a logit that is no finite number"))
        }
        return logits
    }
}
