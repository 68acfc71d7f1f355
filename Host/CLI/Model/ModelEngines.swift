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
    static func forecaster(_ file: ModelFile) throws(HouseMessage) -> Forecaster {
        guard case .engine(let shape) = file.network else { return Forecaster(file) }
        let library = try library(shape.engine)
        do throws(EngineFailure) {
            return Forecaster(file, score: try EngineModel.score(shape) { _ in library })
        } catch {
            throw HouseMessage(
                "the model cannot be asked: \(error.text)",
                help: "see what it was made with: rialto model card FILE")
        }
    }
}
