import RialtoConfiguration
import RialtoPluginHost
import RialtoText

/// `rialto drill`: kills plugins and looks whether anything is different.
package enum DrillCommand {
    package static var command: Command {
        Command(
            "drill", "kill plugins at random points and compare with runs where none was",
            discussion: """
                Bundled strategies run in sandboxed workers, which are killed, stopped and made to
                crash from outside (SIGKILL, SIGSTOP, SIGSEGV) at random points; each is replaced
                and told again what it had been told. The venue writes down what it is sent: lost
                and doubled are its orders and answers beside those of a run in process where
                nothing happened; different are runs with another record or another last state.
                Times are from the signal until the replacement is where the dead worker had been.
                Exit status 1 when anything was different.
                With a run file: that run with every plugin in a sandboxed worker, once undisturbed
                and once with one worker killed in the middle.
                """,
            arguments: [
                Argument(
                    "run", .file([".yaml", ".yml", ".json"]), "a run file", isRequired: false)
            ],
            options: [
                Option(
                    "batches", .integer(1...100_000_000), "how many at least, over all plugins",
                    standard: "10000"),
                Option("seed", .integer(0...(.max)), "the first seed", standard: "0"),
                Option(
                    "every", .integer(1...1_000_000), "batches from one signal to the next",
                    standard: "200"),
                PluginCommand.path,
            ],
            examples: [
                Example("rialto drill --batches 2000 --json", "a line of JSON each"),
                Example("rialto drill run.yaml", "one run, one worker killed"),
            ]
        ) { invocation, console in
            if let run = invocation.text("run") {
                let drill = RunDrill(
                    run: try RunFile.load(run, overrides: []),
                    folders: PluginCommand.folders(invocation))
                return try drill.execute(console)
            }
            let drill = KillDrill(
                PluginCommand.folders(invocation), killEvery: invocation.integer("every") ?? 200)
            let batches = invocation.integer("batches") ?? 10_000
            var table = table(), all = KillDrill.Tally()
            for subject in KillDrill.subjects {
                let tally = try drill.execute(
                    subject, batches: batches / KillDrill.subjects.count,
                    seed: UInt64(invocation.integer("seed") ?? 0))
                table.add(row(subject.id, tally))
                all += tally
            }
            table.add(row("all", all))
            table.print(to: console)
            for failure in all.failures {
                console.report(
                    HouseMessage("a plugin was not replaced", details: [.init("run", failure)]))
            }
            return all.holds ? .done : .failed
        }
    }

    private static func table() -> Table {
        Table([
            .init("plugin"), .init("runs"), .init("batches"), .init("kills"),
            .init("replacements"), .init("orders"), .init("lost"), .init("doubled"),
            .init("different"), .init("median_ms"), .init("p99_ms"), .init("max_ms"),
        ])
    }

    private static func row(_ name: String, _ tally: KillDrill.Tally) -> [Cell] {
        let counts = [
            tally.runs, tally.batches, tally.kills, tally.replacements, tally.orders, tally.lost,
            tally.doubled, tally.different,
        ]
        return [.text(name)] + counts.map { .integer(Int64($0)) }
            + [0.5, 0.99, 1].map { share in
                tally.time_ns(at: share).map { .number(Double($0) / 1e6, decimals: 2) } ?? .none
            }
    }
}
