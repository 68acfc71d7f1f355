import CRialto
import CWorker
import RialtoValues

/// A model as a run knows it, wherever it lives. Use it on one thread at a time.
package protocol RunningModel: AnyObject {
    var description: PluginDescription { get }
    var needs: InstanceNeeds { get }
    /// Whether it lives in a process of its own.
    var isSandboxed: Bool { get }
    /// Why the last batch failed; empty before.
    var failure: String { get }

    /// Hands over a batch and appends the forecasts to `forecasts`, in the order of their rows.
    ///
    /// - Returns: Entries read; nil when the plugin failed, with the reason in `failure`.
    func onBatch(_ view: borrowing EventBatch, _ forecasts: inout [ModelForecast]) -> Int?
}

extension ModelInstance: RunningModel {
    package var isSandboxed: Bool { false }
}

/// A model in a sandboxed worker, which is replaced when it dies.
package final class SandboxedModel: RunningModel {
    package private(set) var failure = ""
    package let description: PluginDescription
    private let instance: SupervisedInstance
    private let copied: CopiedForecasts
    private let allowed: InstrumentSet

    package init(
        _ file: PluginFile, _ request: InstanceRequest, _ settings: WorkerSettings,
        market: SharedMarket? = nil
    ) throws(PluginError) {
        let plan = try InstancePlan(file, request, .model, settings, market: market)
        let copied = CopiedForecasts()
        instance = try SupervisedInstance(plan) { copied.copy($0.worker.answer) }
        description = plan.description
        self.copied = copied
        allowed = InstrumentSet(request.indices)
    }

    package var needs: InstanceNeeds { instance.needs }
    package var isSandboxed: Bool { true }
    /// Where its worker can be reached.
    package var target: WorkerTarget { instance.target }
    /// Workers that were replaced, in order.
    package var replacements: [Replacement] { instance.replacements }

    package func onBatch(_ view: borrowing EventBatch, _ forecasts: inout [ModelForecast]) -> Int? {
        switch instance.onBatch(view) {
        case .failure(let why): failure = why.reason
        case .success(let said):
            guard said.result >= 0 else {
                failure = instance.refusal(said.result)
                return nil
            }
            let answer = ModelAnswer(
                consumed: said.consumed, given: view.count, count: copied.count,
                published: needs.series.published.count)
            guard let wrong = answer.take(copied.items, allowed, into: &forecasts) else {
                return Int(said.consumed)
            }
            failure = wrong
        }
        return nil
    }
}

/// Forecasts out of their worker's reach, not looked at yet.
final class CopiedForecasts {
    let items = UnsafeMutablePointer<rialto_forecast_t>.allocate(capacity: ModelInstance.capacity)
    /// As the worker said, however many.
    private(set) var count = 0

    init() { items.initialize(repeating: rialto_forecast_t(), count: ModelInstance.capacity) }

    deinit { items.deallocate() }

    func copy(
        _ answer: UnsafeMutablePointer<rialto_answer_t>
    ) -> Result<CopiedAnswer, WorkerFailure> {
        guard let shared = rialto_answer_forecasts(answer) else {
            return .failure(WorkerFailure("there is no answer"))
        }
        let result = answer.pointee.result, consumed = answer.pointee.consumed
        count = Int(answer.pointee.forecasts.count)
        let size = min(count, ModelInstance.capacity) * MemoryLayout<rialto_forecast_t>.stride
        UnsafeMutableRawPointer(items).copyMemory(from: shared, byteCount: size)
        var digest = AnswerDigest()
        digest.add(UInt64(UInt32(bitPattern: result)) << 32 | UInt64(consumed))
        digest.add(UnsafeRawBufferPointer(start: items, count: size))
        return .success(
            CopiedAnswer(result: result, consumed: consumed, digest: digest.value))
    }
}
