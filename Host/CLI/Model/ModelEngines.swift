import RialtoEngines
import RialtoLearning
import RialtoPluginHost
import RialtoText

/// Engines of models, loaded into this process.
enum ModelEngines {
    /// An engine by its name; nil when it is not installed.
    ///
    /// - Throws: `HouseMessage` when it is not what its table says.
    static func library(_ id: String) throws(HouseMessage) -> EngineLibrary? {
        do throws(PluginError) {
            guard let engine = try EngineShelf.standard.engine(id) else { return nil }
            let loaded = try LoadedEngines([engine])
            return EngineLibrary(id: id, version: engine.version) { loaded.symbol(id, $0) }
        } catch {
            throw HouseMessage(
                "the engine \(id) is not usable: \(error.reason)", help: error.help)
        }
    }

    /// An engine that has to be there.
    static func required(_ id: String) throws(HouseMessage) -> EngineLibrary {
        guard let library = try library(id) else {
            throw HouseMessage(
                "the engine \(id) is not installed",
                help: "get it with: scripts/fetch-engines \(id)")
        }
        return library
    }

    /// Asks a model file, whatever computes it.
    ///
    /// - Parameter invocation: Says where plugins are, and which may run in this process.
    static func forecaster(_ file: ModelFile, _ invocation: Invocation) throws -> Forecaster {
        guard case .engine(let shape) = file.network else { return Forecaster(file) }
        // Engines have no dot in their names, and plugins have.
        guard !shape.engine.contains(".") else {
            return try ofPlugin(file, shape, invocation)
        }
        let library = try library(shape.engine)
        do throws(EngineFailure) {
            return Forecaster(file, score: try EngineModel.score(shape) { _ in library })
        } catch {
            throw HouseMessage(
                "the model cannot be asked: \(error.text)",
                help: "see what it was made with: rialto model card FILE")
        }
    }

    private static func ofPlugin(
        _ file: ModelFile, _ shape: EngineShape, _ invocation: Invocation
    ) throws -> Forecaster {
        let trainer = try PluginPlan.trainer(shape.engine, invocation)
        guard trainer.version == shape.version else {
            throw HouseMessage(
                "the model was trained by \(shape.engine) \(shape.version), and here is "
                    + trainer.version, help: "train it again, or install that version")
        }
        return Forecaster(file) { row in
            let rows = TrainerRows(
                features: shape.features, values: Array(row), labels: [0], weights: [1])
            return (try? trainer.ask(shape.bytes, rows))?.first
        }
    }
}

/// `rialto model engines`: which engines of models are installed.
enum ModelEnginesCommand {
    private static let known: [(id: String, use: String)] = [
        (LightGBM.id, "gradient boosting, random forest"), (XGBoost.id, "gradient boosting"),
        (ONNXRuntime.id, "networks in the ONNX format"),
    ]

    static let command = Command(
        "engines", "list the libraries that models are computed with, and which are installed",
        examples: [Example("rialto model engines --json", "")]
    ) { _, console in
        let columns = [("engine", "engine"), ("version", "version"), ("path", "path")]
        var table = Table(
            columns.map { Table.Column($0.0, $0.1) } + [.init("what_for", "what for")])
        for (id, use) in known {
            let engine: Engine?
            do throws(PluginError) {
                engine = try EngineShelf.standard.engine(id)
            } catch { throw HouseMessage(error.reason, help: error.help) }
            table.add([
                .text(id), engine.map { .text($0.version) } ?? .none,
                engine.map { .text($0.path) } ?? .none, .text(use),
            ])
        }
        table.print(to: console)
        return .done
    }
}
