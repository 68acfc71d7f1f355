import Glibc
import RialtoAnalytics
import RialtoBacktest
import RialtoConfiguration
import RialtoEnsemble
import RialtoPluginHost
import RialtoStore
import RialtoText
import RialtoValues

/// `rialto backtest RUN.yaml`: runs strategies and models over stored data.
package enum BacktestCommand {
    package static var command: Command {
        Command(
            "backtest", "run strategies and models over stored data",
            discussion:
                "Prints what every account and strategy made, keeps the record of the run, and "
                + "writes\na page that opens without a network when asked for. Each strategy and "
                + "model runs in\na process of its own that can reach nothing, but for those that "
                + "rialto plugin grants lists.",
            arguments: [Argument("run", .file([".yaml", ".yml", ".json"]), "the run file")],
            options: runOptions + [
                RunOptions.store, Option("report", .file([".html"]), "write a page about the run"),
                Option(flag: "no-record", "do not keep the record of the run"),
            ],
            examples: [
                Example("rialto backtest run.yaml --report run.html", "run, keep, and draw"),
                Example("rialto backtest run.yaml --set seed=7 --json", "for programs"),
            ]
        ) { invocation, console in
            let run = try RunFile.load(
                invocation.required("run"), overrides: invocation.texts("set"))
            let started = Executable.now_ns
            let isKept = !invocation.flag("no-record")
            let log =
                isKept
                ? RunJournal.begin(store: RunOptions.storePath(invocation, run), console) : nil
            let outcome = try execute(run, invocation, log, console)
            let tables = try RunTables(outcome)
            let summary = RunSummary(tables)
            let id = String(outcome.digest.prefix(8)) + String(UInt64(started) % 0x10000, radix: 16)
            log?.end(run: id)
            show(outcome, tables, summary, console)
            if isKept {
                let store = try RunStore(RunOptions.storePath(invocation, run))
                try RunKeeping.save(
                    .init(
                        id: id, name: run.name, started: started, seed: run.seed,
                        summary: json(outcome, summary).line),
                    runFile: run.document.text, digest: outcome.digest,
                    forecastDigest: outcome.forecastDigest, tables, in: store)
            }
            var facts: [(Table.Column, Cell)] = [
                (.init("digest"), .text(outcome.digest)),
                RunTablesView.determinism(tables, console),
                (.init("books_add_up", "books add up"), .flag(summary.addsUp)),
            ]
            if let note = EvidenceNotes.inSample(tables) {
                facts.insert((.init("evidence"), .text(note)), at: 0)
            }
            if isKept {
                facts.append((.init("run"), .text(id)))
                facts.append((.init("store"), .text(RunOptions.storePath(invocation, run))))
            }
            if let page = invocation.text("report") {
                let report = ReportPage.report(
                    title: run.name.isEmpty ? "Backtest" : run.name, tables, summary,
                    digest: outcome.digest)
                try TextFile.write(Array(HTMLReport.page(report).utf8), to: page)
                facts.append((.init("report"), .text(page)))
            }
            LLMHonesty(LanguageRuns(tables).entries, summary, tables).print(to: console)
            Facts(facts).print(to: console)
            return .done
        }
    }

    /// Options of every command that runs a run file.
    static var runOptions: [Option] {
        [
            RunOptions.set, PluginCommand.path,
            Option(
                "cores", .integer(1...4096),
                "most accounts that run at once, else all cores; same result"),
            Grants.file, Crashes.option, Quarantine.file, Versions.option,
            Option(
                flag: "sandbox",
                "also put plugins into a sandbox that may run in process; same result"),
            Option(
                "publish", .choice(Publishing.allCases.map(\.rawValue)),
                "what a sandboxed plugin can see of the market; ahead is faster, and for those "
                    + "that are trusted not to look", standard: "just-in-time"),
        ]
    }

    /// Runs a run file as the options ask, and tells of failures.
    ///
    /// - Parameter onSettled: Is told of every scored round of the ensemble.
    static func execute(
        _ run: RunFile, _ invocation: Invocation, _ log: RunJournal?, _ console: Console,
        keepsRecords: Bool = true, onSettled: ((SettledRound) -> Void)? = nil
    ) throws -> BacktestOutcome {
        let suspects = Crashes.suspects(invocation)
        Crashes.tell(suspects, console)
        let quarantine = try RunQuarantine(invocation, run: run.name, suspects: suspects)
        var progress = Progress("backtest", total: 100, console: console)
        var settings = settings(invocation, log), started = Executable.now_ns
        settings.quarantine = quarantine.watch
        var backtest = Backtest(
            run, folders: PluginCommand.folders(invocation),
            tier: invocation.flag("sandbox")
                ? .sandboxed(settings) : try Grants.tier(invocation, settings),
            versions: try Versions.choice(invocation), keepsRecords: keepsRecords,
            cores: invocation.integer("cores"))
        backtest.onSettled = onSettled
        do {
            let outcome = try backtest.execute { share in progress.update(Int(share * 100)) }
            for failure in outcome.failures {
                console.report(Crashes.message(failure, since: started, settings.crashes))
            }
            for refusal in outcome.refusals {
                console.report(
                    HouseMessage(
                        "\(refusal.count) requests of \(refusal.asker) were refused: "
                            + refusal.reason,
                        help: "see requests in the run file, and what the plugin asks: "
                            + "rialto plugin info"))
            }
            quarantine.report(outcome.plugins, console)
            try Versions.keep(
                outcome, faulty: quarantine.watch.crashedDigests, invocation, console)
            return outcome
        } catch {
            quarantine.report([], console)
            throw error
        }
    }

    /// How the workers of a run are run, and what is kept of them.
    private static func settings(
        _ invocation: Invocation, _ log: RunJournal?
    ) -> WorkerSettings {
        var settings = WorkerSettings()
        settings.publishes = Publishing(rawValue: invocation.required("publish")) ?? .justInTime
        settings.journal = log?.journal
        let folder = Crashes.folder(invocation)
        settings.crashes = folder.map { CrashShelf($0) }
        let isAnyInProcess =
            !invocation.flag("sandbox") && (try? Grants.granted(invocation))?.isEmpty == false
        if isAnyInProcess { settings.breadcrumbs = folder.flatMap { Breadcrumbs($0) } }
        return settings
    }

    private static func show(
        _ outcome: BacktestOutcome, _ tables: RunTables, _ summary: RunSummary, _ console: Console
    ) {
        RunTablesView.plugins(tables).print(to: console)
        console.line()
        if let versions = RunTablesView.versions(tables) {
            versions.print(to: console)
            console.line()
        }
        RunTablesView.books("account", summary.accounts).print(to: console)
        console.line()
        RunTablesView.books("strategy", summary.instances).print(to: console)
        console.line()
        RunTablesView.sums(summary).print(to: console)
        console.line()
        RunTablesView.holding(summary).print(to: console)
        for table in RunTablesView.moneyTables(tables, isForPeople: !console.isJSON) {
            console.line()
            table.print(to: console)
        }
        if let models = RunTablesView.models(tables) {
            console.line()
            models.print(to: console)
        }
        console.line()
    }

    /// Key numbers for lists of runs.
    private static func json(_ outcome: BacktestOutcome, _ summary: RunSummary) -> JSON {
        .object([
            .init("events", .integer(Int64(outcome.events))),
            .init("fills", .integer(Int64(summary.accounts.reduce(0) { $0 + $1.trading.fills }))),
            .init(
                "equity",
                .exact(summary.accounts.reduce(0) { $0 + $1.end }, decimals: 18)),
            .init("return", total(summary).map { .number($0) } ?? .null),
        ])
    }

    private static func total(_ summary: RunSummary) -> Double? {
        let start = summary.accounts.reduce(Int128(0)) { $0 + $1.start }
        let end = summary.accounts.reduce(Int128(0)) { $0 + $1.end }
        return start > 0 ? EquityCurve.amount(end) / EquityCurve.amount(start) - 1 : nil
    }
}

extension RunOptions {
    /// Where records of runs are kept.
    package static let store = Option(
        "store", .file([".db"]), "file that keeps the records of runs", environment: "RIALTO_STORE")

    /// The store that was asked for, or `rialto.db` in the run's data folder.
    static func storePath(_ invocation: Invocation, _ run: RunFile) -> String {
        invocation.text("store") ?? run.document.resolved(run.data) + "/rialto.db"
    }
}
