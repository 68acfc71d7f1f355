import RialtoPluginHost
import RialtoText

/// All checks of one library. Nothing of the library runs in this process: each check that runs
/// its code has a process of its own, behind a worker's walls and with a limit of time.
package struct Validation: Sendable {
    /// One check and what it came to.
    package struct Result: Sendable {
        package let check: Check
        package let outcome: Outcome
    }

    package let file: String
    /// SHA-256 of the library.
    package let digest: String
    /// Of the note; nil when it cannot be read.
    package let note: PluginNote?
    package let results: [Result]

    /// Whether no check failed.
    package var hasPassed: Bool { count("fail") == 0 }

    /// How many came to `word`: `pass`, `fail` or `skip`.
    package func count(_ word: String) -> Int { results.count { $0.outcome.word == word } }

    /// Version of the checks: it rises when one is added or becomes stricter.
    package static let version = "0.2.0"
    /// Most nanoseconds that loading may take.
    static let loadingMax_ns: Int64 = 100_000_000

    /// Makes every check of the library at `path`.
    ///
    /// - Parameters:
    ///   - excluded: Numbers of checks that are left out; each leaves a trace in the results.
    ///   - generated: What the check of generated calls is given.
    ///   - settings: Limits of one check.
    /// - Throws: ``HouseMessage`` when the file cannot be read.
    package init(
        path: String, without excluded: Set<Int> = [], generated: GeneratedCalls = .standard,
        settings: WorkerSettings
    ) throws(HouseMessage) {
        let bytes = try TextFile.read(path, limit: Self.sizeMax)
        let run = Run(
            bytes: bytes, home: Self.folder(of: path), manifest: Self.manifest(path),
            generated: generated, settings: settings)
        file = path
        digest = SHA256.hex(bytes)
        note = try? ELFNote.read(bytes)
        results = Check.all.map { check in
            Result(
                check: check,
                outcome: excluded.contains(check.number)
                    ? .skipped("excluded by name") : run.outcome(check))
        }
    }

    /// Largest library that is looked at, in bytes.
    static let sizeMax = 256 << 20

    /// The manifest beside a library, if it is about that library.
    private static func manifest(_ path: String) -> Manifest? {
        guard let manifest = try? Manifest.read(folder: folder(of: path)),
            manifest.file == path.split(separator: "/").last.map(String.init)
        else { return nil }
        return manifest
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Which calls the check V46 generates.
package struct GeneratedCalls: Sendable, Equatable {
    /// Of the calls: the same seed gives the same calls.
    package let seed: UInt64
    /// How many, of each plugin of the library.
    package let count: UInt64

    package init(seed: UInt64, count: UInt64) {
        self.seed = seed
        self.count = count
    }

    /// Those of a certificate, unless others are asked for.
    package static let standard = GeneratedCalls(seed: 1, count: 2000)

    /// Processor time that they may take beyond that of another check, in nanoseconds.
    var time_ns: Int64 { Int64(clamping: count) &* 2_000_000 }
}

/// The checks of one library, made one at a time.
private struct Run {
    private let fileChecks: Swift.Result<StaticChecks, ImageError>
    private let probe: PluginProbe
    private let generated: GeneratedCalls

    init(
        bytes: [UInt8], home: String, manifest: Manifest?, generated: GeneratedCalls,
        settings: WorkerSettings
    ) {
        self.generated = generated
        probe = PluginProbe(library: bytes, home: home, settings: settings)
        do throws(ImageError) {
            fileChecks = .success(try StaticChecks(bytes, manifest: manifest))
        } catch { fileChecks = .failure(error) }
    }

    /// Why a check cannot hold for an interpreter, by number.
    private static let notOfInterpreters = [
        12: "it starts an interpreter and imports its modules, which takes its time",
        27: "an interpreter takes memory for every value",
    ]

    private var isPython: Bool {
        if case .success(let checks) = fileChecks { checks.isPython } else { false }
    }

    func outcome(_ check: Check) -> Outcome {
        if isPython, let reason = Self.notOfInterpreters[check.number] { return .skipped(reason) }
        switch (check.stage, check.number) {
        case (.file, let number): return ofFile(number)
        case (_, 11): return Outcome(probe.loading().answer)
        case (_, 12): return loadingTime()
        case (.replay, let number): return sameTwice(number)
        case (_, 46):
            return Outcome(
                probe.ask(
                    46, given: [generated.seed, generated.count], more_ns: generated.time_ns))
        case (_, let number): return Outcome(probe.ask(UInt32(number)))
        }
    }

    private func ofFile(_ number: Int) -> Outcome {
        switch fileChecks {
        case .failure(let error):
            return number == 1 ? .failed(error.reason) : .skipped("it cannot be read, see V01")
        case .success(let checks):
            do throws(ImageError) {
                return try checks.outcome(number) ?? .skipped("there is no such check")
            } catch { return .failed(error.reason) }
        }
    }

    /// The best of three: a busy machine is no fault of the plugin.
    private func loadingTime() -> Outcome {
        var best = Int64.max
        for _ in 0..<3 {
            let (answer, time_ns) = probe.loading()
            guard case .pass = answer else { return .skipped("it could not be loaded, see V11") }
            best = min(best, time_ns)
            if best <= Validation.loadingMax_ns { break }
        }
        let text = "\(best / 1_000_000) ms"
        return best <= Validation.loadingMax_ns
            ? .passed(text)
            : .failed("\(text), allowed are \(Validation.loadingMax_ns / 1_000_000)")
    }

    /// The same replay in two processes, each with its own memory.
    private func sameTwice(_ number: Int) -> Outcome {
        let first = probe.ask(UInt32(number))
        guard case .pass(let one) = first else { return Outcome(first) }
        guard case .pass(let two) = probe.ask(UInt32(number)) else {
            return .failed("it answered \(one), and failed in a second process")
        }
        return one == two ? .passed(one) : .failed("\(one); in a second process \(two)")
    }
}

extension Outcome {
    init(_ answer: PluginProbe.Answer) {
        switch answer {
        case .pass(let text): self = .passed(text)
        case .fail(let text): self = .failed(text)
        case .skip(let text): self = .skipped(text)
        }
    }
}
