import RialtoLearning

/// How a network is to be trained on bars.
struct SequencePlan {
    let shape: NetworkShape
    let settings: TrainingSettings
    let seed: UInt64
    /// Most windows of one training, evenly spread over it.
    let windowsMax: Int
    let costBps: Double
}

/// A network trained on the rows of one fold.
struct SequenceFit {
    private var trainer: SequenceTrainer
    private let data: SequenceData
    let moments: Moments
    let calibration: Calibration
    let epochs: [SequenceTrainer.Epoch]
    /// Part of rises among what it was trained on.
    let rises: Double

    init(
        _ table: ModelTable, _ fold: ModelFold, _ plan: SequencePlan,
        progress: (SequenceTrainer.Epoch) -> Void
    ) {
        let training = ModelFold.spread(fold.training, most: plan.windowsMax)
        let validation = ModelFold.spread(fold.validation, most: max(1, plan.windowsMax / 4))
        moments = table.moments(fold.training)
        data = SequenceData(
            features: table.width, rows: table.standardised(moments),
            targets: table.table.time_ns.indices.map(table.target))
        trainer = SequenceTrainer(plan.shape, plan.settings, seed: plan.seed)
        epochs = trainer.train(data, training: training, validation: validation) {
            progress($0)
            return true
        }
        calibration = Calibration(
            logits: trainer.logits(data, validation), targets: validation.map(table.target))
        rises = fold.training.reduce(0) { $0 + table.target($1) } / Double(fold.training.count)
    }

    var weights: [Double] { trainer.network.tape.weights }

    /// What it says of rows, and what came of them.
    mutating func judge(_ table: ModelTable, _ rows: [Int]) -> [JudgedRow] {
        zip(rows, trainer.logits(data, rows)).map { row, logit in
            let value = calibration.slope * logit + calibration.intercept
            return JudgedRow(
                row: row, probability: Elementary.sigmoid(value), target: table.target(row),
                naive: rises, position: value > 0 ? 1 : -1, next: table.next[row])
        }
    }
}
