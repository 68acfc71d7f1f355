import RialtoLearning

/// A model file that an engine computes, ready to be asked.
public enum EngineModel {
    /// Loads a model into its engine.
    ///
    /// - Parameter library: The engine of a name; nil when it is not installed.
    /// - Returns: What ``RialtoLearning/Forecaster`` asks.
    /// - Throws: ``EngineFailure`` when the engine is missing or of another version, or refuses.
    public static func score(
        _ shape: EngineShape, library: (String) -> EngineLibrary?
    ) throws(EngineFailure) -> Forecaster.WindowScore {
        guard let library = library(shape.engine) else {
            throw EngineFailure(
                "the model needs the engine \(shape.engine) (version \(shape.version)), which is "
                    + "not installed: get it with scripts/fetch-engines \(shape.engine)")
        }
        guard [library.version, EngineShape.anyVersion].contains(shape.version) else {
            throw EngineFailure(
                "the model was made with \(shape.engine) \(shape.version), and here is "
                    + "\(library.version): train it again, or install that version")
        }
        switch shape.engine {
        case LightGBM.id:
            let engine = try LightGBM(library)
            let trees = try LightGBMTrees(engine, shape.bytes, features: shape.features)
            return floats { trees.logit($0) }
        case XGBoost.id:
            let engine = try XGBoost(library)
            let trees = try XGBoostTrees(engine, shape.bytes, features: shape.features)
            return floats { trees.logit($0) }
        case ONNXRuntime.id:
            let network = try ONNXNetwork(
                try ONNXRuntime(library), shape.bytes, length: shape.length,
                features: shape.features)
            return floats { network.number($0) }
        default: throw EngineFailure("the engine \(shape.engine) is not known to this build")
        }
    }

    /// Turns rows into the numbers that engines take.
    static func floats(
        _ body: @escaping @Sendable (UnsafeBufferPointer<Float>) -> Double?
    ) -> Forecaster.WindowScore {
        { row in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: row.count) { floats in
                for index in row.indices {
                    floats.initializeElement(at: index, to: Float(row[index]))
                }
                return body(UnsafeBufferPointer(floats))
            }
        }
    }
}
