import RialtoKit
import RialtoTrained

/// A policy trained by proximal policy optimisation on your own bars, as a position. Everything
/// else stands in the file that the run gives it.
struct PPO: Model {
    static let info = PluginInfo(
        id: "org.rialto.ppo", version: "1.0.0", name: "PPO",
        summary:
            "A policy trained by proximal policy optimisation on your own bars, as a position.",
        author: "The Rialto authors", license: "Apache-2.0", parameters: TrainedModel.parameters)

    private var model: TrainedModel

    init(_ setup: Setup) throws(PluginFailure) {
        model = try TrainedModel(setup, kind: "ppo")
    }

    var needs: [Need] { model.needs }
    var forecastsPerGroup: UInt32 { model.forecastsPerGroup }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        model.onBar(bar, &forecasts)
    }
}
