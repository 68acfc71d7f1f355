import RialtoEnsemble
import RialtoHistory
import RialtoLearning
import RialtoText

/// What is to be known of a model before it is believed.
struct ModelCard {
    private let file: ModelFile
    private let path: String

    init(_ file: ModelFile, path: String) {
        self.file = file
        self.path = path
    }

    func print(to console: Console) { Facts(facts).print(to: console) }

    private var facts: [(Table.Column, Cell)] {
        var facts: [(Table.Column, Cell)] = [
            (.init("file"), .text(path)), (.init("kind"), .text(file.kind)),
            (.init("network"), .text(network)), (.init("data"), .text(file.data)),
            (.init("learned_from", "learned from"), .time(file.from_ns)),
            (.init("learned_until", "learned until"), .time(file.until_ns)),
            (.init("expires"), file.expires_ns == 0 ? .none : .time(file.expires_ns)),
            (.init("horizon"), .text(Interval.text(file.horizon_ns))),
            (.init("features"), .text(file.features.joined(separator: " "))),
            (.init("schema_hash", "schema hash"), .text(file.schemaHash)),
            weight,
            (.init("seed"), .text(String(file.seed))),
            (.init("folds"), .count(Int(file.score("folds") ?? 0))),
            (.init("rows_judged", "rows judged"), .count(Int(file.score("rows") ?? 0))),
        ]
        facts += Self.scores(file.scores) + importance
        facts.append((.init("verdict"), .text(Self.verdict(file.scores))))
        return facts
    }

    /// What the learning came to, as a number.
    private var weight: (Table.Column, Cell) {
        guard case .engine(let shape) = file.network else {
            return (.init("weights"), .count(file.weights.count))
        }
        if let trees = file.score("trees") { return (.init("trees"), .count(Int(trees))) }
        return (.init("bytes"), .count(shape.bytes.count))
    }

    /// Importance of the features, the greatest gain first: parts of all gain and of all splits.
    private var importance: [(Table.Column, Cell)] {
        let known = file.features.compactMap { name -> (String, Double, Double)? in
            guard let gain = file.score("importance.gain.\(name)") else { return nil }
            return (name, gain, file.score("importance.split.\(name)") ?? 0)
        }
        return known.sorted { $0.1 > $1.1 }.flatMap { name, gain, split in
            [
                (.init("gain_of_\(name)", "gain of \(name)"), .number(gain, decimals: 4)),
                (.init("splits_of_\(name)", "  of splits"), .number(split, decimals: 4)),
            ]
        }
    }

    private var network: String {
        switch file.network {
        case .sequence(let shape):
            "\(shape.layers) x \(shape.width) units, \(shape.length) bars, \(shape.heads) heads, "
                + "dropout \(shape.dropout)"
        case .engine(let shape):
            "by \(shape.engine) \(shape.version), \(shape.length) bars"
        case .policy(let shape): "2 x \(shape.width) units, positions -1, 0 and 1"
        }
    }

    /// Scores with their names for people.
    private static let names: [(name: String, heading: String)] = [
        ("log_loss", "log loss, nats"), ("uniform", "log loss of 0.5, nats"),
        ("naive", "log loss of part of rises, nats"), ("brier", "Brier score"),
        ("accuracy", "part right"), ("cost_bps", "cost of a change, bps"),
        ("gross_bps", "earned a bar, bps"), ("net_bps", "after costs, bps"),
        ("hold_bps", "holding, bps"),
    ]

    /// The scores as facts.
    static func scores(_ scores: [ModelFile.Score]) -> [(Table.Column, Cell)] {
        func value(_ name: String) -> Double? { scores.first { $0.name == name }?.value }
        var facts: [(Table.Column, Cell)] = names.compactMap { name, heading in
            value(name).map { (.init(name, heading), .number($0, decimals: 5)) }
        }
        for other in ["uniform", "naive", "flat", "hold"] {
            guard let mean = value("gain.\(other)"), let low = value("gain.\(other).low"),
                let high = value("gain.\(other).high")
            else { continue }
            facts += [
                (.init("gain_\(other)", "better than \(other) by"), .number(mean, decimals: 5)),
                (.init("gain_\(other)_low", "  at least, 95 %"), .number(low, decimals: 5)),
                (.init("gain_\(other)_high", "  at most, 95 %"), .number(high, decimals: 5)),
            ]
        }
        return facts
    }

    /// One sentence: whether there is an edge.
    static func verdict(_ scores: [ModelFile.Score]) -> String {
        let gains = ["uniform", "naive", "flat", "hold"].compactMap { name in
            scores.first { $0.name == "gain.\(name).low" }.map { (name: name, low: $0.value) }
        }
        guard !gains.isEmpty else { return "nothing was judged" }
        let short = gains.filter { $0.low <= 0 }.map(\.name)
        guard short.isEmpty else {
            return
                "no edge shown: it is not better than \(short.joined(separator: " and ")) beyond "
                + "chance"
        }
        let net = scores.first { $0.name == "net_bps" }?.value ?? 0
        return net > 0
            ? "better than \(gains.map(\.name).joined(separator: " and ")) beyond chance"
            : "it foretells better than \(gains.map(\.name).joined(separator: " and ")) beyond "
                + "chance, and its positions lose after costs"
    }
}

/// `rialto model card FILE` and `rialto model compare A B`.
enum ModelCardCommand {
    static let card = Command(
        "card", "show what a model was trained on and what it scored",
        arguments: [Argument("file", .file([".rialto"]), "a model file")],
        examples: [Example("rialto model card btc.rialto", "")]
    ) { invocation, console in
        let path = invocation.required("file")
        ModelCard(try ModelCommand.file(path), path: path).print(to: console)
        return .done
    }

    static let compare = Command(
        "compare", "say which of two models did better on the same folds",
        discussion:
            "Both were trained with the same bars, features, horizon, folds and period.\n"
            + "Differences are taken stretch by stretch, so that what made both right\n"
            + "or wrong cancels out.",
        arguments: [
            Argument("first", .file([".rialto"]), "a model file"),
            Argument("second", .file([".rialto"]), "another one"),
        ],
        examples: [Example("rialto model compare lstm.rialto transformer.rialto", "")]
    ) { invocation, console in
        let paths = [invocation.required("first"), invocation.required("second")]
        let files = try paths.map { try ModelCommand.file($0) }
        let comparison = try ModelComparison(files[0], files[1])
        Facts([
            (.init("first"), .text("\(paths[0]) (\(files[0].kind))")),
            (.init("second"), .text("\(paths[1]) (\(files[1].kind))")),
            (.init("measure"), .text(comparison.measure)),
            (.init("stretches"), .count(comparison.stretches)),
            (.init("first_score", "of the first"), .number(comparison.first, decimals: 5)),
            (.init("second_score", "of the second"), .number(comparison.second, decimals: 5)),
            (.init("better", "first is better by"), .number(comparison.gain.mean, decimals: 5)),
            (.init("better_low", "  at least, 95 %"), .number(comparison.gain.low, decimals: 5)),
            (.init("better_high", "  at most, 95 %"), .number(comparison.gain.high, decimals: 5)),
            (.init("wins", "stretches won by the first"), .count(comparison.wins)),
            (.init("verdict"), .text(comparison.verdict)),
        ]).print(to: console)
        return .done
    }
}

/// Two models on the same folds.
struct ModelComparison {
    let measure: String
    let stretches: Int
    let first: Double
    let second: Double
    /// How much better the first is.
    let gain: MeanInterval
    let wins: Int

    init(_ a: ModelFile, _ b: ModelFile) throws(HouseMessage) {
        let isPolicy = a.kind == "ppo"
        let facts = [
            ("bars", a.data, b.data), ("features", a.schemaHash, b.schemaHash),
            ("horizon", "\(a.horizon_ns) ns", "\(b.horizon_ns) ns"),
            ("folds", Self.folds(a), Self.folds(b)),
            ("measure", isPolicy ? "net" : "log loss", b.kind == "ppo" ? "net" : "log loss"),
        ]
        if let (name, one, other) = facts.first(where: { $0.1 != $0.2 }) {
            throw HouseMessage(
                "the models cannot be compared: they differ in \(name), \(one) and \(other)",
                help: "train both with the same series and options but --kind")
        }
        let one = Self.blocks(a), other = Self.blocks(b)
        let sign = isPolicy ? 1.0 : -1
        let gains = zip(one, other).map {
            BlockBootstrap.Block(sum: sign * ($0.sum - $1.sum), count: $0.count)
        }
        guard one.map(\.count) == other.map(\.count),
            let gain = BlockBootstrap.ofModels.interval(gains)
        else {
            throw HouseMessage(
                "the models cannot be compared: \(one.count) and \(other.count) stretches",
                help: "train both with the same series and options but --kind")
        }
        measure = isPolicy ? "bps a bar after costs" : "log loss, nats"
        stretches = one.count
        first = Self.mean(one)
        second = Self.mean(other)
        self.gain = gain
        wins = gains.count { $0.sum > 0 }
    }

    private static func folds(_ file: ModelFile) -> String {
        let counts = ["folds", "rows", "cost_bps"].map { file.score($0) ?? 0 }
        return "\(counts) until \(file.until_ns)"
    }

    /// The stretches that a file was judged on; the last one may be shorter.
    private static func blocks(_ file: ModelFile) -> [BlockBootstrap.Block] {
        let rows = file.score("rows") ?? 0, length = file.score("block_rows") ?? 0
        let means = file.scores.filter { $0.name.hasPrefix("block.") }.map(\.value)
        return means.enumerated().map { index, mean in
            let count = max(0, min(length, rows - Double(index) * length))
            return .init(sum: mean * count, count: count)
        }
    }

    private static func mean(_ blocks: [BlockBootstrap.Block]) -> Double {
        blocks.reduce(0) { $0 + $1.sum } / blocks.reduce(0) { $0 + $1.count }
    }

    /// One sentence.
    var verdict: String {
        if gain.low > 0 { return "the first is better beyond chance" }
        if gain.high < 0 { return "the second is better beyond chance" }
        return "no difference beyond chance"
    }
}
