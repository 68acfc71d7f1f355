import RialtoBacktest
import RialtoConfiguration
import RialtoPluginHost
import RialtoText

/// A run file's run with every plugin in a worker, once undisturbed and once with one worker killed
/// in the middle.
struct RunDrill {
    let run: RunFile
    let folders: PluginFolders

    /// Prints what became of it.
    func execute(_ console: Console) throws -> CommandStatus {
        let before = WorkerWatch()
        let expected = try outcome(before)
        let instances = before.instances
        guard
            let victim = instances.indices.max(by: {
                instances[$0].batches < instances[$1].batches
            }), instances[victim].batches > 1
        else {
            throw HouseMessage("the run has no strategy or model with more than one batch")
        }
        let strike = WorkerWatch.Strike(instance: victim, batch: instances[victim].batches / 2)
        let watch = WorkerWatch(strike: strike)
        let found = try outcome(watch)
        guard let struck_ns = watch.struck_ns, let replacement = watch.replacements.first else {
            throw HouseMessage(
                "\(instances[victim].id) was not replaced",
                details: found.failures.map { .init("ended", $0.reason) })
        }
        Facts([
            (.init("plugin"), .text(instances[victim].id)), (.init("signal"), .text("SIGKILL")),
            (.init("batch"), .integer(Int64(instances[victim].batches / 2))),
            (.init("batches_told_again"), .integer(Int64(replacement.batches))),
            (
                .init("recovered_ms"),
                .number(Double(replacement.done_ns - struck_ns) / 1e6, decimals: 1)
            ),
            (.init("undisturbed"), .text(expected.digest)),
            (.init("digest"), .text(found.digest)),
        ]).print(to: console)
        return expected.digest == found.digest ? .done : .failed
    }

    private func outcome(_ watch: WorkerWatch) throws(BacktestError) -> BacktestOutcome {
        var settings = WorkerSettings()
        settings.watch = watch
        return try Backtest(run, folders: folders, tier: .sandboxed(settings)).execute()
    }
}
