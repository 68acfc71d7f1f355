import CRialto
import RialtoValues

/// A running strategy inside a plugin. Use it on one thread at a time.
package final class StrategyInstance {
    package let description: PluginDescription
    package let needs: InstanceNeeds
    /// Why the last batch failed; empty before.
    package private(set) var failure = ""
    private let creation: Creation<rialto_strategy_t>
    private let batches = BatchTable()
    private let intents = IntentTable()
    private let allowed: InstrumentSet
    private let voice: InstanceVoice
    private let slot: BreadcrumbSlot?

    /// - Parameter notes: What is noted of it while it runs.
    package init(
        _ library: PluginLibrary, _ request: InstanceRequest, notes: HostNotes = .none
    ) throws(PluginError) {
        voice = InstanceVoice(
            instance: request.instance, plugin: request.pluginId, journal: notes.journal)
        let slot = notes.slot(request, library)
        self.slot = slot
        slot?.enter()
        defer { slot?.leave() }
        creation = try Creation(library, request, voice)
        description = creation.description
        needs = creation.needs
        allowed = InstrumentSet(request.indices)
    }

    /// Lines that the plugin logged at creation.
    package var logLines: [String] { creation.services.lines.map(\.text) }

    /// Largest state that an instance may save, in bytes.
    package static let stateMax = 64 << 20

    /// The instance's whole state; nil when it keeps none or could not write it.
    package func saved() -> [UInt8]? {
        guard let save = creation.table.save else { return nil }
        let sink = StateSink()
        var writer = rialto_state_writer_t()
        writer.struct_size = UInt32(MemoryLayout<rialto_state_writer_t>.size)
        writer.host = Unmanaged.passUnretained(sink).toOpaque()
        writer.write = { host, bytes, size, written in
            guard let host, let written else { return RIALTO_ERROR_ARGUMENT }
            return Unmanaged<StateSink>.fromOpaque(host).takeUnretainedValue()
                .take(bytes, size, written)
        }
        return save(creation.table.`self`, &writer) == RIALTO_OK ? sink.bytes : nil
    }

    /// Hands over a batch and appends the intents to `sink`.
    ///
    /// - Returns: Entries read; nil when the plugin failed or answered against the contract, with
    ///   the reason in `failure`.
    package func onBatch(_ view: borrowing EventBatch, _ sink: inout IntentSink) -> Int? {
        batches.fill(view)
        voice.notes(view)
        let known = sink.intents.count
        var consumed: UInt32 = 0
        slot?.enter()
        let result =
            creation.table.on_batch?(
                creation.table.`self`, batches.batch, intents.table, &consumed) ?? RIALTO_ERROR
        slot?.leave()
        guard result >= 0 else {
            failure = "on_batch answered \(result)"
            return nil
        }
        if intents.table.pointee.count > 0, let reason = intents.take(into: &sink, allowed: allowed)
        {
            failure = reason
            return nil
        }
        guard consumed > 0 else {
            failure = "on_batch read nothing"
            return nil
        }
        voice.hear(sink, from: known, view)
        return Int(consumed)
    }
}

/// Where a state is gathered while it is saved.
private final class StateSink {
    var bytes: [UInt8] = []

    func take(
        _ start: UnsafeRawPointer?, _ size: UInt64, _ written: UnsafeMutablePointer<UInt64>
    ) -> rialto_result {
        guard let start, size <= UInt64(StrategyInstance.stateMax - bytes.count) else {
            return RIALTO_ERROR_MEMORY
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: Int(size)))
        written.pointee = size
        return RIALTO_OK
    }
}

extension rialto_strategy_t: InstanceTable {
    static var kind: PluginKind { .strategy }
    static var incomplete: String { "a strategy without on_batch or destroy" }
    var isComplete: Bool { on_batch != nil && destroy != nil }
    func release() { destroy?(self.`self`) }
}
