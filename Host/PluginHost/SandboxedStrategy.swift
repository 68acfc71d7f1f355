import CRialto
import CWorker
import RialtoValues

/// A strategy as a run knows it, wherever it lives. Use it on one thread at a time.
package protocol RunningStrategy: AnyObject {
    var description: PluginDescription { get }
    var needs: InstanceNeeds { get }
    /// Why the last batch failed; empty before.
    var failure: String { get }
    /// Lines that the plugin logged at creation.
    var logLines: [String] { get }

    /// Hands over a batch and appends the intents to `sink`.
    ///
    /// - Returns: Entries read; nil when the plugin failed or answered against the contract, with
    ///   the reason in `failure`.
    func onBatch(_ view: borrowing EventBatch, _ sink: inout IntentSink) -> Int?

    /// The instance's whole state; nil when it keeps none or could not write it.
    func saved() -> [UInt8]?
}

extension StrategyInstance: RunningStrategy {}

/// A strategy in a sandboxed worker.
package final class SandboxedStrategy: RunningStrategy {
    package private(set) var failure = ""
    private let creation: SandboxedCreation
    private let intents = IntentTable()
    private let allowed: InstrumentSet

    package init(
        _ file: PluginFile, _ request: InstanceRequest, _ settings: WorkerSettings,
        market: SharedMarket? = nil
    ) throws(PluginError) {
        creation = try SandboxedCreation(file, request, .strategy, settings, market: market)
        allowed = InstrumentSet(request.indices)
    }

    package var description: PluginDescription { creation.description }
    package var needs: InstanceNeeds { creation.needs }
    package var logLines: [String] { creation.logLines }
    /// Layers that keep it where it is.
    package var layers: SandboxLayers { creation.worker.layers }

    package func saved() -> [UInt8]? { creation.saved() }

    package func onBatch(_ view: borrowing EventBatch, _ sink: inout IntentSink) -> Int? {
        switch creation.onBatch(view) {
        case .failure(let why): return fail(why.reason)
        case .success(let said):
            guard said.result >= 0 else { return fail("on_batch answered \(said.result)") }
            guard said.consumed > 0 else { return fail("on_batch read nothing") }
            let answer = creation.worker.answer, count = answer.pointee.intents.count
            if count > 0, let wrong = take(count, answer, &sink) { return fail(wrong) }
            return Int(said.consumed)
        }
    }

    private func take(
        _ count: UInt32, _ answer: UnsafeMutablePointer<rialto_answer_t>, _ sink: inout IntentSink
    ) -> String? {
        guard let items = rialto_answer_intents(answer), let text = rialto_answer_text(answer)
        else { return "there is no answer" }
        let wrong = intents.copy(
            count: count, items: items, text: text,
            textCount: answer.pointee.intents.text_count)
        return wrong ?? intents.take(into: &sink, allowed: allowed)
    }

    private func fail(_ reason: String) -> Int? {
        failure = reason
        return nil
    }
}
