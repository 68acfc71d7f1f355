import RialtoLearning
import RialtoPluginHost
import RialtoText

/// How a plugin's own model is to be trained on bars.
struct PluginPlan {
    let trainer: PluginTrainer
    let seed: UInt64
    /// Most rounds.
    let rounds: Int
    /// Most rows of one training, evenly spread over it.
    let rowsMax: Int

    /// Opens a plugin for training, which runs its code in this process.
    ///
    /// - Throws: `HouseMessage` when it may not run here, or trains nothing.
    static func trainer(
        _ id: String, _ invocation: Invocation
    ) throws -> PluginTrainer {
        let folder = try PluginCommand.folders(invocation).folder(of: id)
        let manifest = try PluginLibrary.inspect(folder: folder)
        guard try Grants.granted(invocation).tier(of: manifest) == "in process" else {
            throw HouseMessage(
                "\(id) may not be trained: its code would run in this process",
                details: [.init("digest", manifest.sha256)],
                help: "if you trust it: rialto plugin allow-in-process \(manifest.sha256) "
                    + "--reason TEXT")
        }
        return try PluginTrainer(folder: folder, id: id)
    }
}

/// A plugin's own model, trained on the rows of one fold.
struct PluginFit {
    let moments: Moments
    let calibration: Calibration
    /// The model as a file holds it.
    let shape: EngineShape
    /// Part of rises among what it was trained on.
    let rises: Double
    private let trainer: PluginTrainer
    private let numbers: [Double]

    /// - Parameter progress: Is told each round, with log losses.
    /// - Throws: `HouseMessage` with the plugin's reason.
    init(
        _ table: ModelTable, _ fold: ModelFold, _ plan: PluginPlan,
        progress: @escaping (UInt32, Double, Double) -> Void
    ) throws(HouseMessage) {
        let training = ModelFold.spread(fold.training, most: plan.rowsMax)
        moments = table.moments(fold.training)
        numbers = table.standardised(moments)
        trainer = plan.trainer
        rises = fold.training.reduce(0) { $0 + table.target($1) } / Double(fold.training.count)
        let kept = Self.rows(table, numbers, fold.validation)
        do {
            let bytes = try plan.trainer.train(
                Self.rows(table, numbers, training), kept, names: table.table.schema.names,
                seed: plan.seed, rounds: plan.rounds
            ) { round, learned, kept in
                progress(round, learned, kept)
                return true
            }
            shape = try EngineShape(
                kind: trainer.id, engine: trainer.id, version: trainer.version,
                features: table.width, bytes: bytes)
            calibration = Calibration(
                logits: try trainer.ask(bytes, kept), targets: fold.validation.map(table.target))
        } catch {
            throw Self.message(error)
        }
    }

    private static func message(_ error: any Error) -> HouseMessage {
        if let error = error as? PluginError {
            return error.messages.first ?? HouseMessage(error.reason, help: error.help)
        }
        let text = (error as? NetworkShape.Refusal)?.text ?? "\(error)"
        return HouseMessage("the plugin's model was refused: \(text)", help: "make it smaller")
    }

    private static func rows(
        _ table: ModelTable, _ numbers: [Double], _ rows: [Int]
    ) -> TrainerRows {
        let values = rows.flatMap { numbers[$0 * table.width..<($0 + 1) * table.width] }
        return TrainerRows(
            features: table.width, values: values, labels: rows.map(table.target),
            weights: [Double](repeating: 1, count: rows.count))
    }

    /// What it says of rows, and what came of them.
    func judge(_ table: ModelTable, _ rows: [Int]) throws(HouseMessage) -> [JudgedRow] {
        guard !rows.isEmpty else { return [] }
        let logits: [Double]
        do throws(PluginError) {
            logits = try trainer.ask(shape.bytes, Self.rows(table, numbers, rows))
        } catch { throw Self.message(error) }
        return zip(rows, logits).map { row, logit in
            let value = calibration.slope * logit + calibration.intercept
            return JudgedRow(
                row: row, probability: Elementary.sigmoid(value), target: table.target(row),
                naive: rises, position: value > 0 ? 1 : -1, next: table.next[row])
        }
    }
}
