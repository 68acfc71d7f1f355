import Foundation
import RialtoBacktest
import RialtoEngine
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// How workers are walled in: with all that this system has, and with the floor alone.
enum Walls: String, CaseIterable, Sendable {
    case all, floor

    var settings: WorkerSettings {
        var settings = WorkerSettings()
        settings.usesNamespaces = self == .all
        settings.deadline_ns = 200_000_000
        settings.memoryMax = 256 << 20
        return settings
    }
}

/// What became of a hostile plugin and of the honest one beside it.
private struct Encounter {
    let failure: String
    let notes: [String]
    /// Fills of the honest account.
    let honestFills: [[Int64]]
}

/// Secrets that nobody may carry out: in a file, in the environment and in memory.
private final class Canary {
    static let text = "canary-4f1d9c-do-not-carry-out"
    let folder: ScratchFolder
    let memory: UnsafeMutablePointer<CChar>

    init() throws {
        folder = try ScratchFolder()
        try folder.write(Self.text, to: "canary")
        memory = strdup(Self.text)
        setenv("RIALTO_CANARY", Self.text, 1)
    }

    deinit { free(memory) }

    /// C that names where the secrets lie.
    var places: String {
        """
        #include <unistd.h>
        #define CANARY_FILE "\(folder.path)/canary"
        #define CANARY_PLACE \(UInt(bitPattern: memory))ul
        #define CANARY_PROCESS \(getpid())
        """
    }
}

private func install(_ deed: HostileDeed, _ top: String, in folder: String) throws -> String {
    try installSource(
        rogueSource(deed.body, top: top + "\n" + deed.top), name: "rogue", in: folder)
}

private func request(_ id: String) -> InstanceRequest {
    InstanceRequest(
        pluginId: id, parameters: [], instruments: [sketchCoin()], indices: [0], seed: 1)
}

/// Runs a hostile plugin on one account and an honest one, sandboxed too, on another.
private func meet(_ folder: String, _ walls: Walls, honest: String) throws -> Encounter {
    var random = SeededGenerator(seed: 5)
    let bars = MarketSketch.randomBars(400, instrument: 0, offset_ns: 0, using: &random)
    let rogue = try SandboxedStrategy(
        try PluginFile(folder: folder), request("org.rialto.test.rogue"), walls.settings)
    return try meet(rogue, bars, walls, honest)
}

private func meet(
    _ rogue: any RunningStrategy, _ bars: [SketchBar], _ walls: Walls, _ honest: String
) throws -> Encounter {
    let other = try SandboxedStrategy(
        try PluginFile(folder: honest),
        InstanceRequest(
            pluginId: "org.rialto.sma-cross", parameters: [("fast", "3"), ("slow", "8")],
            instruments: [sketchCoin()], indices: [0], seed: 1), walls.settings)
    var run = SketchRun(market: MarketSketch(bars: bars))
    run.batchLimit = 64
    run.accounts = [
        run.account([rogue.port], id: "rogue"), run.account([other.port], id: "honest"),
    ]
    let outcome = try run.execute()
    // What the engine finds wrong with an answer it says in the record.
    let hasBrokenRule = outcome.of(.event).contains { $0[1] == 0 && $0[3] == 3 }
    return Encounter(
        failure: rogue.failure.isEmpty && hasBrokenRule ? "broke a rule" : rogue.failure,
        notes: outcome.texts.map(\.text),
        honestFills: outcome.of(.fill).filter { $0[4] == 1 }.map { [$0[0], $0[7], $0[8]] })
}

/// Fills of the honest account without a hostile one beside it.
private func undisturbed(_ honest: String) throws -> [[Int64]] {
    let scratch = try ScratchFolder()
    let idle = try installSource(rogueSource(""), name: "rogue", in: scratch.path)
    return try meet(idle, .all, honest: honest).honestFills
}

@Suite(.serialized) struct `A hostile plugin` {
    @Test(arguments: Walls.allCases)
    func `costs only itself, and the cause is named`(_ walls: Walls) throws {
        let scratch = try ScratchFolder()
        let honest = try installBundled("SmaCross/sma_cross.c", name: "sma", in: scratch.path)
        let expected = try undisturbed(honest)
        #expect(expected.count > 20)
        for (index, deed) in hostileDeeds.enumerated() {
            let folder = try install(deed, "", in: scratch.path + "/\(index)")
            let met = try meet(folder, walls, honest: honest)
            #expect(!met.failure.isEmpty, "\(deed.name)")
            for word in deed.causeHere {
                #expect(met.failure.contains(word), "\(deed.name): \(met.failure)")
            }
            #expect(met.honestFills == expected, "\(deed.name)")
        }
    }

    @Test(arguments: Walls.allCases)
    func `carries nothing out that it could read without walls`(_ walls: Walls) throws {
        let scratch = try ScratchFolder(), canary = try Canary()
        let honest = try installBundled("SmaCross/sma_cross.c", name: "sma", in: scratch.path)
        for (index, deed) in thefts.enumerated() {
            let folder = try install(deed, canary.places, in: scratch.path + "/\(index)")
            let met = try meet(folder, walls, honest: honest)
            #expect(!met.notes.contains { $0.contains("canary-") }, "\(deed.name)")
            for word in deed.causeHere {
                #expect(met.failure.contains(word), "\(deed.name): \(met.failure)")
            }
            // The same plugin in the host's own process finds it: the walls are what holds.
            var random = SeededGenerator(seed: 5)
            let bars = MarketSketch.randomBars(60, instrument: 0, offset_ns: 0, using: &random)
            let open = try StrategyInstance(
                try PluginLibrary(folder: folder), request("org.rialto.test.rogue"))
            let unwalled = try meet(open, bars, walls, honest)
            #expect(unwalled.notes.contains { $0.contains("canary-") }, "\(deed.name)")
        }
        withExtendedLifetime(canary) {}
    }

    @Test(arguments: Walls.allCases)
    func `that hangs while it is loaded is not waited for`(_ walls: Walls) throws {
        let scratch = try ScratchFolder()
        // In this process, which makes the manifest, it lets go.
        setenv("RIALTO_TEST_LETS_GO", "1", 1)
        let top = """
            __attribute__((constructor)) static void hang(void) {
                if (getenv("RIALTO_TEST_LETS_GO") == NULL) for (volatile int i = 0;; i++) {}
            }
            """
        let folder = try installSource(rogueSource("", top: top), name: "rogue", in: scratch.path)
        do throws(PluginError) {
            _ = try SandboxedStrategy(
                try PluginFile(folder: folder), request("org.rialto.test.rogue"), walls.settings)
            Issue.record("it was loaded")
        } catch {
            #expect(error.reason.contains("computed for more than 200 ms"))
        }
    }
}
