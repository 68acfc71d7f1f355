import Foundation
import RialtoBacktest
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

@Suite(.serialized) struct `A sandboxed strategy` {
    private func digest(
        _ instance: any RunningStrategy, _ bars: [SketchBar], batchLimit: Int = 4096
    ) throws -> String {
        var run = SketchRun(market: MarketSketch(bars: bars))
        run.batchLimit = batchLimit
        run.accounts = [run.account([instance.port])]
        return try run.execute().digest
    }

    private func request(_ id: String) -> InstanceRequest {
        InstanceRequest(
            pluginId: id, parameters: [("fast", "3"), ("slow", "8")],
            instruments: [sketchCoin()], indices: [0], seed: 1)
    }

    @Test(arguments: Walls.allCases)
    func `does what it does in process, for every size of batch`(_ walls: Walls) throws {
        let scratch = try ScratchFolder()
        try installBundled("SmaCross/sma_cross.c", name: "sma-cross", in: scratch.path)
        try installBuilt("sma-cross-swift", in: scratch.path)
        for id in ["sma-cross", "sma-cross-swift"] {
            let folder = scratch.path + "/" + id, request = request("org.rialto." + id)
            for seed in UInt64(0)..<3 {
                var random = SeededGenerator(seed: seed)
                let bars = MarketSketch.randomBars(
                    900, instrument: 0, offset_ns: 0, using: &random)
                let open = try digest(
                    try StrategyInstance(try PluginLibrary(folder: folder), request), bars)
                for limit in [1, 64, 4096] {
                    let walled = try SandboxedStrategy(
                        try PluginFile(folder: folder), request, walls.settings)
                    #expect(try digest(walled, bars, batchLimit: limit) == open, "\(id) \(seed)")
                }
            }
        }
    }

    @Test(arguments: Walls.allCases)
    func `has every layer of the floor, and says which more`(_ walls: Walls) throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma", in: scratch.path)
        let strategy = try SandboxedStrategy(
            try PluginFile(folder: folder), request("org.rialto.sma-cross"), walls.settings)
        let names = strategy.layers.names
        print("sandbox: layers of \(walls.rawValue): \(strategy.layers)")
        #expect(Set(names).isSuperset(of: SandboxLayers.floor.names))
        if walls == .floor { #expect(!names.contains("namespaces")) }
    }

    @Test func `is told of its parameters, instruments and random numbers as in process`() throws {
        let scratch = try ScratchFolder()
        let extra = """
            rialto_value_t value;
            uint64_t number = 0;
            const rialto_instruments_t *known = NULL;
            char text[128];
            services->random(services->host, &number);
            services->instruments(services->host, &known);
            if (services->parameter(services->host, 9, &value) != RIALTO_NOT_FOUND)
                return RIALTO_ERROR;
            int size = snprintf(text, sizeof text, "%lu %.*s %ld", number,
                                (int)known->name[0].size, known->name[0].data,
                                known->price_step[0]);
            services->log(services->host, RIALTO_LOG_INFO,
                          (rialto_text_t){text, (uint64_t)size});
            """
        let folder = try installSource(
            rogueSource("", extra: extra, top: "#include <stdio.h>"), name: "rogue",
            in: scratch.path)
        let request = InstanceRequest(
            pluginId: "org.rialto.test.rogue", parameters: [], instruments: [sketchCoin()],
            indices: [0], seed: 42)
        let open = try StrategyInstance(try PluginLibrary(folder: folder), request)
        let walled = try SandboxedStrategy(
            try PluginFile(folder: folder), request, Walls.all.settings)
        #expect(open.logLines.count == 1 && walled.logLines == open.logLines)
    }

    @Test func `is refused with the plugin's own reason`() throws {
        let scratch = try ScratchFolder()
        let folder = try installBundled("SmaCross/sma_cross.c", name: "sma", in: scratch.path)
        let request = InstanceRequest(
            pluginId: "org.rialto.sma-cross", parameters: [("fast", "9"), ("slow", "9")],
            instruments: [sketchCoin()], indices: [0], seed: 1)
        do throws(PluginError) {
            _ = try SandboxedStrategy(
                try PluginFile(folder: folder), request, Walls.all.settings)
            Issue.record("it was created")
        } catch { #expect(error.reason.contains("fast is not below slow")) }
    }
}

@Suite struct `A host that is no root` {
    @Test func `has every layer that a root host has`() throws {
        let program =
            URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().path + "/rialto"
        let asNobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        // Somebody else cannot read a checkout in root's home, and nobody becomes another user.
        guard geteuid() == 0, try runProgram(asNobody + [program, "--help"]).status == 0 else {
            return print("skipped: this is no root, or its checkout is closed to others")
        }
        let own = try runProgram([program, "doctor", "--json"])
        let nobody = try runProgram(asNobody + [program, "doctor", "--json"])
        #expect(nobody.status == 0)
        #expect(nobody.output == own.output)
    }
}
