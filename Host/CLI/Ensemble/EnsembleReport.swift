import RialtoAnalytics
import RialtoBacktest
import RialtoConfiguration
import RialtoEnsemble
import RialtoText

/// `rialto ensemble report RUN.yaml`: whether weighing the models of a run pays.
enum EnsembleReport {
    static var command: Command {
        Command(
            "report", "run models over stored data, and say whether weighing them pays",
            discussion: """
                Models and weights at a time follow from what was settled before it, so the whole
                run is walk-forward. Log loss and net utility (return of the position 2p - 1 after
                fee, slippage and funding, in units of three deviations known before) of the
                ensemble, the plain average, the vote of the models and each of them, and
                differences with 95 % intervals from blocks of neighbouring rounds drawn again.
                """,
            arguments: [Argument("run", .file([".yaml", ".yml", ".json"]), "the run file")],
            options: BacktestCommand.runOptions + [
                Option("report", .file([".html"]), "write a page about it"),
                Option(
                    "resamples", .integer(100...100_000), "draws of an interval", standard: "2000"),
                Option("seed", .integer(0...Int.max), "of the draws", standard: "1"),
            ],
            examples: [
                Example("rialto ensemble report run.yaml --report weights.html", "text and a page")
            ]
        ) { invocation, console in
            let run = try RunFile.load(
                invocation.required("run"), overrides: invocation.texts("set"))
            let models = run.models.filter(\.isEnabled).map(\.id)
            guard !models.isEmpty else {
                throw run.document.message(
                    at: ConfigPath("models"), "the run has no models to weigh",
                    help: "add some below models")
            }
            let box = AssessmentBox(
                Assessment(models: contestants(run), paid: pay(run.ensemble)))
            let outcome = try BacktestCommand.execute(
                run, invocation, nil, console, keepsRecords: false
            ) { box.value.add($0) }
            let findings = box.value.findings(
                BlockBootstrap(
                    resamples: invocation.integer("resamples") ?? 2000,
                    seed: UInt64(invocation.integer("seed") ?? 1)))
            show(findings, outcome, console)
            if let page = invocation.text("report") {
                let report = pageReport(run.name, findings)
                try TextFile.write(Array(HTMLReport.page(report).utf8), to: page)
                console.line("page: \(page)", .faint)
            }
            return .done
        }
    }

    /// Ids of the models, in the order of the ensemble: what it makes of their forecasts has a
    /// place after those of indicators, which never speak.
    private static func contestants(_ run: RunFile) -> [String] {
        let models = run.models.filter(\.isEnabled).map(\.id)
        guard run.ensemble.stacking != nil else { return models }
        return models + run.indicators.map(\.id) + [StackingSettings.id]
    }

    private static func pay(_ settings: EnsembleSettings) -> RulePay {
        if settings.positions != nil { return .both }
        return settings.loss == .netUtility ? .positions : .probabilities
    }

    /// Holds the sums while the run goes on.
    private final class AssessmentBox {
        var value: Assessment

        init(_ value: Assessment) { self.value = value }
    }

    // MARK: Text

    private static func show(
        _ findings: AssessmentFindings, _ outcome: BacktestOutcome, _ console: Console
    ) {
        standings(findings).print(to: console)
        console.line()
        differences(findings).print(to: console)
        console.line()
        edges(findings).print(to: console)
        console.line()
        for sentence in findings.words { console.line(sentence) }
        console.json(
            .object([
                .init("words", .list(findings.words.map(JSON.text))),
                .init("worse_than_uniform", .flag(findings.isWorseThanUniform)),
                .init("rounds", .integer(Int64(findings.rounds))),
                .init("blocks", .integer(Int64(findings.blocks))),
                .init("forecasts", .text(outcome.forecastDigest)),
            ]))
    }

    private static func standings(_ findings: AssessmentFindings) -> Table {
        Table(
            [
                .init("who"), .init("rounds"), .init("log_loss", "log loss"),
                .init("net_utility", "net utility"), .init("net_bps", "net bps a round"),
            ],
            rows: findings.standings.map { one in
                [
                    .text(one.who), .integer(Int64(one.rounds)), number(one.logLoss),
                    number(one.utility), number(one.netReturn.map { $0 * 1e4 }, decimals: 4),
                ]
            })
    }

    /// Named comparisons, in the order in which they are shown.
    private static func compared(
        _ findings: AssessmentFindings
    ) -> [(name: String, measure: String, interval: MeanInterval)] {
        var rows: [(String, String, MeanInterval)] = []
        if let uniform = findings.uniform {
            rows.append(("ensemble - uniform", "log loss", uniform.logLoss))
            rows.append(("ensemble - uniform", "net utility", uniform.utility))
        }
        if let vote = findings.vote {
            rows.append(("ensemble - majority vote", "log loss", vote.logLoss))
            rows.append(("ensemble - majority vote", "net utility", vote.utility))
        }
        if let best = findings.bestByLoss {
            rows.append(("ensemble - best single (\(best.who))", "log loss", best.logLoss))
        }
        if let best = findings.bestByUtility {
            rows.append(("ensemble - best single (\(best.who))", "net utility", best.utility))
        }
        return rows
    }

    private static func differences(_ findings: AssessmentFindings) -> Table {
        Table(
            [
                .init("difference"), .init("measure"), .init("mean"), .init("low", "95 % low"),
                .init("high"), .init("width"),
            ],
            rows: compared(findings).map { row in
                [
                    .text(row.name), .text(row.measure), number(row.interval.mean),
                    number(row.interval.low), number(row.interval.high),
                    number(row.interval.width),
                ]
            })
    }

    private static func edges(_ findings: AssessmentFindings) -> Table {
        Table(
            [
                .init("model"), .init("log_loss_less_coin", "log loss - coin"),
                .init("log_loss_low", "low"), .init("log_loss_high", "high"),
                .init("net_utility", "net utility"), .init("net_utility_low", "low"),
                .init("net_utility_high", "high"),
            ],
            rows: findings.edges.map { edge in
                [
                    .text(edge.model), number(edge.logLoss.mean), number(edge.logLoss.low),
                    number(edge.logLoss.high), number(edge.utility.mean),
                    number(edge.utility.low), number(edge.utility.high),
                ]
            })
    }

    private static func number(_ value: Double?, decimals: Int = 6) -> Cell {
        value.map { .number($0, decimals: decimals) } ?? .none
    }

    // MARK: Page

    private static func pageReport(_ title: String, _ findings: AssessmentFindings) -> Report {
        var report = Report(
            title: title, subtitle: "\(findings.rounds) rounds in \(findings.blocks) blocks")
        report.tables = [
            ("Ensemble, plain average, vote and models", standings(findings)),
            ("Differences", differences(findings)),
            ("Edges: 95 % for all models together", edges(findings)),
        ].map { title, table in
            ReportTable(
                title: title, headings: table.columns.map(\.heading),
                rows: table.rows.map { $0.map(\.text) })
        }
        report.notes = findings.words
        return report
    }
}
