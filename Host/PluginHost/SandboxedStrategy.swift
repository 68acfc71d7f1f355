import CRialto
import CWorker
import RialtoValues

/// A strategy as a run knows it, wherever it lives. Use it on one thread at a time.
package protocol RunningStrategy: AnyObject {
    var description: PluginDescription { get }
    var needs: InstanceNeeds { get }
    /// Whether it lives in a process of its own.
    var isSandboxed: Bool { get }
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

extension StrategyInstance: RunningStrategy {
    package var isSandboxed: Bool { false }
}

/// A strategy in a sandboxed worker, which is replaced when it dies.
package final class SandboxedStrategy: RunningStrategy {
    package private(set) var failure = ""
    package let description: PluginDescription
    private let instance: SupervisedInstance
    private let intents: IntentTable
    private let allowed: InstrumentSet

    package init(
        _ file: PluginFile, _ request: InstanceRequest, _ settings: WorkerSettings,
        market: SharedMarket? = nil
    ) throws(PluginError) {
        let plan = try InstancePlan(file, request, .strategy, settings, market: market)
        let intents = IntentTable()
        instance = try SupervisedInstance(plan) { Self.copy($0.worker.answer, intents) }
        description = plan.description
        self.intents = intents
        allowed = InstrumentSet(request.indices)
    }

    package var needs: InstanceNeeds { instance.needs }
    package var isSandboxed: Bool { true }
    package var logLines: [String] { instance.creation.logLines }
    /// Layers that keep it where it is.
    package var layers: SandboxLayers { instance.creation.worker.layers }
    /// Where its worker can be reached.
    package var target: WorkerTarget { instance.target }
    /// Workers that were replaced, in order.
    package var replacements: [Replacement] { instance.replacements }

    package func saved() -> [UInt8]? { instance.saved()?.bytes }

    package func onBatch(_ view: borrowing EventBatch, _ sink: inout IntentSink) -> Int? {
        let known = sink.intents.count
        switch instance.onBatch(view) {
        case .failure(let why): return fail(why.reason)
        case .success(let answer):
            guard answer.result >= 0 else { return fail(instance.refusal(answer.result)) }
            guard answer.consumed > 0 else { return fail("on_batch read nothing") }
            if intents.table.pointee.count > 0,
                let wrong = intents.take(into: &sink, allowed: allowed)
            {
                return fail(wrong)
            }
            instance.voice.hear(sink, from: known, view)
            return Int(answer.consumed)
        }
    }

    static func copy(
        _ answer: UnsafeMutablePointer<rialto_answer_t>, _ intents: IntentTable
    ) -> Result<CopiedAnswer, WorkerFailure> {
        guard let items = rialto_answer_intents(answer), let text = rialto_answer_text(answer)
        else { return .failure(WorkerFailure("there is no answer")) }
        let result = answer.pointee.result, consumed = answer.pointee.consumed
        let wrong = intents.copy(
            count: answer.pointee.intents.count, items: items, text: text,
            textCount: answer.pointee.intents.text_count)
        if let wrong { return .failure(WorkerFailure(wrong)) }
        let digest = intents.digest(result, consumed)
        return .success(CopiedAnswer(result: result, consumed: consumed, digest: digest))
    }

    private func fail(_ reason: String) -> Int? {
        failure = reason
        return nil
    }
}
