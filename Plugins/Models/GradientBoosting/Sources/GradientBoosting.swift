import RialtoKit
import RialtoTrained

/// Boosted trees grown on your own bars, as a probability of a rise. Everything else stands in
/// the file that the run gives it.
struct GradientBoosting: Model {
    static let info = PluginInfo(
        id: "org.rialto.gradient-boosting", version: "1.0.0", name: "Gradient boosting",
        summary: "Boosted trees grown on your own bars, as a probability of a rise.",
        author: "The Rialto authors", license: "Apache-2.0", parameters: TrainedModel.parameters)

    private var model: TrainedModel

    init(_ setup: Setup) throws(PluginFailure) {
        model = try TrainedModel(setup, kind: "gradient-boosting")
    }

    var needs: [Need] { model.needs }
    var forecastsPerGroup: UInt32 { model.forecastsPerGroup }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        model.onBar(bar, &forecasts)
    }
}
