import RialtoBacktest
import RialtoEngines
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
            Option("kind", .choice(ModelPlan.kinds), "what is trained"),
            Option(
                "plugin", .text("ID"),
                "train the model of this plugin, by rialto.train/1, in place of --kind"),
            Option(
                "engine", .choice(["lightgbm", "xgboost"]),
                "what grows trees; else lightgbm. See scripts/fetch-engines"),
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
            Option("rate", .text("NUMBER"), "size of a step; else 0.002, of trees 0.05"),
            Option("trees", .integer(1...10_000), "most trees", standard: "200"),
            Option("leaves", .integer(2...1024), "most leaves of a tree", standard: "15"),
            Option("depth", .integer(1...64), "most levels of a tree; else no limit but leaves"),
            Option("l2", .text("NUMBER"), "cost of large leaf values; else the engine's own"),
            Option("leaf-rows", .integer(1...1_000_000), "fewest rows of a leaf", standard: "200"),
            Option("batch", .integer(1...4096), "windows of one step", standard: "32"),
            Option("steps-batch", .integer(1...1024), "ppo: steps of one change", standard: "128"),
            Option("gae", .text("PART"), "ppo: weight of what came of it", standard: "0.95"),
            Option("epochs", .integer(1...1000), "most epochs; ppo: rounds", standard: "20"),
            Option(
                "patience", .integer(1...1000),
                "epochs without a better one after which it stops; else 3, of trees 20"),
            Option(
                "windows", .integer(100...10_000_000),
                "most windows to learn from; else 20000, of trees all"),
            Option("cost-bps", .text("BPS"), "cost of a change of position by 1", standard: "5"),
            Option(
                "every", .text("LENGTH"),
                "trains again only when the file has learned up to so long before the newest bar"),
            Option("valid", .text("LENGTH"), "after its last bar it may be asked for so long"),
            Option("seed", .integer(0...Int.max), "what its learning follows from", standard: "1"),
            DataFolder.option, PluginCommand.path, Grants.file,
        ],
        examples: [
            Example(
                "rialto model train BTC/USD bars 1m --kind lstm --to btc.rialto --valid 30d",
                "an LSTM for the next 15 minutes, to be asked for 30 days"),
            Example(
                "rialto model train BTC/USD bars 1m --kind lstm --to btc.rialto --every 7d",
                "the same once a week, however often it is called: for a timer"),
            Example(
                "rialto model train BTC/USD bars 1m --kind gradient-boosting --to trees.rialto",
                "boosted trees"),
        ]
    ) { invocation, console in
        let plan = try ModelPlan(invocation)
        let schedule = try ModelSchedule(invocation, path: plan.path)
        let newest_ns = try plan.newestBar_ns(invocation)
        if let due = schedule?.notBefore(newest_ns) {
            Facts([
                (.init("model"), .text(plan.path)), (.init("trained"), .flag(false)),
                (.init("newest_bar", "newest bar"), .time(newest_ns)),
                (.init("due", "due with a bar at"), .time(due)),
            ]).print(to: console)
            return .done
        }
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
        let kept = try schedule?.keepOld()
        try TextFile.write(file.bytes, to: plan.path)
        if let kept { console.line("the model before: \(kept)", .faint) }
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
    private let trees: TreePlan?
    private let plugin: PluginPlan?
    private let settings: TrainingSettings
    private let policySettings: PPO.Settings
    private let width: Int
    private let rate: Double
    private let windowsMax: Int
    private let costBps: Double

    /// What can be trained.
    static let kinds =
        ["lstm", "transformer", "ppo"] + TreeSettings.Forest.allCases.map(\.rawValue)

    init(_ invocation: Invocation) throws {
        guard let path = invocation.text("to") else {
            throw HouseMessage.wrongCall("no file was named", help: "add --to FILE.rialto")
        }
        let plugin = invocation.text("plugin")
        guard plugin == nil || invocation.text("kind") == nil else {
            throw HouseMessage.wrongCall(
                "both --kind and --plugin were named", help: "leave one of them out")
        }
        guard let kind = plugin ?? invocation.text("kind") else {
            throw HouseMessage.wrongCall(
                "no kind was named",
                help: "add --plugin ID, or --kind \(Self.kinds.joined(separator: ", "))")
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
        let isTree = TreeSettings.Forest(rawValue: kind) != nil
        rate = try Self.number(invocation, "rate", 1e-9...1, standard: isTree ? "0.05" : "0.002")
        windowsMax = invocation.integer("windows") ?? (isTree ? .max : 20_000)
        costBps = try Self.number(invocation, "cost-bps", 0...1000)
        var settings = TrainingSettings()
        settings.batch = invocation.integer("batch") ?? 32
        settings.epochs = invocation.integer("epochs") ?? 20
        settings.patience = invocation.integer("patience") ?? 3
        settings.rate = rate
        self.settings = settings
        let (seed, rowsMax) = (seed, windowsMax)
        self.plugin = try plugin.map { id in
            PluginPlan(
                trainer: try PluginPlan.trainer(id, invocation), seed: seed,
                rounds: settings.epochs, rowsMax: rowsMax)
        }
        trees = try Self.trees(invocation, kind, rate: rate, rowsMax: windowsMax)
        policySettings = try Self.policySettings(invocation, rate: rate)
        shape = try Self.shape(invocation, kind, schema)
    }

    private static func trees(
        _ invocation: Invocation, _ kind: String, rate: Double, rowsMax: Int
    ) throws(HouseMessage) -> TreePlan? {
        guard let forest = TreeSettings.Forest(rawValue: kind) else {
            guard let engine = invocation.text("engine") else { return nil }
            throw .wrongCall(
                "--engine was \(engine), and \(kind) is trained without one",
                help: "leave --engine out, or name --kind gradient-boosting")
        }
        let known = TreePlan.engines[kind] ?? [], engine = invocation.text("engine") ?? known[0]
        guard known.contains(engine) else {
            throw .wrongCall(
                "--engine was \(engine); \(kind) is grown by \(known.joined(separator: " or "))",
                help: "leave --engine out")
        }
        var settings = TreeSettings()
        settings.forest = forest
        settings.trees = invocation.integer("trees") ?? 200
        settings.leaves = invocation.integer("leaves") ?? 15
        settings.leafRows = invocation.integer("leaf-rows") ?? 200
        settings.depth = invocation.integer("depth") ?? 0
        if invocation.text("l2") != nil { settings.l2 = try number(invocation, "l2", 0...1e6) }
        settings.patience = invocation.integer("patience") ?? 20
        settings.rate = rate
        return TreePlan(engine: engine, settings: settings, rowsMax: rowsMax)
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
        _ invocation: Invocation, _ name: String, _ range: ClosedRange<Double>,
        standard: String = ""
    ) throws(HouseMessage) -> Double {
        let text = invocation.text(name) ?? standard
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
    var rowsMin: Int { kind == "ppo" ? BarMarket.length : max(100, settings.batch) }

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

    /// Close of the newest bar that may be learned from, Unix nanoseconds UTC; the earliest time
    /// there is without one.
    func newestBar_ns(_ invocation: Invocation) throws -> Int64 {
        let bars = try DataFolder.history(invocation).open(key)
        let last = bars.bars.flatMap { $0.count > 0 ? $0.time_ns[$0.count - 1] : nil } ?? .min
        guard let until = try invocation.time("until") else { return last }
        return min(last, until - 1)
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
            kind == "ppo" ? .net : .logLoss, judged, costBps: costBps, span: table.labels.span)
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
        /// Further numbers for the card.
        var more: [ModelFile.Score] = []
        let judged: [JudgedRow]
    }

    private func fit(
        _ table: ModelTable, _ fold: ModelFold, seed: UInt64, _ name: String, _ console: Console
    ) throws(HouseMessage) -> Fit {
        if let plugin { return try train(table, fold, plugin, seed, name, console) }
        if let trees { return try grow(table, fold, trees, seed, name, console) }
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

    private func train(
        _ table: ModelTable, _ fold: ModelFold, _ plan: PluginPlan, _ seed: UInt64, _ name: String,
        _ console: Console
    ) throws(HouseMessage) -> Fit {
        let plan = PluginPlan(
            trainer: plan.trainer, seed: seed, rounds: plan.rounds, rowsMax: plan.rowsMax)
        let fit = try PluginFit(table, fold, plan) { round, learned, kept in
            let parts = [(learned, "learned"), (kept, "kept apart")].filter { $0.0.isFinite }
            let losses = parts.map { "\(Self.text($0.0)) \($0.1)" }.joined(separator: ", ")
            console.progress(
                "\(name), round \(round)\(losses.isEmpty ? "" : ": log loss " + losses)\n")
        }
        return Fit(
            network: .engine(fit.shape), moments: fit.moments, calibration: fit.calibration,
            weights: [], rises: fit.rises, judged: try fit.judge(table, fold.test))
    }

    private func grow(
        _ table: ModelTable, _ fold: ModelFold, _ plan: TreePlan, _ seed: UInt64, _ name: String,
        _ console: Console
    ) throws(HouseMessage) -> Fit {
        var plan = plan
        plan.settings.seed = seed
        let fit = try TreeFit(table, fold, plan) { round in
            guard round.number % 10 == 0 || round.number == 1 else { return }
            console.progress(
                "\(name), tree \(round.number): log loss \(Self.text(round.validation)) kept "
                    + "apart\(round.isBest ? ", best" : "")\n")
        }
        return Fit(
            network: .engine(fit.shape), moments: fit.moments, calibration: fit.calibration,
            weights: [], rises: fit.rises,
            more: [.init("trees", Double(fit.grown.trees))] + fit.importance(schema.names),
            judged: fit.judge(table, fold.test))
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
                scores: [.init("folds", Double(folds)), .init("rises", fit.rises)] + scores.scores
                    + fit.more,
                weights: fit.weights)
        } catch {
            throw HouseMessage(
                "the training came to nothing: \(error.text)", help: "try a smaller --rate")
        }
    }
}
