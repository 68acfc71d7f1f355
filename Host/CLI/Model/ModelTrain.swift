import RialtoBacktest
import RialtoFeatures
import RialtoHistory
import RialtoLearning
import RialtoText
import RialtoValues

/// `rialto model train SERIES --kind KIND --to FILE`.
enum ModelTrain {
    static let command = Command(
        "train", "train a model on stored bars, and judge it on bars that it has not seen",
        discussion:
            "Walk-forward: each fold is trained on all bars before those that it is judged on;\n"
            + "rows whose outcome reaches into others are left out between. A part at the end of\n"
            + "what is trained on is kept apart: training stops where that is foretold no better,\n"
            + "and probabilities are calibrated on it. The file holds a model trained on all\n"
            + "bars, and the scores of the folds. The same bars, options and seed give the same\n"
            + "bytes.",
        arguments: [SeriesName.argument()],
        options: [
            Option("to", .file([".rialto"]), "the file to write"),
            Option("kind", .choice(["lstm", "transformer", "ppo"]), "what is trained"),
            Option("features", .text("LIST"), "names with commas; else as features export"),
            Option(
                "horizon", .text("LENGTH"), "how far ahead it looks; ppo: one bar",
                standard: "15m"),
            Option("from", .text("TIME"), "first close; bars before it only warm up"),
            Option("until", .text("TIME"), "what nothing is learned of any more"),
            Option("folds", .integer(1...50), "stretches that it is judged on", standard: "4"),
            Option("judge-from", .text("TIME"), "it is judged from that close on; else on most"),
            Option("length", .integer(1...512), "bars of a window", standard: "16"),
            Option("width", .integer(1...512), "units of a layer", standard: "16"),
            Option("layers", .integer(1...8), "layers", standard: "1"),
            Option("heads", .integer(1...64), "heads of a transformer", standard: "2"),
            Option("dropout", .text("PART"), "part that drops out in training", standard: "0.1"),
            Option("rate", .text("NUMBER"), "size of a step of the weights", standard: "0.002"),
            Option("batch", .integer(1...4096), "windows of one step", standard: "32"),
            Option("steps-batch", .integer(1...1024), "ppo: steps of one change", standard: "128"),
            Option("gae", .text("PART"), "ppo: weight of what came of it", standard: "0.95"),
            Option("epochs", .integer(1...1000), "most epochs; ppo: rounds", standard: "20"),
            Option("patience", .integer(1...1000), "epochs without a better one", standard: "3"),
            Option(
                "windows", .integer(100...10_000_000), "most windows to learn from",
                standard: "20000"),
            Option("cost-bps", .text("BPS"), "cost of a change of position by 1", standard: "5"),
            Option("valid", .text("LENGTH"), "after its last bar it may be asked for so long"),
            Option("seed", .integer(0...Int.max), "what its learning follows from", standard: "1"),
            DataFolder.option,
        ],
        examples: [
            Example(
                "rialto model train BTC/USD bars 1m --kind lstm --to btc.rialto --valid 30d",
                "an LSTM for the next 15 minutes, to be asked for 30 days")
        ]
    ) { invocation, console in
        let plan = try ModelPlan(invocation)
        let table = try plan.table(invocation, console)
        let folds = ModelFold.walkForward(
            table, count: invocation.integer("folds") ?? 4,
            from_ns: try invocation.time("judge-from"))
        guard let first = folds.first, first.training.count >= plan.rowsMin else {
            throw HouseMessage(
                "\(table.rows.count) rows are too few for \(invocation.text("folds") ?? "") folds",
                details: [.init("outcomes reach ahead", "\(table.labels.span) rows")],
                help: "name a longer period, fewer --folds, or a shorter --horizon")
        }
        let file = try plan.train(table, folds, console)
        try TextFile.write(file.bytes, to: plan.path)
        ModelCard(file, path: plan.path).print(to: console)
        return .done
    }
}

/// What a call of `rialto model train` asks for.
struct ModelPlan {
    let path: String
    let seed: UInt64
    private let kind: String
    private let key: SeriesKey
    private let schema: FeatureSchema
    private let horizon_ns: Int64
    private let valid_ns: Int64?
    private let shape: NetworkShape?
    private let settings: TrainingSettings
    private let policySettings: PPO.Settings
    private let width: Int
    private let rate: Double
    private let windowsMax: Int
    private let costBps: Double

    init(_ invocation: Invocation) throws {
        guard let path = invocation.text("to") else {
            throw HouseMessage.wrongCall("no file was named", help: "add --to FILE.rialto")
        }
        guard let kind = invocation.text("kind") else {
            throw HouseMessage.wrongCall(
                "no kind was named", help: "add --kind lstm, transformer or ppo")
        }
        let folder = DataFolder.history(invocation)
        let key = try SeriesName(invocation.texts("series")).found(in: folder).key
        guard key.kind == .bars else {
            throw HouseMessage.wrongCall(
                "\(key.text) holds no bars", help: "name bars, such as \(key.instrument) bars 1m")
        }
        self.path = path
        self.kind = kind
        self.key = key
        schema = try FeaturesExport.schema(invocation, key)
        horizon_ns = kind == "ppo" ? key.interval_ns : try invocation.length("horizon") ?? 0
        valid_ns = try invocation.length("valid")
        seed = UInt64(invocation.integer("seed") ?? 1)
        width = invocation.integer("width") ?? 16
        rate = try Self.number(invocation, "rate", 1e-9...1)
        windowsMax = invocation.integer("windows") ?? 20_000
        costBps = try Self.number(invocation, "cost-bps", 0...1000)
        var settings = TrainingSettings()
        settings.batch = invocation.integer("batch") ?? 32
        settings.epochs = invocation.integer("epochs") ?? 20
        settings.patience = invocation.integer("patience") ?? 3
        settings.rate = rate
        self.settings = settings
        policySettings = try Self.policySettings(invocation, rate: rate)
        shape = try Self.shape(invocation, kind, schema)
    }

    private static func policySettings(
        _ invocation: Invocation, rate: Double
    ) throws(HouseMessage) -> PPO.Settings {
        var settings = PPO.Settings()
        settings.rate = rate
        settings.trace = try number(invocation, "gae", 0...1)
        settings.batch = invocation.integer("steps-batch") ?? settings.batch
        guard settings.steps % settings.batch == 0 else {
            throw .wrongCall(
                "--steps-batch was \(settings.batch); allowed is a divisor of \(settings.steps)",
                help: "such as 64, 128 or 256")
        }
        return settings
    }

    private static func number(
        _ invocation: Invocation, _ name: String, _ range: ClosedRange<Double>
    ) throws(HouseMessage) -> Double {
        let text = invocation.text(name) ?? ""
        guard let number = Double(text), range.contains(number) else {
            throw .wrongCall(
                "--\(name) was \"\(text)\"; allowed is \(range.lowerBound)...\(range.upperBound)",
                help: "write a number such as \(range.contains(0.1) ? "0.1" : "1")")
        }
        return number
    }

    private static func shape(
        _ invocation: Invocation, _ kind: String, _ schema: FeatureSchema
    ) throws(HouseMessage) -> NetworkShape? {
        guard let network = NetworkShape.Kind(rawValue: kind) else { return nil }
        let dropout = try number(invocation, "dropout", 0...0.9)
        do throws(NetworkShape.Refusal) {
            return try NetworkShape(
                network, features: schema.features.count,
                length: invocation.integer("length") ?? 16,
                width: invocation.integer("width") ?? 16, layers: invocation.integer("layers") ?? 1,
                heads: network == .lstm ? 1 : invocation.integer("heads") ?? 2, dropout: dropout)
        } catch {
            throw .wrongCall(error.text, help: "change the option of that name")
        }
    }

    /// Fewest rows that it can be trained on.
    var rowsMin: Int { shape == nil ? BarMarket.length : max(100, settings.batch) }

    /// Features and outcomes of the bars.
    func table(_ invocation: Invocation, _ console: Console) throws -> ModelTable {
        let folder = DataFolder.history(invocation), bars = try folder.open(key)
        var progress = WorkProgress("features", total: bars.count, console: console)
        defer { progress.end() }
        let table = FeatureTable(schema, bars, try FeaturesExport.sources(schema, key, folder)) {
            progress.update($0)
        }
        return ModelTable(
            table, horizon_ns: horizon_ns, length: shape?.length ?? 1,
            from_ns: try invocation.time("from"), until_ns: try invocation.time("until"))
    }

    /// Trains each fold and judges it, then trains on everything.
    func train(
        _ table: ModelTable, _ folds: [ModelFold], _ console: Console
    ) throws(HouseMessage) -> ModelFile {
        var judged: [JudgedRow] = []
        for (index, fold) in folds.enumerated() {
            let name = "fold \(index + 1) of \(folds.count)"
            judged += try fit(table, fold, seed: seed &+ UInt64(index + 1), name, console).judged
        }
        let whole = ModelFold.whole(table)
        let last = try fit(table, whole, seed: seed, "all bars", console)
        let scores = ModelScores(
            shape == nil ? .net : .logLoss, judged, costBps: costBps, span: table.labels.span)
        return try file(table, last, scores, folds: folds.count)
    }

    /// A network or policy that was trained, and what it said of its fold's test.
    private struct Fit {
        let network: ModelFile.Network
        let moments: Moments
        let calibration: Calibration
        let weights: [Double]
        /// Part of rises among what it was trained on; 0.5 of a policy.
        let rises: Double
        let judged: [JudgedRow]
    }

    private func fit(
        _ table: ModelTable, _ fold: ModelFold, seed: UInt64, _ name: String, _ console: Console
    ) throws(HouseMessage) -> Fit {
        guard let shape else { return try policy(table, fold, seed, name, console) }
        let plan = SequencePlan(
            shape: shape, settings: settings, seed: seed, windowsMax: windowsMax, costBps: costBps)
        var fit = SequenceFit(table, fold, plan) { epoch in
            console.progress(
                "\(name), epoch \(epoch.number): log loss \(Self.text(epoch.training)) learned, "
                    + "\(Self.text(epoch.validation)) kept apart\(epoch.isBest ? ", best" : "")\n")
        }
        return Fit(
            network: .sequence(shape), moments: fit.moments, calibration: fit.calibration,
            weights: fit.weights, rises: fit.rises, judged: fit.judge(table, fold.test))
    }

    private func policy(
        _ table: ModelTable, _ fold: ModelFold, _ seed: UInt64, _ name: String, _ console: Console
    ) throws(HouseMessage) -> Fit {
        let shape: PolicyShape
        do throws(NetworkShape.Refusal) {
            shape = try PolicyShape(observations: table.width + 1, actions: 3, width: width)
        } catch { throw .wrongCall(error.text, help: "change the option of that name") }
        let plan = PolicyPlan(
            shape: shape, settings: policySettings, seed: seed, rounds: settings.epochs,
            patience: settings.patience, costBps: costBps)
        var fit = PolicyFit(table, fold, plan) { round, net, isBest in
            console.progress(
                "\(name), round \(round): \(Self.text(net)) bps a bar kept apart"
                    + "\(isBest ? ", best" : "")\n")
        }
        return Fit(
            network: .policy(shape), moments: fit.moments, calibration: .none, weights: fit.weights,
            rises: 0.5, judged: fit.judge(table, fold.test))
    }

    private static func text(_ number: Double) -> String { Cell.number(number, decimals: 5).text }

    private func file(
        _ table: ModelTable, _ fit: Fit, _ scores: ModelScores, folds: Int
    ) throws(HouseMessage) -> ModelFile {
        guard let first = table.rows.first, let last = table.rows.last else {
            throw HouseMessage("there was nothing to learn from", help: "name a longer period")
        }
        let until_ns = table.end_ns(last)
        do throws(ModelFileError) {
            return try ModelFile(
                network: fit.network, features: schema.names, interval_ns: schema.interval_ns,
                schemaHash: schema.hash, data: key.text, horizon_ns: horizon_ns,
                from_ns: table.table.time_ns[first], until_ns: until_ns,
                expires_ns: valid_ns.map { until_ns + $0 } ?? 0, seed: seed,
                means: fit.moments.means, deviations: fit.moments.deviations,
                slope: fit.calibration.slope, intercept: fit.calibration.intercept,
                scores: [.init("folds", Double(folds)), .init("rises", fit.rises)] + scores.scores,
                weights: fit.weights)
        } catch {
            throw HouseMessage(
                "the training came to nothing: \(error.text)", help: "try a smaller --rate")
        }
    }
}
