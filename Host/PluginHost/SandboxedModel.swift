import CRialto
import CWorker
import RialtoValues

/// A model as a run knows it, wherever it lives. Use it on one thread at a time.
package protocol RunningModel: AnyObject {
    var description: PluginDescription { get }
    var needs: InstanceNeeds { get }
    /// Why the last batch failed; empty before.
    var failure: String { get }

    /// Hands over a batch and appends the forecasts to `forecasts`, in the order of their rows.
    ///
    /// - Returns: Entries read; nil when the plugin failed, with the reason in `failure`.
    func onBatch(_ view: borrowing EventBatch, _ forecasts: inout [ModelForecast]) -> Int?
}

extension ModelInstance: RunningModel {}

/// A model in a sandboxed worker.
package final class SandboxedModel: RunningModel {
    package private(set) var failure = ""
    private let creation: SandboxedCreation
    private let allowed: InstrumentSet

    package init(
        _ file: PluginFile, _ request: InstanceRequest, _ settings: WorkerSettings,
        market: SharedMarket? = nil
    ) throws(PluginError) {
        creation = try SandboxedCreation(file, request, .model, settings, market: market)
        allowed = InstrumentSet(request.indices)
    }

    package var description: PluginDescription { creation.description }
    package var needs: InstanceNeeds { creation.needs }

    package func onBatch(_ view: borrowing EventBatch, _ forecasts: inout [ModelForecast]) -> Int? {
        switch creation.onBatch(view) {
        case .failure(let why): failure = why.reason
        case .success(let said):
            guard said.result >= 0 else {
                failure = "on_batch answered \(said.result)"
                return nil
            }
            let count = Int(creation.worker.answer.pointee.forecasts.count)
            let answer = ModelAnswer(consumed: said.consumed, given: view.count, count: count)
            guard let wrong = take(answer, &forecasts) else { return Int(said.consumed) }
            failure = wrong
        }
        return nil
    }

    /// Copies what the worker wrote, and only then looks at it.
    private func take(_ answer: ModelAnswer, _ forecasts: inout [ModelForecast]) -> String? {
        let shared = rialto_answer_forecasts(creation.worker.answer)
        let count = min(answer.count, ModelInstance.capacity)
        guard let shared else { return "there is no answer" }
        let copied = UnsafeBufferPointer(
            start: shared.assumingMemoryBound(to: rialto_forecast_t.self), count: count)
        return Array(copied).withUnsafeBufferPointer { items in
            guard let base = items.baseAddress else {
                var none = rialto_forecast_t()
                return answer.take(&none, allowed, into: &forecasts)
            }
            return answer.take(base, allowed, into: &forecasts)
        }
    }
}
