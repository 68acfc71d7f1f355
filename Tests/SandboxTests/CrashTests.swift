import Foundation
import RialtoBacktest
import RialtoPluginHost
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// C of a strategy that dies in `inner`, called by `outer`, over its 600th bar.
private func dying(_ deed: String = "*(volatile int *)8 = 1;") -> String {
    rogueSource(
        """
        for (uint32_t row = 0; row < batch->count; row++) {
            rialto_intent_t *intent = put(intents, RIALTO_INTENT_TARGET);
            intent->row = row;
            intent->quantity = outer(batch->bars->close[row]) % 3;
        }
        """,
        top: """
            #include <stdio.h>
            #define APART static __attribute__((noinline))
            static int64_t seen;
            APART int64_t inner(int64_t close) {
                if (++seen == 600) { \(deed) }
                return close / 100;
            }
            APART int64_t outer(int64_t close) {
                const int64_t found = inner(close);
                __asm__ volatile("");
                return found + 1;
            }
            """)
}

private let framed = ["-fno-omit-frame-pointer", "-fno-optimize-sibling-calls"]

/// A crash, as a run leaves it.
private struct Crash {
    let strategy: SandboxedStrategy
    let shelf: CrashShelf
    let folder: String
}

private func crashed(
    _ source: String, in scratch: ScratchFolder, name: String = "dying",
    adjust: (inout WorkerSettings) -> Void = { _ in }
) throws -> Crash {
    let folder = try installSource(source, name: name, in: scratch.path, flags: framed)
    let shelf = CrashShelf(scratch.path + "/crashes")
    var settings = Walls.all.settings
    settings.crashes = shelf
    adjust(&settings)
    let strategy = try SandboxedStrategy(
        try PluginFile(folder: folder),
        InstanceRequest(
            pluginId: "org.rialto.test.rogue", parameters: [], instruments: [sketchCoin()],
            indices: [0], seed: 7, instance: "mine"), settings)
    try go(strategy)
    return Crash(strategy: strategy, shelf: shelf, folder: folder)
}

private func go(_ strategy: SandboxedStrategy) throws {
    var random = SeededGenerator(seed: 1)
    let bars = MarketSketch.randomBars(900, instrument: 0, offset_ns: 0, using: &random)
    var run = SketchRun(market: MarketSketch(bars: bars))
    run.batchLimit = 16
    run.accounts = [run.account([strategy.port])]
    _ = try run.execute()
}

@Suite(.serialized) struct `A crash of a plugin` {
    @Test func `names the function with its offset, and who had called it`() throws {
        let scratch = try ScratchFolder()
        let crash = try crashed(dying(), in: scratch)
        #expect(crash.strategy.failure.contains("SIGSEGV in inner+0x"))
        #expect(crash.strategy.failure.contains("(dying.so at offset 0x"))
        let callers = try #require(crash.strategy.replacements.first).cause.callers
        #expect(callers.prefix(2).map(\.function) == ["outer", "on_batch"], "\(callers)")
        let again = try #require(crash.shelf.list().first)
        #expect(again.callers == callers.map(\.description))
    }

    @Test func `names who had called where the signal is not in the library`() throws {
        let scratch = try ScratchFolder()
        let crash = try crashed(dying("abort();"), in: scratch)
        // What the system's own functions do with frame pointers is theirs.
        #expect(crash.strategy.failure.contains("SIGABRT"), "\(crash.strategy.failure)")
    }

    @Test(arguments: [
        "__asm__ volatile(\"mov $8, %rbp; movl $1, 8\");",
        "__asm__ volatile(\"mov %rsp, %rbp; mov %rsp, (%rsp); movl $1, 8\");",
        "__asm__ volatile(\"lea 4088(%rsp), %rbp; and $-4096, %rbp; or $4088, %rbp; movl $1, 8\");",
        "__asm__ volatile(\"xor %rsp, %rsp; movl $1, 8\");",
        "for (volatile long i = 0;; i++) ((volatile char *)__builtin_frame_address(0))[i] = 0x41;",
    ])
    func `is told of whatever the stack has become`(_ deed: String) throws {
        #if arch(x86_64)
            let scratch = try ScratchFolder()
            let crash = try crashed(dying(deed), in: scratch)
            #expect(crash.strategy.failure.contains("it crashed with SIG"))
            #expect(crash.shelf.list().count >= 1)
        #endif
    }

    @Test func `leaves a record with which it can be told again, to the same end`() throws {
        let scratch = try ScratchFolder()
        let crash = try crashed(dying(), in: scratch)
        let reports = crash.shelf.list()
        #expect(reports.map(\.ended.isEmpty) == [false, true], "ended, and replaced before")
        let report = try #require(reports.first)
        #expect(report.plugin == "org.rialto.test.rogue" && report.instance == "mine")
        #expect(report.seed == 7 && report.signal == "SIGSEGV" && report.lost == "")
        #expect(report.batches > 30 && report.kept == report.batches + 1)
        let tape = try #require(crash.shelf.tape(report.id))
        let library = try #require(crash.shelf.library(report))
        let outcome = try CrashReplay.run(report, tape, library: library, Walls.all.settings)
        #expect(outcome.fault?.reason == report.cause)
        #expect(outcome.answered == report.batches && outcome.equal == report.batches)
        #expect(outcome.told == report.kept)
        #expect(outcome.firstDifference == nil && outcome.step == "on_batch")
    }

    @Test func `has a name by which records are in the order of their times`() {
        var random = SystemRandomNumberGenerator()
        let start: Int64 = 1_795_000_000_000_000_000
        let times = (0..<500).map { _ in
            start + 1_000 * Int64.random(in: 0..<3_000_000, using: &random)
        }.sorted()
        let names = times.enumerated().map {
            CrashShelf.name($0.offset % 2 == 0 ? "org.a.zebra" : "org.b.ant", $0.element)
        }
        #expect(Set(names).count > 490)
        for (index, name) in names.dropFirst().enumerated() where times[index] < times[index + 1] {
            #expect(names[index] < name, "\(times[index]) and \(times[index + 1])")
        }
    }

    @Test func `is not there in a build that mends it, and other answers are counted`() throws {
        let scratch = try ScratchFolder()
        let crash = try crashed(dying(), in: scratch)
        let report = try #require(crash.shelf.list().first)
        let tape = try #require(crash.shelf.tape(report.id))
        func told(_ deed: String) throws -> CrashReplay.Outcome {
            let folder = try installSource(dying(deed), name: "other", in: scratch.path)
            let library = try Data(contentsOf: URL(filePath: folder + "/other.so"))
            return try CrashReplay.run(
                report, tape, library: [UInt8](library), Walls.all.settings)
        }
        let mended = try told("")
        #expect(mended.fault == nil && mended.answered == report.kept)
        #expect(mended.equal == report.batches)
        let other = try told("} if (seen > 100) { close = 12345;")
        #expect(other.fault == nil && (other.firstDifference ?? 0) > 1)
        #expect(other.equal < report.batches)
    }

    @Test func `begins at the last saved state where the plugin keeps one`() throws {
        let scratch = try ScratchFolder()
        let source = dying().replacing(
            "out_needs->need_count",
            with: "table->save = save; table->load = load; out_needs->need_count"
        ).replacing(
            "static rialto_result on_batch",
            with: """
                static rialto_result save(void *self, rialto_state_writer_t *writer) {
                    uint64_t written = 0;
                    (void)self;
                    return writer->write(writer->host, &seen, sizeof seen, &written);
                }
                static rialto_result load(void *self, const rialto_state_reader_t *reader) {
                    uint64_t read = 0;
                    (void)self;
                    return reader->read(reader->host, &seen, sizeof seen, &read);
                }
                static rialto_result on_batch
                """)
        let crash = try crashed(source, in: scratch) { $0.snapshotBatches = 10 }
        let report = try #require(crash.shelf.list().first)
        #expect(report.batches > 30 && report.kept == report.batches % 10 + 1)
        let outcome = try CrashReplay.run(
            report, try #require(crash.shelf.tape(report.id)),
            library: try #require(crash.shelf.library(report)), Walls.all.settings)
        #expect(outcome.fault?.reason == report.cause && outcome.equal == report.kept - 1)
    }

    @Test func `keeps no more than a bounded number of records`() throws {
        let scratch = try ScratchFolder()
        let crash = try crashed(dying(), in: scratch)
        let first = try #require(crash.shelf.names.first)
        let folder = crash.shelf.folder
        for index in 0..<CrashShelf.recordsMax {
            try FileManager.default.copyItem(
                atPath: folder + "/" + first, toPath: folder + "/0-\(1000 + index)")
        }
        try FileManager.default.createDirectory(
            atPath: folder + "/.partial-999999999-x", withIntermediateDirectories: false)
        _ = try crashed(dying("abort();"), in: scratch, name: "second")
        #expect(crash.shelf.names.count == CrashShelf.recordsMax)
        #expect(!crash.shelf.names.contains("0-1000"), "the oldest are gone")
        let all = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!all.contains { $0.hasPrefix(".partial") })
    }

    @Test func `can be read from a record that was damaged, or is refused`() throws {
        let scratch = try ScratchFolder()
        let crash = try crashed(dying(), in: scratch)
        let report = try #require(crash.shelf.list().first)
        let bytes = try #require(crash.shelf.tape(report.id)).bytes
        #expect(CrashTape(bytes)?.bytes == bytes)
        for cut in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 60) {
            #expect(CrashTape(Array(bytes[..<cut])) == nil)
        }
        let library = try #require(crash.shelf.library(report))
        var random = SeededGenerator(seed: 5), read = 0
        for round in 0..<60 {
            var damaged = bytes
            for _ in 0..<3 {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                damaged[at] = UInt8.random(in: 0...255, using: &random)
            }
            // The numbers in front, too.
            damaged[8 + round % 56] ^= UInt8(1 << (round % 8))
            guard let tape = CrashTape(damaged) else { continue }
            read += 1
            _ = try? CrashReplay.run(report, tape, library: library, Walls.all.settings)
        }
        #expect(read > 0)
    }
}

@Suite struct `The symbols of a library` {
    @Test func `name every function that the system's own program names`() throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(dying(), name: "dying", in: scratch.path)
        let path = folder + "/dying.so"
        let symbols = LibrarySymbols([UInt8](try Data(contentsOf: URL(filePath: path))))
        let listed = try runProgram(["nm", "--defined-only", "-S", path])
        #expect(listed.status == 0, "\(listed.output)")
        var seen = 0
        for line in listed.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 4, ["t", "T"].contains(words[2]),
                let start = UInt64(words[0], radix: 16), let size = UInt64(words[1], radix: 16),
                size > 0
            else { continue }
            seen += 1
            #expect(symbols.function(at: start)?.name == String(words[3]))
            #expect(symbols.function(at: start + size - 1)?.start == start)
        }
        #expect(seen >= 4)
        #expect(symbols.function(at: 1 << 40) == nil && symbols.function(at: .max) == nil)
        let stripped = folder + "/stripped.so"
        #expect(try runProgram(["strip", path, "-o", stripped]).status == 0)
        let left = LibrarySymbols([UInt8](try Data(contentsOf: URL(filePath: stripped))))
        #expect(left.function(at: 1 << 40) == nil)
    }

    @Test func `are never read outside of the file, whatever it says`() throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(dying(), name: "dying", in: scratch.path)
        let whole = [UInt8](try Data(contentsOf: URL(filePath: folder + "/dying.so")))
        var random = SeededGenerator(seed: 3), named = 0
        let sections = Int(whole[40]) | Int(whole[41]) << 8
        for round in 0..<3000 {
            var bytes = whole
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<whole.count, using: &random)) }
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                // Mostly in the headers and the table of sections.
                let low = round % 2 == 0 ? 0 : min(sections, bytes.count - 1)
                let high = round % 2 == 0 ? min(63, bytes.count - 1) : bytes.count - 1
                let at = Int.random(in: low...max(low, high), using: &random)
                bytes[at] =
                    [0, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            let found = LibrarySymbols(bytes).function(
                at: UInt64.random(in: 0...0x4000, using: &random))
            guard let found else { continue }
            named += 1
            #expect(found.name.utf8.count <= LibrarySymbols.nameMax)
            #expect(found.name.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
        #expect(named > 10)
        #expect(LibrarySymbols([]).function(at: 0) == nil)
    }
}

@Suite(.serialized) struct `What a plugin writes` {
    private let talking = rogueSource(
        """
        static const char note[] = "in\\tten\\x1bt";
        for (uint32_t row = 0; row < batch->count; row++) {
            if (++seen % 300 != 1) continue;
            printf("printed %d \\033[31m\\n", seen);
            fflush(stdout);
            char text[64];
            const int size = snprintf(text, sizeof text, "logged %d \\xff", seen);
            host->log(host->host, RIALTO_LOG_WARNING, (rialto_text_t){text, (uint64_t)size});
            rialto_intent_t *intent = put(intents, RIALTO_INTENT_LOG);
            intent->row = row;
            intent->reason = RIALTO_LOG_ERROR;
            memcpy(intents->text, note, sizeof note - 1);
            intent->text_size = sizeof note - 1;
            intents->text_count = sizeof note - 1;
        }
        """, extra: "host = services;",
        top: "#include <stdio.h>\nstatic const rialto_services_t *host; static int seen;")

    private func lines(_ path: String) throws -> [VoiceLine] {
        try Data(contentsOf: URL(filePath: path)).split(separator: 0x0A).compactMap {
            PluginJournal.line($0)
        }
    }

    private func request() -> InstanceRequest {
        InstanceRequest(
            pluginId: "org.rialto.test.rogue", parameters: [], instruments: [sketchCoin()],
            indices: [0], seed: 7, instance: "mine")
    }

    @Test func `is kept with times, and can do nothing to a terminal`() throws {
        let scratch = try ScratchFolder()
        let folder = try installSource(talking, name: "talking", in: scratch.path)
        var settings = Walls.all.settings
        let journal = try PluginJournal(scratch.path + "/log.jsonl")
        settings.journal = journal
        let strategy = try SandboxedStrategy(try PluginFile(folder: folder), request(), settings)
        try go(strategy)
        #expect(strategy.failure == "")
        let lines = try lines(journal.path)
        #expect(lines.count { $0.source == .intent && $0.level == 1 } == 3, "\(lines)")
        #expect(lines.count { $0.source == .log && $0.level == 2 } == 3)
        #expect(lines.contains { $0.source == .output && $0.text == "printed 1 ?[31m" })
        #expect(lines.contains { $0.source == .intent && $0.text == "in ten?t" })
        #expect(lines.contains { $0.text == "logged 301 \u{FFFD}" })
        #expect(lines.allSatisfy { $0.instance == "mine" && $0.time_ns > 1_600_000_000 })
        #expect(lines.filter { $0.source == .intent }.allSatisfy { $0.event_ns > 0 })
    }

    @Test func `is the same of a plugin in process, but for what it prints`() throws {
        let scratch = try ScratchFolder()
        let quiet = talking.replacing(" printf(", with: " (void)(").replacing(
            "fflush(stdout);", with: "")
        let folder = try installSource(quiet, name: "quiet", in: scratch.path)
        func texts(_ name: String, isSandboxed: Bool) throws -> [String] {
            var settings = Walls.all.settings
            let journal = try PluginJournal(scratch.path + "/" + name)
            settings.journal = journal
            let file = try PluginFile(folder: folder)
            var shelf = PluginShelf(
                PluginFolders(paths: [scratch.path]),
                tier: .sandboxed(settings, granted: isSandboxed ? [] : [file.manifest.sha256]))
            let made = try shelf.strategy(request())
            #expect(made.instance.isSandboxed == isSandboxed)
            var random = SeededGenerator(seed: 1)
            let bars = MarketSketch.randomBars(900, instrument: 0, offset_ns: 0, using: &random)
            var run = SketchRun(market: MarketSketch(bars: bars))
            run.accounts = [run.account([made.instance.port])]
            _ = try run.execute()
            return try lines(journal.path).map { "\($0.source) \($0.level) \($0.text)" }.sorted()
        }
        let open = try texts("open", isSandboxed: false)
        #expect(open.count == 6)
        #expect(try texts("walled", isSandboxed: true) == open)
    }

    @Test func `is bounded, and what is left out is counted`() throws {
        let scratch = try ScratchFolder()
        let source = rogueSource(
            """
            for (int i = 0; i < 40; i++) {
                host->log(host->host, RIALTO_LOG_INFO, (rialto_text_t){"again and again", 15});
                printf("%070d\\n", i);
            }
            fflush(stdout);
            """, extra: "host = services;",
            top: "#include <stdio.h>\nstatic const rialto_services_t *host;")
        let folder = try installSource(source, name: "loud", in: scratch.path)
        var settings = Walls.all.settings
        let journal = try PluginJournal(scratch.path + "/log.jsonl")
        settings.journal = journal
        let strategy = try SandboxedStrategy(try PluginFile(folder: folder), request(), settings)
        var seconds: Set<Int64> = []
        for _ in 0..<4 { try go(strategy) }
        let lines = try lines(journal.path)
        for line in lines { seconds.insert(line.time_ns / 1_000_000_000) }
        #expect(strategy.failure == "", "a full pipe or log stops no plugin")
        #expect(lines.count >= 1000 && lines.count <= seconds.count * 1001)
    }
}
