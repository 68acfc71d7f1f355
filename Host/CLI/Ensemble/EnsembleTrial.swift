import RialtoEnsemble
import RialtoText

/// `rialto ensemble trial`: markets in which the good model changes, from fresh seeds.
enum EnsembleTrial {
    static var command: Command {
        Command(
            "trial", "play markets in which another model is the good one now and then",
            discussion: "Each seed is one market of 2000 rounds and six models. Seeds are drawn\n"
                + "anew unless the first is given. Exit status 1 when the ensemble beat the plain\n"
                + "average and the best single model in hindsight on fewer than 95 of 100 seeds.",
            options: [
                Option("seeds", .integer(1...100_000), "how many markets", standard: "100"),
                Option("seed", .integer(0...Int.max), "the first seed; those after it follow"),
                Option(flag: "all", "list every market"),
            ],
            examples: [Example("rialto ensemble trial --seeds 100", "a hundred fresh markets")]
        ) { invocation, console in
            let count = invocation.integer("seeds") ?? 100
            var random = SystemRandomNumberGenerator()
            let seeds: [UInt64] =
                if let first = invocation.integer("seed") {
                    (0..<count).map { UInt64(first) &+ UInt64($0) }
                } else { (0..<count).map { _ in random.next() } }
            let trials = try seeds.map { try RegimeSwitchTrial(seed: $0) }
            if invocation.flag("all") {
                table(trials).print(to: console)
                console.line()
            }
            let both = trials.count { $0.beatsUniform && $0.beatsBestSingle }
            facts(trials, both).print(to: console)
            return both * 100 >= count * 95 ? .done : .failed
        }
    }

    private static func table(_ trials: [RegimeSwitchTrial]) -> Table {
        Table(
            [
                .init("seed"), .init("switches"), .init("ensemble"), .init("uniform"),
                .init("best_single", "best single"),
            ],
            rows: trials.map { trial in
                [
                    .text(String(trial.seed)), .integer(Int64(trial.switches)),
                    .number(trial.ensemble, decimals: 4), .number(trial.uniform, decimals: 4),
                    .number(trial.bestSingle, decimals: 4),
                ]
            })
    }

    private static func facts(_ trials: [RegimeSwitchTrial], _ both: Int) -> Facts {
        func mean(_ value: (RegimeSwitchTrial) -> Double) -> Cell {
            .number(trials.map(value).reduce(0, +) / Double(trials.count), decimals: 4)
        }
        return Facts([
            (.init("seeds"), .integer(Int64(trials.count))),
            (
                .init("beats_uniform", "better than the plain average"),
                .integer(Int64(trials.count { $0.beatsUniform }))
            ),
            (
                .init("beats_best_single", "better than the best single"),
                .integer(Int64(trials.count { $0.beatsBestSingle }))
            ),
            (.init("beats_both", "better than both"), .integer(Int64(both))),
            (.init("log_loss", "mean log loss of the ensemble"), mean(\.ensemble)),
            (.init("uniform_log_loss", "of the plain average"), mean(\.uniform)),
            (.init("best_single_log_loss", "of the best single"), mean(\.bestSingle)),
        ])
    }
}
