import RialtoLearning

/// XGBoost by its C interface, of which these are own declarations. One thread, exact seeds.
///
/// - Source: https://xgboost.readthedocs.io/en/stable/dev/group__XGBoost.html
public struct XGBoost: Sendable {
    /// The engine's id.
    public static let id = "xgboost"
    /// Of the loaded library.
    public let version: String

    typealias Pointer = UnsafeMutableRawPointer
    typealias Text = UnsafePointer<CChar>
    typealias Out = UnsafeMutablePointer<UnsafeMutableRawPointer?>
    typealias Shape = UnsafeMutablePointer<UnsafePointer<UInt64>?>
    typealias Floats = UnsafeMutablePointer<UnsafePointer<Float>?>

    let lastError: @Sendable @convention(c) () -> Text?
    let createMatrix:
        @Sendable @convention(c) (UnsafePointer<Float>?, UInt64, UInt64, Float, Out?) -> Int32
    let setFloats:
        @Sendable @convention(c) (Pointer?, Text?, UnsafePointer<Float>?, UInt64) -> Int32
    let freeMatrix: @Sendable @convention(c) (Pointer?) -> Int32
    let create: @Sendable @convention(c) (UnsafePointer<Pointer?>?, UInt64, Out?) -> Int32
    let free: @Sendable @convention(c) (Pointer?) -> Int32
    let set: @Sendable @convention(c) (Pointer?, Text?, Text?) -> Int32
    let update: @Sendable @convention(c) (Pointer?, Int32, Pointer?) -> Int32
    let predictMatrix:
        @Sendable @convention(c) (
            Pointer?, Pointer?, Text?, Shape?, UnsafeMutablePointer<UInt64>?, Floats?
        ) -> Int32
    let predictDense:
        @Sendable @convention(c) (
            Pointer?, Text?, Text?, Pointer?, Shape?, UnsafeMutablePointer<UInt64>?, Floats?
        ) -> Int32
    let slice: @Sendable @convention(c) (Pointer?, Int32, Int32, Int32, Out?) -> Int32
    let save:
        @Sendable @convention(c) (
            Pointer?, Text?, UnsafeMutablePointer<UInt64>?,
            UnsafeMutablePointer<UnsafePointer<UInt8>?>?
        ) -> Int32
    let load: @Sendable @convention(c) (Pointer?, UnsafeRawPointer?, UInt64) -> Int32
    let featureCount: @Sendable @convention(c) (Pointer?, UnsafeMutablePointer<UInt64>?) -> Int32
    let scores:
        @Sendable @convention(c) (
            Pointer?, Text?, UnsafeMutablePointer<UInt64>?,
            UnsafeMutablePointer<UnsafePointer<Text?>?>?, UnsafeMutablePointer<UInt64>?, Shape?,
            Floats?
        ) -> Int32

    /// Finds the functions.
    ///
    /// - Throws: ``EngineFailure`` when the library is another one.
    public init(_ library: EngineLibrary) throws(EngineFailure) {
        version = library.version
        lastError = try library.function("XGBGetLastError")
        createMatrix = try library.function("XGDMatrixCreateFromMat")
        setFloats = try library.function("XGDMatrixSetFloatInfo")
        freeMatrix = try library.function("XGDMatrixFree")
        create = try library.function("XGBoosterCreate")
        free = try library.function("XGBoosterFree")
        set = try library.function("XGBoosterSetParam")
        update = try library.function("XGBoosterUpdateOneIter")
        predictMatrix = try library.function("XGBoosterPredictFromDMatrix")
        predictDense = try library.function("XGBoosterPredictFromDense")
        slice = try library.function("XGBoosterSlice")
        save = try library.function("XGBoosterSaveModelToBuffer")
        load = try library.function("XGBoosterLoadModelFromBuffer")
        featureCount = try library.function("XGBoosterGetNumFeature")
        scores = try library.function("XGBoosterFeatureScore")
        let configure: @convention(c) (Text?) -> Int32 =
            try library.function("XGBSetGlobalConfig")
        try check(configure("{\"verbosity\": 0, \"nthread\": 1}"))
    }

    /// - Throws: ``EngineFailure`` with the engine's own words unless `result` is 0.
    func check(_ result: Int32) throws(EngineFailure) {
        guard result != 0 else { return }
        let text = lastError().map { String(cString: $0) } ?? "no reason was given"
        let line = text.split(separator: "\n").first.map(String.init) ?? text
        throw EngineFailure("XGBoost \(version): \(line)")
    }
}

extension XGBoost {
    /// Grows trees by boosting; terms as of ``LightGBM/grow(_:_:_:progress:)``.
    ///
    /// - Throws: ``EngineFailure`` with the engine's reason.
    public func grow(
        _ training: TreeRows, _ validation: TreeRows, _ settings: TreeSettings,
        progress: (TreeRound) -> Bool
    ) throws(EngineFailure) -> GrownTrees {
        guard settings.forest == .gradientBoosting else {
            throw EngineFailure("XGBoost grows no random forest here: take lightgbm")
        }
        let learned = try matrix(training)
        defer { _ = freeMatrix(.init(learned)) }
        let kept = try matrix(validation)
        defer { _ = freeMatrix(.init(kept)) }
        let booster = try booster([learned, kept], settings)
        defer { _ = free(.init(booster)) }
        let rounds = try grow(booster, learned, kept, validation.labels, settings, progress)
        var best: UnsafeMutableRawPointer?
        try check(slice(.init(booster), 0, Int32(rounds), 1, &best))
        defer { _ = free(best) }
        return GrownTrees(
            bytes: try bytes(best), trees: rounds,
            gains: try importance(best, "total_gain", training.features),
            splits: try importance(best, "weight", training.features))
    }

    private func matrix(_ rows: TreeRows) throws(EngineFailure) -> EngineHandle {
        var made: UnsafeMutableRawPointer?
        let count = UInt64(rows.labels.count)
        try check(createMatrix(rows.values, count, UInt64(rows.features), .nan, &made))
        let result = setFloats(made, "label", rows.labels, count)
        if result != 0 { _ = freeMatrix(made) }
        try check(result)
        return Int(bitPattern: made)
    }

    private func booster(
        _ matrices: [EngineHandle], _ settings: TreeSettings
    ) throws(EngineFailure) -> EngineHandle {
        var made: UnsafeMutableRawPointer?
        let pointers = matrices.map { UnsafeMutableRawPointer(bitPattern: $0) }
        try check(create(pointers, UInt64(pointers.count), &made))
        let terms = [
            ("objective", "binary:logistic"), ("tree_method", "hist"), ("grow_policy", "lossguide"),
            ("max_leaves", "\(settings.leaves)"), ("max_depth", "\(settings.depth)"),
            ("min_child_weight", "\(Double(settings.leafRows) / 4)"),
            ("eta", "\(settings.rate)"), ("subsample", "\(settings.rowPart)"),
            ("colsample_bytree", "\(settings.featurePart)"), ("nthread", "1"),
            ("seed", "\(settings.engineSeed)"), ("verbosity", "0"),
            ("lambda", "\(settings.l2 ?? 1)"),
        ]
        do throws(EngineFailure) {
            for (name, value) in terms { try check(set(made, name, value)) }
        } catch {
            _ = free(made)
            throw error
        }
        return Int(bitPattern: made)
    }

    /// Trees until the best round.
    private func grow(
        _ booster: EngineHandle, _ learned: EngineHandle, _ kept: EngineHandle, _ labels: [Float],
        _ settings: TreeSettings, _ progress: (TreeRound) -> Bool
    ) throws(EngineFailure) -> Int {
        var best = BestRound(), round = 0
        while round < settings.trees, round - best.number < settings.patience || round == 0 {
            try check(update(.init(booster), Int32(round), .init(learned)))
            round += 1
            let loss = try loss(booster, kept, labels)
            let isBest = best.take(round, loss)
            guard progress(TreeRound(number: round, validation: loss, isBest: isBest)) else {
                throw EngineFailure("growing was ended")
            }
        }
        return max(1, best.number)
    }

    private func loss(
        _ booster: EngineHandle, _ rows: EngineHandle, _ labels: [Float]
    ) throws(EngineFailure) -> Double {
        let terms = """
            {"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, \
            "strict_shape": false}
            """
        var shape: UnsafePointer<UInt64>?, size: UInt64 = 0, result: UnsafePointer<Float>?
        try check(
            predictMatrix(.init(booster), .init(rows), terms, &shape, &size, &result))
        guard let result else { throw EngineFailure("XGBoost \(version) said nothing") }
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            let chance = Double(label > 0.5 ? result[row] : 1 - result[row])
            sum -= Elementary.log(max(1e-12, chance))
        }
        return sum / Double(labels.count)
    }

    private func bytes(_ booster: UnsafeMutableRawPointer?) throws(EngineFailure) -> [UInt8] {
        var size: UInt64 = 0, start: UnsafePointer<UInt8>?
        try check(save(booster, "{\"format\": \"ubj\"}", &size, &start))
        return Array(UnsafeBufferPointer(start: start, count: Int(size)))
    }

    /// Scores by features, which the engine calls f0, f1 and so on; those without splits are left
    /// out there.
    private func importance(
        _ booster: UnsafeMutableRawPointer?, _ type: String, _ features: Int
    ) throws(EngineFailure) -> [Double] {
        var count: UInt64 = 0, size: UInt64 = 0
        var names: UnsafePointer<Text?>?, shape: UnsafePointer<UInt64>?
        var values: UnsafePointer<Float>?
        try check(
            scores(
                booster, "{\"importance_type\": \"\(type)\"}", &count, &names, &size, &shape,
                &values))
        var numbers = [Double](repeating: 0, count: features)
        for index in 0..<Int(count) {
            guard let name = names?[index], let value = values?[index],
                let feature = Int(String(cString: name).dropFirst()), feature < features
            else { continue }
            numbers[feature] = Double(value)
        }
        return numbers
    }
}

/// Trees that XGBoost has loaded, asked row by row on one thread at a time.
public final class XGBoostTrees: Sendable {
    private let engine: XGBoost
    private let booster: EngineHandle
    private let features: Int
    /// The raw score of all trees. Without `cache_id` some versions refuse.
    private static let terms = """
        {"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, \
        "strict_shape": false, "cache_id": 0, "missing": NaN}
        """

    /// Loads trees.
    ///
    /// - Parameters:
    ///   - bytes: What ``XGBoost/grow(_:_:_:progress:)`` gave.
    ///   - features: Numbers in a row.
    /// - Throws: ``EngineFailure`` when they are no trees over so many features.
    public init(_ engine: XGBoost, _ bytes: [UInt8], features: Int) throws(EngineFailure) {
        var made: UnsafeMutableRawPointer?, found: UInt64 = 0
        try engine.check(engine.create(nil, 0, &made))
        do throws(EngineFailure) {
            try engine.check(engine.load(made, bytes, UInt64(bytes.count)))
            try engine.check(engine.set(made, "nthread", "1"))
            try engine.check(engine.featureCount(made, &found))
            guard found == UInt64(features) else {
                throw EngineFailure(
                    "the trees look at \(found) features, where there are \(features)")
            }
        } catch {
            _ = engine.free(made)
            throw error
        }
        self.engine = engine
        self.features = features
        booster = Int(bitPattern: made)
    }

    /// The logit of a rise; nil when the engine gave none.
    ///
    /// - Parameter row: As many numbers as there are features.
    public func logit(_ row: UnsafeBufferPointer<Float>) -> Double? {
        let place = """
            {"data": [\(UInt(bitPattern: row.baseAddress)), true], "shape": [1, \(features)], \
            "typestr": "<f4", "version": 3}
            """
        var shape: UnsafePointer<UInt64>?, size: UInt64 = 0, result: UnsafePointer<Float>?
        guard
            engine.predictDense(
                .init(booster), place, Self.terms, nil, &shape, &size, &result) == 0,
            let score = result?.pointee, score.isFinite
        else { return nil }
        return Double(score)
    }

    deinit { _ = engine.free(.init(booster)) }
}
