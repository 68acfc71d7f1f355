import RialtoKit
import RialtoTrained

/// A causal transformer trained on your own bars, as a probability of a rise. Everything else
/// stands in the file that the run gives it.
struct Transformer: Model {
    static let info = PluginInfo(
        id: "org.rialto.transformer", version: "1.0.0", name: "Transformer",
        summary: "A causal transformer trained on your own bars, as a probability of a rise.",
        author: "The Rialto authors", license: "Apache-2.0", parameters: TrainedModel.parameters)

    private var model: TrainedModel

    init(_ setup: Setup) throws(PluginFailure) {
        model = try TrainedModel(setup, kind: "transformer")
    }

    var needs: [Need] { model.needs }
    var forecastsPerGroup: UInt32 { model.forecastsPerGroup }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        model.onBar(bar, &forecasts)
    }
}
