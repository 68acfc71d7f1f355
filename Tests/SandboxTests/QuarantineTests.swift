import Foundation
import Glibc
import RialtoEngine
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Synchronization
import Testing

/// What a run's quarantine was told.
private final class Notes: Sendable {
    private let seen = Mutex<[CountedCrash]>([])
    var crashes: [CountedCrash] { seen.withLock { $0 } }
    func add(_ crash: CountedCrash) { seen.withLock { $0.append(crash) } }
}

private let top = "#include <sys/socket.h>\n#include <unistd.h>\nstatic int batches;"

/// Runs a plugin made from C until it is ended or the data are.
private func counted(
    _ body: String, adjust: (inout WorkerSettings) -> Void = { _ in },
    before: @escaping (_ batch: Int, SandboxedStrategy) -> Void = { _, _ in }
) throws -> (crashes: [CountedCrash], digest: String, failure: String) {
    let scratch = try ScratchFolder(), notes = Notes()
    let folder = try installSource(
        rogueSource(body, top: top), name: "rogue", in: scratch.path)
    var settings = Walls.all.settings
    settings.crashes = CrashShelf(scratch.path + "/crashes")
    settings.quarantine = QuarantineWatch(known: []) { notes.add($0) }
    adjust(&settings)
    let file = try PluginFile(folder: folder)
    let strategy = try SandboxedStrategy(file, request(), settings)
    try go(strategy, before)
    let names = CrashShelf(scratch.path + "/crashes").names
    #expect(notes.crashes.allSatisfy { names.contains($0.record) })
    return (notes.crashes, file.manifest.digest, strategy.failure)
}

private func request() -> InstanceRequest {
    InstanceRequest(
        pluginId: "org.rialto.test.rogue", parameters: [], instruments: [sketchCoin()],
        indices: [0], seed: 7, instance: "mine")
}

private func go(
    _ strategy: SandboxedStrategy, _ before: @escaping (_ batch: Int, SandboxedStrategy) -> Void
) throws {
    var random = SeededGenerator(seed: 1)
    let port = strategy.port
    var batches = 0
    let watched = StrategyPort(
        kinds: port.kinds, isOpenLoop: port.isOpenLoop, historyRows: port.historyRows,
        onBatch: { batch, sink in
            batches += 1
            before(batches, strategy)
            return port.onBatch(batch, &sink)
        })
    var run = SketchRun(
        market: MarketSketch(
            bars: MarketSketch.randomBars(900, instrument: 0, offset_ns: 0, using: &random)))
    run.batchLimit = 8
    run.accounts = [run.account([watched])]
    _ = try run.execute()
}

@Suite(.serialized) struct `A crash that counts` {
    @Test func `is one of the plugin's own making, known by package, signal and place`() throws {
        let found = try counted("if (++batches == 9) *(volatile int *)8 = 1;")
        #expect(found.crashes.count == 2, "the plugin and its replacement: \(found.failure)")
        let prints = Set(found.crashes.map(\.fingerprint))
        let first = try #require(prints.first)
        #expect(prints.count == 1 && first.digest == found.digest && first.cause == "SIGSEGV")
        #expect(first.place.hasPrefix("offset 0x"))
        #expect(found.crashes.allSatisfy { !$0.isViolation && $0.instance == "mine" })
    }

    @Test(arguments: [
        ("socket(2, 1, 0);", "system call socket", true), ("_exit(3);", "exit 3", false),
        ("(void)__builtin_ia32_rdtsc();", "time-stamp counter", false),
        ("abort();", "SIGABRT", false),
    ])
    func `is a violation where it asks for what it may not have`(
        _ body: String, _ cause: String, _ isViolation: Bool
    ) throws {
        let found = try counted(body)
        let first = try #require(found.crashes.first, "\(found.failure)")
        #expect(first.fingerprint.cause == cause && first.isViolation == isViolation)
    }

    @Test(arguments: [SIGKILL, SIGSEGV, SIGSTOP, SIGABRT, SIGTERM])
    func `is none that somebody else brought about by a signal`(_ signal: Int32) throws {
        let found = try counted(
            "",
            before: { batch, strategy in
                if batch % 20 == 1 { strategy.target.send(signal) }
            })
        #expect(found.crashes == [] && found.failure == "")
    }

    @Test func `is none where a plugin was stopped at a deadline, or said nothing`() throws {
        let slow = try counted(
            "if (++batches == 9) for (volatile int i = 0;; i++) {}",
            adjust: { $0.deadline_ns = 50_000_000 })
        #expect(slow.failure.contains("computed for more than") && slow.crashes == [])
    }

    @Test func `is none where a worker could not be started`() throws {
        let scratch = try ScratchFolder(), notes = Notes()
        let folder = try installSource(rogueSource(""), name: "rogue", in: scratch.path)
        var settings = Walls.all.settings
        settings.launcher = "/no/worker/here"
        settings.quarantine = QuarantineWatch(known: []) { notes.add($0) }
        #expect(throws: PluginError.self) {
            try SandboxedStrategy(try PluginFile(folder: folder), request(), settings)
        }
        #expect(notes.crashes == [])
    }
}

@Suite struct `A plugin in quarantine` {
    @Test(arguments: [false, true])
    func `is refused before a worker or a library of it is started`(isGranted: Bool) throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(rogueSource(""), name: "rogue", in: scratch.path)
        let manifest = try PluginFile(folder: folder).manifest
        var settings = Walls.all.settings
        // Whoever starts one is found out.
        settings.launcher = "/no/worker/here"
        let entry = Quarantined(
            digest: manifest.digest, since_ns: 1_700_000_000_000_000_000, reason: "it crashed",
            instance: "one", run: "mine", record: "r1")
        settings.quarantine = QuarantineWatch(known: [entry]) { _ in }
        var shelf = PluginShelf(
            PluginFolders(paths: [scratch.path]),
            tier: .sandboxed(settings, granted: isGranted ? [manifest.sha256] : []))
        do throws(PluginError) {
            _ = try shelf.strategy(request())
            Issue.record("it was made")
        } catch {
            #expect(error.cause == .quarantined(entry))
            #expect(error.reason.contains("2023-11-14") && error.reason.contains("it crashed"))
            #expect(error.help.contains("rialto plugin release \(manifest.digest)"))
            #expect(error.help.contains("rialto plugin replay r1"))
            #expect(error.details.map(\.value).contains(manifest.digest))
        }
    }

    @Test func `is known by all its files, so that a mended one is another`() throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(rogueSource(""), name: "rogue", in: scratch.path)
        let alone = try PluginFile(folder: folder).manifest
        #expect(alone.digest == alone.sha256)
        var digests: Set<String> = [alone.digest]
        for text in ["one", "two"] {
            try FileManager.default.createDirectory(
                atPath: folder + "/files", withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: folder + "/files/table.txt"))
            try writeManifest(of: folder + "/rogue.so")
            let manifest = try PluginFile(folder: folder).manifest
            #expect(manifest.sha256 == alone.sha256)
            digests.insert(manifest.digest)
        }
        #expect(digests.count == 3)
    }
}
