import RialtoEngine
import RialtoPluginHost
import RialtoValues

extension RunningStrategy {
    /// The port by which an engine drives this instance.
    package var port: StrategyPort {
        StrategyPort(
            kinds: needs.kinds, isOpenLoop: needs.isOpenLoop, historyRows: needs.historyRows,
            onBatch: { batch, sink in
                guard let consumed = self.onBatch(batch, &sink) else {
                    return .failed(self.failure)
                }
                return .consumed(consumed)
            })
    }
}

extension RunningModel {
    /// The port by which a runner drives this model.
    package var port: ModelPort {
        ModelPort(
            historyRows: needs.historyRows,
            onBatch: { batch, given in
                var forecasts: [ModelForecast] = []
                guard let consumed = self.onBatch(batch, &forecasts) else {
                    return .failed(self.failure)
                }
                for forecast in forecasts { given.append(Self.given(forecast)) }
                return .consumed(consumed)
            })
    }

    private static func given(_ f: ModelForecast) -> GivenForecast {
        var levels = InlineArray<8, Double>(repeating: 0),
            values = InlineArray<8, Double>(repeating: 0)
        for index in f.quantileLevels.indices {
            levels[index] = f.quantileLevels[index]
            values[index] = f.quantileValues[index]
        }
        let kind = ForecastKind(rawValue: f.kind) ?? .probabilityUp
        return GivenForecast(
            row: f.row,
            forecast: Forecast(
                model: 0, instrument: f.instrument, kind: kind, issued_ns: 0, validUntil_ns: 0,
                horizon_ns: f.horizon_ns, confidence: f.confidence, value: f.value,
                deviation: f.deviation, quantileLevels: levels, quantileValues: values,
                quantileCount: UInt8(f.quantileLevels.count)),
            valid_ns: f.valid_ns, series: f.series)
    }
}
