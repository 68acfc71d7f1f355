import RialtoBacktest
import RialtoConfiguration
import RialtoMatching
import RialtoPluginHost
import RialtoText
import RialtoValues

/// `rialto bench WORK`: how fast the real engine runs the peers' work with a real plugin.
package enum BenchCommand {
    package static var command: Command {
        Command(
            "bench", "measure the engine on the work that peers are measured on",
            discussion: """
                w1: SMA cross on one instrument. w2: on twenty, one portfolio.
                w3: a hundred parameter sets on all cores. w4: an EMA on every trade.
                w5: two quotes renewed on every tenth trade. w6: indicators on 10,000,000 rows.
                w7: SMA cross on a thousand instruments, three years of daily bars and then 30 days
                of 1-minute bars, one portfolio; the bars are made below --data once.
                w8: SMA cross in each of --accounts accounts on one such instrument, on --cores
                cores; its events count once for each account.
                ensemble: a round of 100 models about one of 100 instruments, by rule.
                trip: trades handed to a plugin one by one, with the time that each takes.
                Seconds are of the run alone, without loading.
                """,
            arguments: [
                Argument(
                    "work", .choice(BenchWork.allCases.map(\.rawValue) + ["w6", "ensemble"]),
                    "the work")
            ],
            options: [
                Option(
                    "data", .folder, "folder of the .npy files; w6 needs none", standard: "data"),
                Option(
                    "queue",
                    .choice(["pessimistic", "proportional", "power-2", "power-3", "front"]),
                    "queue model of w5, then with quotes"),
                Option(
                    "instruments", .integer(1...1024), "how many w7 has", standard: "1000"),
                Option(
                    "days", .integer(1...3650), "days of 1-minute bars in w7 and w8",
                    standard: "30"),
                Option(flag: "closed-loop", "w1 waits for each target before it reads on"),
                Option("accounts", .integer(1...1000), "how many w8 has", standard: "2"),
                Option("cores", .integer(1...4096), "on which w8 may run; all unless given"),
                Option(
                    "plugin", .choice(["c", "swift"]), "language of the plugin", standard: "c"),
                Option(
                    "batch-limit", .integer(1...EventBatch.limit), "most rows of one call",
                    standard: "4096"),
                Option(
                    "tier", .choice(["in-process", "sandbox"]), "where the plugin lives",
                    standard: "in-process"),
                Option(
                    "spins", .integer(0...1_000_000_000),
                    "how often to look for an answer before sleeping",
                    standard: "2000"),
                Option(
                    "publish", .choice(Publishing.allCases.map(\.rawValue)),
                    "what a sandboxed plugin can see of the market", standard: "ahead"),
                Option(
                    "repeat", .integer(1...1000), "run this often and keep the fastest",
                    standard: "1"),
                PluginCommand.path, Grants.file,
            ],
            examples: [Example("rialto bench w1 --data bench-data --json", "one line of JSON")]
        ) { invocation, console in
            let rounds = invocation.integer("repeat") ?? 1
            if invocation.required("work") == "ensemble" {
                try EnsembleBench.table(rounds: rounds).print(to: console)
                return .done
            }
            guard let work = BenchWork(rawValue: invocation.required("work")) else {
                IndicatorBench.table(rounds: rounds).print(to: console)
                return .done
            }
            let id = work.plugin + (invocation.required("plugin") == "swift" ? "-swift" : "")
            let folders = PluginCommand.folders(invocation), tier = tier(invocation)
            if case .inProcess = tier { try checkTrust(id, folders, invocation) }
            var bench = Bench(
                folders: folders, data: invocation.required("data"),
                batchLimit: invocation.integer("batch-limit") ?? EventBatch.limit,
                queue: queue(invocation.text("queue")),
                market: SyntheticMarket(
                    instruments: work == .w8 ? 1 : invocation.integer("instruments") ?? 1000,
                    days: invocation.integer("days") ?? 30),
                accounts: invocation.integer("accounts") ?? 2,
                cores: invocation.integer("cores"), tier: tier)
            bench.waits = invocation.flag("closed-loop")
            facts(try bench.run(work, plugin: id, rounds: rounds)).print(to: console)
            return .done
        }
    }

    /// In process runs what came with this program, and what was granted.
    private static func checkTrust(
        _ id: String, _ folders: PluginFolders, _ invocation: Invocation
    ) throws {
        let folder = try folders.folder(of: id)
        let isBundled = PluginCommand.bundled.contains { folder.hasPrefix($0 + "/") }
        let digest = try PluginLibrary.inspect(folder: folder).sha256
        guard try isBundled || Grants.granted(invocation).contains(digest) else {
            throw HouseMessage(
                "\(id) in \(folder) did not come with this program, and may not run in process",
                help: "measure it with --tier sandbox, or: rialto plugin allow-in-process "
                    + "\(digest) --reason TEXT")
        }
    }

    private static func tier(_ invocation: Invocation) -> PluginTier {
        guard invocation.required("tier") == "sandbox" else { return .inProcess }
        var settings = WorkerSettings()
        settings.spins = UInt32(clamping: invocation.integer("spins") ?? 2000)
        settings.publishes = Publishing(rawValue: invocation.required("publish")) ?? .justInTime
        return .sandboxed(settings)
    }

    private static func queue(_ name: String?) -> QueueModel? {
        name.flatMap { QueueRule(rawValue: $0)?.model }
    }

    private static func facts(_ result: BenchResult) -> Facts {
        var list: [(Table.Column, Cell)] = [
            (.init("work"), .text(result.work.rawValue)),
            (.init("events"), .integer(Int64(result.events))),
            (.init("seconds"), .number(result.seconds, decimals: 6)),
            (.init("rate"), .number(Double(result.events) / result.seconds, decimals: 0)),
            (.init("orders"), .integer(Int64(result.orders))),
            (.init("cancels"), .integer(Int64(result.cancels))),
            (.init("fills"), .integer(Int64(result.fills))),
            (.init("equity"), .text(ExactDecimal.shortText(result.equity, decimals: 18))),
            (.init("checksum"), .text(result.checksum)),
            (.init("peak_rss_mib"), .integer(Int64(result.peakRSS_MiB))),
        ]
        if result.joining > 0 {
            list.insert((.init("joining"), .number(result.joining, decimals: 6)), at: 2)
        }
        if let trip = result.trip {
            list.insert((.init("p99_ns"), .integer(Int64(trip.p99_ns))), at: 2)
            list.insert((.init("p50_ns"), .integer(Int64(trip.p50_ns))), at: 2)
        }
        if result.sets > 0, let best = result.best {
            list.append((.init("sets"), .integer(Int64(result.sets))))
            list.append((.init("best"), .text("fast \(best.fast) slow \(best.slow)")))
        }
        return Facts(list)
    }
}
