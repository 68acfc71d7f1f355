import RialtoEngines
import RialtoFeatures
import RialtoKit
import RialtoLearning

/// A model that was trained by `rialto model train`, asked bar by bar: what the bundled plugins
/// `lstm`, `gradient-boosting`, `onnx` and others are made of, and any plugin may be.
///
/// It reads the file that the run gives it, and refuses one of another kind or of other features.
/// It says nothing of what the file has learned from, unless told to, and nothing once it has
/// expired.
public struct TrainedModel {
    /// What the file holds.
    public let file: ModelFile
    private let isOpen: Bool
    private let outlierMax: Double
    private let states: PerInstrument<State>

    /// What is remembered of an instrument.
    private struct State {
        var stream: FeatureStream
        var forecaster: Forecaster
        var position = 0.0
    }

    /// The parameters that it reads: `model`, the name of its file, `in_sample` and `outlier_max`.
    public static let parameters: [Parameter] = [
        .required(1, "model", "Name of its file among the run's files"),
        .boolean(
            2, "in_sample", initial: false,
            "Whether it may be asked about what it has learned from: no evidence of anything"),
        .number(
            3, "outlier_max", 0...1_000_000, initial: 0, unit: "deviations",
            "Silent where a bar of its window is farther from what it has learned from; 0 never"),
    ]

    /// Reads the file.
    ///
    /// - Parameter kind: What the file must be, such as `lstm`.
    public init(_ setup: Setup, kind: String) throws(PluginFailure) {
        let name = setup.text(1)
        guard let bytes = setup.resource(name) else {
            throw PluginFailure(
                "no file is named \(name): add files: { \(name): PATH } to the model of the run")
        }
        let file: ModelFile
        do throws(ModelFileError) {
            file = try ModelFile(bytes: bytes)
        } catch { throw PluginFailure(error.text) }
        guard file.kind == kind else {
            throw PluginFailure("the file \(name) holds a model of kind \(file.kind), not \(kind)")
        }
        let schema = try Self.schema(file)
        let forecaster = Forecaster(file, score: try Self.score(file, setup))
        self.file = file
        isOpen = setup.boolean(2)
        outlierMax = setup.number(3)
        states = try PerInstrument(setup.instruments) { (_) throws(PluginFailure) in
            State(stream: FeatureStream(schema), forecaster: forecaster)
        }
    }

    /// What computes a file of an engine; nil of others.
    private static func score(
        _ file: ModelFile, _ setup: Setup
    ) throws(PluginFailure) -> Forecaster.WindowScore? {
        guard case .engine(let shape) = file.network else { return nil }
        do throws(EngineFailure) {
            return try EngineModel.score(shape) { id in
                setup.engineVersion(id).map { version in
                    EngineLibrary(id: id, version: version) { setup.engineFunction(id, $0) }
                }
            }
        } catch { throw PluginFailure(error.text) }
    }

    private static func schema(_ file: ModelFile) throws(PluginFailure) -> FeatureSchema {
        let schema: FeatureSchema
        do throws(FeatureError) {
            schema = try FeatureSchema(file.features, interval_ns: file.interval_ns)
        } catch { throw PluginFailure("the file has features that this plugin does not know") }
        guard schema.hash == file.schemaHash else {
            throw PluginFailure(
                "the file was trained on features with hash \(file.schemaHash), and this plugin "
                    + "makes \(schema.hash): train it again")
        }
        if let other = schema.features.first(where: { !$0.source.isEmpty }) {
            throw PluginFailure(
                "the file looks at \(other.name), which is made of \(other.source); this plugin is "
                    + "given bars only")
        }
        return schema
    }

    /// Bars of the length that it was trained on, with enough history for its features.
    public var needs: [Need] {
        let longest = file.features.map(Self.settling).max() ?? 1
        let rows = min(100_000, longest + 512)
        return [.bars(interval_ns: file.interval_ns, history: UInt32(rows))]
    }

    /// Bars after which a feature no longer shows where it began.
    private static func settling(_ name: String) -> Int {
        guard let feature = try? Feature(name) else { return 1 }
        return switch feature {
        case .priceChange(let bars), .volumeChange(let bars), .openInterestChange(let bars),
            .sentiment(let bars):
            bars + 1
        case .bollinger(let length, _), .volumeRatio(let length): length + 1
        case .rsi(let length), .atr(let length): 20 * length
        case .macd(_, let slow, let signal): 10 * (slow + signal)
        case .bookImbalance, .funding: 1
        }
    }

    /// Most forecasts of one time group.
    public var forecastsPerGroup: UInt32 { UInt32(min(1024, max(64, states.count))) }

    /// Takes a bar in, and forecasts.
    public mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        guard bar.interval_ns == file.interval_ns else { return }
        states[bar.instrument].stream.take(
            open: Double(bar.open), high: Double(bar.high), low: Double(bar.low),
            close: Double(bar.close), volume: Double(bar.volume))
        states[bar.instrument].forecaster.take(states[bar.instrument].stream.row)
        guard !forecasts.isWarmUp, mayBeAsked(at: bar.time_ns), isFamiliar(bar.instrument),
            let opinion = states[bar.instrument].forecaster.opinion(
                position: states[bar.instrument].position)
        else { return }
        switch opinion {
        case .probabilityUp(let probability):
            forecasts.probabilityUp(bar.instrument, probability, horizon_ns: file.horizon_ns)
        case .position(let position):
            states[bar.instrument].position = position
            forecasts.target(bar.instrument, position, horizon_ns: file.horizon_ns)
        }
    }

    /// Whether the market looks as it did where the model has learned.
    private func isFamiliar(_ instrument: UInt32) -> Bool {
        outlierMax == 0 || states[instrument].forecaster.distance <= outlierMax
    }

    private func mayBeAsked(at time_ns: Int64) -> Bool {
        isOpen || (time_ns > file.until_ns && (file.expires_ns == 0 || time_ns < file.expires_ns))
    }
}
