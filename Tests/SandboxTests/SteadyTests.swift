import Foundation
import RialtoHistory
import RialtoSimulation
import RialtoTestSupport
import Testing

/// C text of a strategy that wants what the last bits of some functions of each row are.
private let mathematician = rogueSource(
    """
    for (uint32_t row = 0; row < batch->count; row++) {
        const double x = (double)++seen * 0.37 + 0.013;
        const double values[] = {exp(x / 50), log(x), sin(x), pow(x, 1.7), tanh(x / 90), cos(x)};
        uint64_t mixed = 0;
        for (int i = 0; i < 6; i++) {
            uint64_t bits;
            memcpy(&bits, &values[i], sizeof bits);
            mixed = mixed * 31 + bits;
        }
        rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
        intent->row = row;
        intent->quantity = 0;
        intent->reason = (uint32_t)(mixed % 1000000007);
    }
    """, id: "org.rialto.test.mathematician", top: "#include <math.h>\nstatic uint32_t seen;")

@Suite struct `Mathematics of a plugin` {
    private func world() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        var bars = try SeriesBuilder(
            SeriesDefinition(
                instrument: sketchCoin("A/USD"), kind: .bars, interval_ns: MarketSketch.minute))
        for index in 1...400 as ClosedRange<Int64> {
            try bars.append(
                bar: MarketSketch.start + index * MarketSketch.minute, open: 100, high: 101,
                low: 99, close: 100, volume: 9)
        }
        try HistoryFolder(path: scratch.path + "/history").write(bars.finish())
        try installSource(mathematician, name: "mathematician", in: scratch.path + "/plugins")
        let text = """
            data: .
            plugins: { path: [plugins] }
            instruments: [{ name: A/USD, interval: 1m }]
            accounts:
              - id: main
                equity: 1000
                strategies: [{ id: a, plugin: org.rialto.test.mathematician, capital: 1000 }]

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/run.yaml"))
        return scratch
    }

    /// What the program says as facts.
    private func facts(_ words: [String], in scratch: ScratchFolder) throws -> [[String: Any]] {
        let program =
            URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().path + "/rialto"
        let answer = try runProgram(
            [program] + words + ["--json"],
            environment: [
                "RIALTO_QUARANTINE": scratch.path + "/quarantine.db",
                "RIALTO_VERSIONS": scratch.path + "/versions",
            ])
        try #require(answer.status == 0, "\(answer.output)")
        return answer.output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    @Test func `gives the same bits in the host's process and in a sandbox`() throws {
        let scratch = try world(), grants = scratch.path + "/grants.db"
        let run = ["backtest", scratch.path + "/run.yaml", "--no-record", "--grants", grants]
        let walled = try facts(run, in: scratch)
        #expect(walled.first?["tier"] as? String == "sandboxed")
        let described = try facts(
            [
                "plugin", "info", "org.rialto.test.mathematician", "--plugins",
                scratch.path + "/plugins",
            ], in: scratch)
        let digest = try #require(described.first?["sha256"] as? String)
        _ = try facts(
            ["plugin", "allow-in-process", digest, "--reason", "test", "--grants", grants],
            in: scratch)
        let open = try facts(run, in: scratch)
        #expect(open.first?["tier"] as? String == "in process")
        #expect(open.last?["digest"] as? String == walled.last?["digest"] as? String)
    }
}
