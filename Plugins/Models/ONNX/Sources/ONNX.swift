import RialtoKit
import RialtoTrained

/// A network exported from anywhere, as a probability of a rise. Everything else stands in
/// the file that the run gives it.
struct ONNX: Model {
    static let info = PluginInfo(
        id: "org.rialto.onnx", version: "1.0.0", name: "ONNX",
        summary: "A network exported from anywhere, as a probability of a rise.",
        author: "The Rialto authors", license: "Apache-2.0", parameters: TrainedModel.parameters)

    private var model: TrainedModel

    init(_ setup: Setup) throws(PluginFailure) {
        model = try TrainedModel(setup, kind: "onnx")
    }

    var needs: [Need] { model.needs }
    var forecastsPerGroup: UInt32 { model.forecastsPerGroup }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        model.onBar(bar, &forecasts)
    }
}
