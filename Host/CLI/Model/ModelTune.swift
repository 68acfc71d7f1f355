import Foundation
import RialtoHistory
import RialtoLearning
import RialtoText
import RialtoValues

/// `rialto model tune SERIES --kind KIND --to FILE`.
enum ModelTune {
    static let command = Command(
        "tune", "choose a model's options by trying them, and say what that was worth",
        discussion:
            "Optuna (scripts/fetch-optuna) chooses options; each trial is a process that trains\n"
            + "and is judged walk-forward, with purged folds, on the first part of the bars. Then\n"
            + "the untuned and the chosen model are judged on the part that no trial has seen,\n"
            + "stretch by stretch: the improvement there counts, with its interval. How good the\n"
            + "best of so many trials would look by luck is told beside it.\n\n"
            + "One worker makes the same trials from the same seed, also when it was killed on\n"
            + "the way. With --storage trials are kept, and go on where they ended.",
        arguments: [SeriesName.argument()],
        options: own + passed + [DataFolder.option],
        examples: [
            Example(
                "rialto model tune BTC/USD bars 1m --kind lstm --to btc.rialto --trials 40 "
                    + "--timeout 2h", "the best of 40 networks, or of as many as 2 hours take")
        ],
        body: run)

    private static let own = [
        Option("to", .file([".rialto"]), "the file to write"),
        Option("kind", .choice(TuneSpace.kinds), "what is trained"),
        Option("trials", .integer(1...100_000), "trials, failed ones too", standard: "20"),
        Option("timeout", .text("LENGTH"), "no trial begins after that, and the last is ended"),
        Option("trial-timeout", .text("LENGTH"), "a trial is ended after that", standard: "10m"),
        Option("workers", .integer(1...64), "trials at a time", standard: "1"),
        Option(
            "held", .text("PART"), "last part of the bars, which no trial sees", standard: "0.3"),
        Option("folds", .integer(1...50), "folds in a trial, and on that part", standard: "3"),
        Option("from", .text("TIME"), "first close; bars before it only warm up"),
        Option("until", .text("TIME"), "what nothing is learned of any more"),
        Option("seed", .integer(0...Int.max), "what all follows from", standard: "1"),
        Option(
            "storage", .text("URL"),
            "where trials are kept, sqlite:///FILE or postgresql://...; else nowhere"),
        Option(
            "optuna", .folder, "Optuna's environment; else .build/optuna",
            environment: "RIALTO_OPTUNA"),
    ]

    /// Options of `train` that are handed on as they were given, if they were.
    private static let passed = ModelTrain.command.options.filter { option in
        [
            "features", "horizon", "length", "batch", "epochs", "patience", "windows", "cost-bps",
            "valid", "engine", "trees",
        ].contains(option.name)
    }.map { option in
        option.kind.map { Option(option.name, $0, option.summary) }
            ?? Option(flag: option.name, option.summary)
    }

    @Sendable private static func run(
        _ invocation: Invocation, _ console: Console
    ) throws -> CommandStatus {
        let plan = try TunePlan(invocation, passed.map(\.name))
        let untunedTrial = try plan.train(TuneRun(until_ns: plan.split_ns, name: "untuned-trial"))
        let trials = try plan.trials(console)
        guard let best = plan.best(trials) else {
            throw HouseMessage(
                "none of \(trials.count) trials came to an end",
                details: trials.first.map { [.init("the first", $0.why)] } ?? [],
                help: "try a longer --trial-timeout, or train once with rialto model train")
        }
        console.note("trials: \(trials.count); now both are judged on what no trial has seen")
        let untuned = try plan.train(TuneRun(judgeFrom_ns: plan.split_ns, name: "untuned"))
        let tuned = try plan.train(
            TuneRun(judgeFrom_ns: plan.split_ns, name: "tuned", options: best.options))
        let comparison = try ModelComparison(tuned.file, untuned.file)
        try TextFile.write(tuned.file.bytes, to: plan.path)
        Facts(
            plan.facts(trials, best)
                + TuneOutcome(plan, trials, best, untunedTrial.metric, comparison).facts
        ).print(to: console)
        return .done
    }
}

/// One training, as it differs from others of the same tuning.
struct TuneRun {
    var until_ns: Int64?
    var judgeFrom_ns: Int64?
    let name: String
    var options: [String] = []
}

/// A trial as the driver told of it.
struct TuneTrial {
    let number: Int
    /// nil when it failed.
    let value: Double?
    let parameters: [(option: String, value: String)]
    let why: String

    /// Reads a line of the driver; nil when it is none.
    init?(_ line: String) {
        guard
            let object = (try? JSONSerialization.jsonObject(with: Data(line.utf8)))
                as? [String: Any], let number = object["trial"] as? Int
        else { return nil }
        self.number = number
        value = object["value"] as? Double
        why = object["why"] as? String ?? ""
        parameters = (object["parameters"] as? [String: Any] ?? [:]).sorted { $0.key < $1.key }
            .map { key, value in (option: key, value: "\(value)") }
    }

    /// Words for `rialto model train`.
    var options: [String] { parameters.flatMap { ["--" + $0.option, $0.value] } }

    /// The same for people.
    var text: String {
        parameters.map { "\($0.option) \($0.value)" }.joined(separator: ", ")
    }
}
