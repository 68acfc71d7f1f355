/// LightGBM by its C interface, of which these are own declarations. One thread, and settings under
/// which equal rows give equal bytes.
///
/// - Source: https://lightgbm.readthedocs.io/en/stable/C-API.html
public struct LightGBM: Sendable {
    /// The engine's id.
    public static let id = "lightgbm"
    /// Of the loaded library.
    public let version: String

    typealias Pointer = UnsafeMutableRawPointer
    typealias Text = UnsafePointer<CChar>
    typealias Out = UnsafeMutablePointer<UnsafeMutableRawPointer?>

    let lastError: @Sendable @convention(c) () -> Text?
    let createDataset:
        @Sendable @convention(c) (
            UnsafeRawPointer?, Int32, Int32, Int32, Int32, Text?, Pointer?, Out?
        ) -> Int32
    let setField:
        @Sendable @convention(c) (Pointer?, Text?, UnsafeRawPointer?, Int32, Int32) -> Int32
    let freeDataset: @Sendable @convention(c) (Pointer?) -> Int32
    let createBooster: @Sendable @convention(c) (Pointer?, Text?, Out?) -> Int32
    let addValidation: @Sendable @convention(c) (Pointer?, Pointer?) -> Int32
    let update: @Sendable @convention(c) (Pointer?, UnsafeMutablePointer<Int32>?) -> Int32
    let evaluate:
        @Sendable @convention(c) (
            Pointer?, Int32, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Double>?
        ) -> Int32
    let importance:
        @Sendable @convention(c) (Pointer?, Int32, Int32, UnsafeMutablePointer<Double>?) -> Int32
    let save:
        @Sendable @convention(c) (
            Pointer?, Int32, Int32, Int32, Int64, UnsafeMutablePointer<Int64>?,
            UnsafeMutablePointer<CChar>?
        ) -> Int32
    let load: @Sendable @convention(c) (Text?, UnsafeMutablePointer<Int32>?, Out?) -> Int32
    let featureCount: @Sendable @convention(c) (Pointer?, UnsafeMutablePointer<Int32>?) -> Int32
    let prepare:
        @Sendable @convention(c) (Pointer?, Int32, Int32, Int32, Int32, Int32, Text?, Out?) -> Int32
    let predict:
        @Sendable @convention(c) (
            Pointer?, UnsafeRawPointer?, UnsafeMutablePointer<Int64>?, UnsafeMutablePointer<Double>?
        ) -> Int32
    let freePrepared: @Sendable @convention(c) (Pointer?) -> Int32
    let freeBooster: @Sendable @convention(c) (Pointer?) -> Int32

    /// Finds the functions.
    ///
    /// - Throws: ``EngineFailure`` when the library is another one.
    public init(_ library: EngineLibrary) throws(EngineFailure) {
        version = library.version
        lastError = try library.function("LGBM_GetLastError")
        createDataset = try library.function("LGBM_DatasetCreateFromMat")
        setField = try library.function("LGBM_DatasetSetField")
        freeDataset = try library.function("LGBM_DatasetFree")
        createBooster = try library.function("LGBM_BoosterCreate")
        addValidation = try library.function("LGBM_BoosterAddValidData")
        update = try library.function("LGBM_BoosterUpdateOneIter")
        evaluate = try library.function("LGBM_BoosterGetEval")
        importance = try library.function("LGBM_BoosterFeatureImportance")
        save = try library.function("LGBM_BoosterSaveModelToString")
        load = try library.function("LGBM_BoosterLoadModelFromString")
        featureCount = try library.function("LGBM_BoosterGetNumFeature")
        prepare = try library.function("LGBM_BoosterPredictForMatSingleRowFastInit")
        predict = try library.function("LGBM_BoosterPredictForMatSingleRowFast")
        freePrepared = try library.function("LGBM_FastConfigFree")
        freeBooster = try library.function("LGBM_BoosterFree")
        let threads: @convention(c) (Int32) -> Int32 = try library.function("LGBM_SetMaxThreads")
        try check(threads(1))
    }

    /// - Throws: ``EngineFailure`` with the engine's own words unless `result` is 0.
    func check(_ result: Int32) throws(EngineFailure) {
        guard result != 0 else { return }
        let text = lastError().map { String(cString: $0) } ?? "no reason was given"
        throw EngineFailure("LightGBM \(version): \(text)")
    }
}

extension LightGBM {
    /// Grows trees.
    ///
    /// - Parameters:
    ///   - training: What is learned from.
    ///   - validation: What boosting stops by, and nothing is learned from.
    ///   - progress: Is told each round; false ends growing.
    /// - Returns: The trees until the best round; of a random forest all.
    /// - Throws: ``EngineFailure`` with the engine's reason.
    public func grow(
        _ training: TreeRows, _ validation: TreeRows, _ settings: TreeSettings,
        progress: (TreeRound) -> Bool
    ) throws(EngineFailure) -> GrownTrees {
        let terms = Self.terms(settings)
        let learned = try dataset(training, terms, like: 0)
        defer { _ = freeDataset(.init(learned)) }
        let kept = try dataset(validation, terms, like: learned)
        defer { _ = freeDataset(.init(kept)) }
        var made: UnsafeMutableRawPointer?
        try check(createBooster(.init(learned), terms, &made))
        defer { _ = freeBooster(made) }
        try check(addValidation(made, .init(kept)))
        let rounds = try grow(made, settings, progress)
        return GrownTrees(
            bytes: try text(made, rounds), trees: rounds,
            gains: try importance(made, rounds, 1, training.features),
            splits: try importance(made, rounds, 0, training.features))
    }

    private static func terms(_ settings: TreeSettings) -> String {
        let isForest = settings.forest == .randomForest
        return [
            "objective=binary", "metric=binary_logloss", "boosting=\(isForest ? "rf" : "gbdt")",
            "num_leaves=\(settings.leaves)", "min_data_in_leaf=\(settings.leafRows)",
            "learning_rate=\(settings.rate)", "bagging_freq=1",
            "bagging_fraction=\(settings.rowPart)", "feature_fraction=\(settings.featurePart)",
            "seed=\(settings.engineSeed)", "deterministic=true", "force_row_wise=true",
            "num_threads=1", "max_bin=255", "verbosity=-1", "feature_pre_filter=false",
            "max_depth=\(settings.depth > 0 ? settings.depth : -1)",
            "lambda_l2=\(settings.l2 ?? 0)",
        ].joined(separator: " ")
    }

    private func dataset(
        _ rows: TreeRows, _ terms: String, like other: EngineHandle
    ) throws(EngineFailure) -> EngineHandle {
        var made: UnsafeMutableRawPointer?
        let count = Int32(rows.labels.count)
        try check(
            createDataset(
                rows.values, 0, count, Int32(rows.features), 1, terms, .init(other), &made))
        let result = setField(made, "label", rows.labels, count, 0)
        if result != 0 { _ = freeDataset(made) }
        try check(result)
        return Int(bitPattern: made)
    }

    /// Trees until the best round.
    private func grow(
        _ booster: UnsafeMutableRawPointer?, _ settings: TreeSettings,
        _ progress: (TreeRound) -> Bool
    ) throws(EngineFailure) -> Int {
        var best = BestRound(), round = 0
        while round < settings.trees {
            var isOver: Int32 = 0
            try check(update(booster, &isOver))
            if isOver != 0 { break }
            round += 1
            var count: Int32 = 0, loss = 0.0
            try check(evaluate(booster, 1, &count, &loss))
            let isBest = best.take(round, loss)
            guard progress(TreeRound(number: round, validation: loss, isBest: isBest)) else {
                throw EngineFailure("growing was ended")
            }
            let isBoosting = settings.forest == .gradientBoosting
            if isBoosting, round - best.number >= settings.patience { break }
        }
        guard round > 0 else {
            throw EngineFailure("LightGBM \(version) found nothing to split: more rows are needed")
        }
        return settings.forest == .randomForest ? round : best.number
    }

    private func text(
        _ booster: UnsafeMutableRawPointer?, _ rounds: Int
    ) throws(EngineFailure) -> [UInt8] {
        var size: Int64 = 0
        try check(save(booster, 0, Int32(rounds), 0, 0, &size, nil))
        var text = [CChar](repeating: 0, count: Int(size))
        try check(save(booster, 0, Int32(rounds), 0, size, &size, &text))
        return text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }

    private func importance(
        _ booster: UnsafeMutableRawPointer?, _ rounds: Int, _ type: Int32, _ features: Int
    ) throws(EngineFailure) -> [Double] {
        var numbers = [Double](repeating: 0, count: features)
        try check(importance(booster, Int32(rounds), type, &numbers))
        return numbers
    }
}

/// Trees that LightGBM has loaded, asked row by row on one thread at a time.
public final class LightGBMTrees: Sendable {
    private let engine: LightGBM
    private let booster: EngineHandle
    private let prepared: EngineHandle

    /// Loads trees.
    ///
    /// - Parameters:
    ///   - bytes: What ``LightGBM/grow(_:_:_:progress:)`` gave.
    ///   - features: Numbers in a row.
    /// - Throws: ``EngineFailure`` when they are no trees over so many features.
    public init(_ engine: LightGBM, _ bytes: [UInt8], features: Int) throws(EngineFailure) {
        var loaded: UnsafeMutableRawPointer?, rounds: Int32 = 0, found: Int32 = 0
        let text = bytes.map { CChar(bitPattern: $0) } + [0]
        try engine.check(engine.load(text, &rounds, &loaded))
        var made: UnsafeMutableRawPointer?
        do throws(EngineFailure) {
            try engine.check(engine.featureCount(loaded, &found))
            guard found == features else {
                throw EngineFailure(
                    "the trees look at \(found) features, where there are \(features)")
            }
            // 1: the raw score; 0: floats.
            try engine.check(
                engine.prepare(loaded, 1, 0, -1, 0, Int32(features), "num_threads=1", &made))
        } catch {
            _ = engine.freeBooster(loaded)
            throw error
        }
        self.engine = engine
        booster = Int(bitPattern: loaded)
        prepared = Int(bitPattern: made)
    }

    /// The logit of a rise; nil when the engine gave none.
    ///
    /// - Parameter row: As many numbers as there are features.
    public func logit(_ row: UnsafeBufferPointer<Float>) -> Double? {
        var count: Int64 = 0, score = 0.0
        guard engine.predict(.init(prepared), row.baseAddress, &count, &score) == 0, count == 1,
            score.isFinite
        else { return nil }
        return score
    }

    deinit {
        _ = engine.freePrepared(.init(prepared))
        _ = engine.freeBooster(.init(booster))
    }
}
