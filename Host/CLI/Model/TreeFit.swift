import RialtoEngines
import RialtoLearning
import RialtoText

/// How trees are to be grown on bars.
struct TreePlan {
    /// `lightgbm` or `xgboost`.
    let engine: String
    var settings: TreeSettings
    /// Most rows of one training, evenly spread over it.
    let rowsMax: Int

    /// Engines by the kinds that they grow; the first is the standard.
    static let engines: [String: [String]] = [
        "gradient-boosting": ["lightgbm", "xgboost"], "random-forest": ["lightgbm"],
    ]
}

/// Trees grown on the rows of one fold.
struct TreeFit {
    let moments: Moments
    let calibration: Calibration
    let grown: GrownTrees
    /// The trees as a file holds them.
    let shape: EngineShape
    /// Part of rises among what it was grown on.
    let rises: Double
    private let score: Forecaster.WindowScore
    private let numbers: [Double]

    /// - Parameter progress: Is told each round.
    /// - Throws: `HouseMessage` when the engine is missing or refuses.
    init(
        _ table: ModelTable, _ fold: ModelFold, _ plan: TreePlan, progress: (TreeRound) -> Void
    ) throws(HouseMessage) {
        let library = try ModelEngines.required(plan.engine)
        let training = ModelFold.spread(fold.training, most: plan.rowsMax)
        let validation = fold.validation
        moments = table.moments(fold.training)
        numbers = table.standardised(moments)
        do throws(EngineFailure) {
            let learned = Self.rows(table, numbers, training)
            let kept = Self.rows(table, numbers, validation)
            let told: (TreeRound) -> Bool = {
                progress($0)
                return true
            }
            grown =
                plan.engine == XGBoost.id
                ? try XGBoost(library).grow(learned, kept, plan.settings, progress: told)
                : try LightGBM(library).grow(learned, kept, plan.settings, progress: told)
            shape = try Self.shape(plan, library, table.width, grown.bytes)
            score = try EngineModel.score(shape) { _ in library }
        } catch {
            throw HouseMessage(
                "the trees could not be grown: \(error.text)",
                help: "try fewer --trees or --leaves, or a longer period")
        }
        let logits = Self.logits(score, numbers, validation, table.width)
        calibration = Calibration(logits: logits, targets: validation.map(table.target))
        rises = fold.training.reduce(0) { $0 + table.target($1) } / Double(fold.training.count)
    }

    private static func shape(
        _ plan: TreePlan, _ library: EngineLibrary, _ features: Int, _ bytes: [UInt8]
    ) throws(EngineFailure) -> EngineShape {
        do throws(NetworkShape.Refusal) {
            return try EngineShape(
                kind: plan.settings.forest.rawValue, engine: library.id, version: library.version,
                features: features, bytes: bytes)
        } catch { throw EngineFailure(error.text) }
    }

    private static func rows(
        _ table: ModelTable, _ numbers: [Double], _ rows: [Int]
    ) -> TreeRows {
        var values: [Float] = []
        values.reserveCapacity(rows.count * table.width)
        for row in rows {
            for index in row * table.width..<(row + 1) * table.width {
                values.append(Float(numbers[index]))
            }
        }
        return TreeRows(
            features: table.width, values: values, labels: rows.map { Float(table.target($0)) })
    }

    private static func logits(
        _ score: Forecaster.WindowScore, _ numbers: [Double], _ rows: [Int], _ width: Int
    ) -> [Double] {
        numbers.withUnsafeBufferPointer { numbers in
            rows.map { row in
                score(UnsafeBufferPointer(rebasing: numbers[row * width..<(row + 1) * width])) ?? 0
            }
        }
    }

    /// Importance of the features, for the card.
    func importance(_ names: [String]) -> [ModelFile.Score] {
        let gain = max(1e-300, grown.gains.reduce(0, +))
        let split = max(1, grown.splits.reduce(0, +))
        return names.indices.flatMap { index in
            [
                .init("importance.gain.\(names[index])", grown.gains[index] / gain),
                .init("importance.split.\(names[index])", grown.splits[index] / split),
            ]
        }
    }

    /// What it says of rows, and what came of them.
    func judge(_ table: ModelTable, _ rows: [Int]) -> [JudgedRow] {
        zip(rows, Self.logits(score, numbers, rows, table.width)).map { row, logit in
            let value = calibration.slope * logit + calibration.intercept
            return JudgedRow(
                row: row, probability: Elementary.sigmoid(value), target: table.target(row),
                naive: rises, position: value > 0 ? 1 : -1, next: table.next[row])
        }
    }
}
