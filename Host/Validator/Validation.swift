import Dispatch
import RialtoPluginHost
import RialtoText
import Synchronization

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
    package static let version = "0.3.0"
    /// Most nanoseconds that loading may take.
    static let loadingMax_ns: Int64 = 100_000_000

    /// Makes every check of the library at `path`.
    ///
    /// - Parameters:
    ///   - excluded: Numbers of checks that are left out; each leaves a trace in the results.
    ///   - scope: What the checks are given beside the library.
    ///   - settings: Limits of one check.
    /// - Throws: ``HouseMessage`` when the file cannot be read.
    package init(
        path: String, without excluded: Set<Int> = [], scope: Scope = Scope(),
        settings: WorkerSettings
    ) throws(HouseMessage) {
        let bytes = try TextFile.read(path, limit: Self.sizeMax)
        let run = CheckRun(
            bytes: bytes, home: Self.folder(of: path), manifest: Self.manifest(path),
            scope: try Given(scope),
            settings: settings)
        file = path
        digest = SHA256.hex(bytes)
        note = try? ELFNote.read(bytes)
        results = Self.made { check in
            excluded.contains(check.number)
                ? .skipped("excluded by name") : run.outcome(check)
        }
    }

    /// Makes the checks side by side, two at a time; those that take the time of the clock alone.
    private static func made(_ outcome: @Sendable (Check) -> Outcome) -> [Result] {
        let all = Check.all, alone: Set<Int> = [12]
        let outcomes = Mutex<[Int: Outcome]>([:]), next = Atomic<Int>(0)
        for check in all where alone.contains(check.number) {
            let one = outcome(check)
            outcomes.withLock { $0[check.number] = one }
        }
        let others = all.filter { !alone.contains($0.number) }
        DispatchQueue.concurrentPerform(iterations: lanes) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < others.count else { return }
                let one = outcome(others[index])
                outcomes.withLock { $0[others[index].number] = one }
            }
        }
        let found = outcomes.withLock { $0 }
        return all.compactMap { check in
            found[check.number].map { Result(check: check, outcome: $0) }
        }
    }

    /// Checks that are made at one time.
    private static let lanes = 2

    /// Largest library that is looked at, in bytes.
    package static let sizeMax = 256 << 20

    /// The manifest beside a library, if it is about that library.
    private static func manifest(_ path: String) -> Manifest? {
        guard let manifest = try? Manifest.read(folder: folder(of: path)),
            manifest.file == path.split(separator: "/").last.map(String.init)
        else { return nil }
        return manifest
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
