import CWorker
import Glibc

/// Tries a library out in processes of its own, behind the walls of a worker: one question, one
/// process, so that a bad plugin costs only that question.
package struct PluginProbe {
    /// What a question came to, with one line of what was found.
    package enum Answer: Equatable, Sendable {
        case pass(String)
        case fail(String)
        case skip(String)
    }

    private let library: [UInt8]
    private let comesWith: PluginPackage
    private let settings: WorkerSettings
    /// Number of the question that loads the library; see `Host/Probe/probe.h`.
    private static let load: UInt32 = 1000

    /// - Parameters:
    ///   - settings: Limits of one question; its launcher is `rialto-probe`.
    ///   - home: Folder of the library, with what comes with it.
    package init(library: [UInt8], home: String, settings: WorkerSettings) {
        self.library = library
        comesWith = PluginPackage(of: library, home: home)
        self.settings = settings
    }

    /// Settings of a validation: 5 s of processor time a question, and 512 MiB.
    ///
    /// - Throws: ``WorkerFault/notStarted(_:)`` when there is no `rialto-probe` beside the program.
    package static func standardSettings() throws(WorkerFault) -> WorkerSettings {
        var settings = WorkerSettings()
        settings.deadline_ns = 5_000_000_000
        settings.memoryMax = 512 << 20
        settings.launcher = try settings.sibling("rialto-probe", variable: "RIALTO_PROBE")
        return settings
    }

    /// Loads the library.
    ///
    /// - Returns: The answer, and how long loading took in nanoseconds of the wall clock.
    package func loading() -> (answer: Answer, time_ns: Int64) {
        guard case .success(let worker) = start() else { return (started(), 0) }
        let began = Self.now_ns()
        let answer = Self.ask(worker, Self.load)
        return (answer, Self.now_ns() - began)
    }

    /// Loads the library in a new process and asks check `number` of it.
    ///
    /// - Parameters:
    ///   - given: What the check is given, word by word; empty for most.
    ///   - more_ns: Processor time that it may take beyond that of other checks.
    package func ask(_ number: UInt32, given: [UInt64] = [], more_ns: Int64 = 0) -> Answer {
        switch start(more_ns) {
        case .failure(let fault): return .fail(fault.reason)
        case .success(let worker):
            do throws(WorkerFault) {
                if case .fail = try Self.said(worker, Self.load) { return Self.notLoaded }
            } catch {
                // What it did while it was loaded is what this check is about.
                if number == Self.surroundings, case .systemCall = error {
                    return .fail(error.reason)
                }
                return Self.notLoaded
            }
            return Self.ask(worker, number, given)
        }
    }

    private static let notLoaded = Answer.skip("it could not be loaded, see V11")
    /// The check of what loading changes.
    private static let surroundings: UInt32 = 13

    private func started() -> Answer {
        if case .failure(let fault) = start() { return .fail(fault.reason) }
        return .fail("its process could not be started")
    }

    private func start(_ more_ns: Int64 = 0) -> Result<WorkerProcess, WorkerFault> {
        var settings = settings
        settings.deadline_ns += more_ns
        do throws(WorkerFault) {
            let worker = try WorkerProcess(
                LibraryCode(bytes: library, comesWith: comesWith), settings)
            try worker.begin()
            return .success(worker)
        } catch { return .failure(error) }
    }

    /// A check that is given something says what it is about to do: that is told with its end.
    private static func ask(
        _ worker: WorkerProcess, _ number: UInt32, _ given: [UInt64] = []
    ) -> Answer {
        do throws(WorkerFault) { return try said(worker, number, given) } catch {
            let doing = given.isEmpty ? "" : worker.answer.pointee.error.message + ": "
            return .fail(doing + error.reason)
        }
    }

    private static func said(
        _ worker: WorkerProcess, _ number: UInt32, _ given: [UInt64] = []
    ) throws(WorkerFault) -> Answer {
        worker.window.reset()
        let place = given.withUnsafeBytes { bytes in
            bytes.baseAddress.map { worker.window.place($0, bytes.count) } ?? 0
        }
        try worker.ask(number, place)
        let text = worker.answer.pointee.error.message
        switch worker.answer.pointee.result {
        case 0: return .pass(text)
        case 2: return .skip(text)
        default: return .fail(text)
        }
    }

    private static func now_ns() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Libraries that a plugin may ask for: those that a worker has beside the package's own.
package enum PlatformLibraries {
    /// Sonames, with the runtimes of C, C++ and Swift.
    package static let names: Set<String> = [
        "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "ld-linux-x86-64.so.2",
        "ld-linux-aarch64.so.1", "libswiftCore.so", "libswift_Concurrency.so",
        "libswift_StringProcessing.so", "libswift_RegexParser.so", "libswiftGlibc.so",
        "libswiftSynchronization.so", "libswift_Builtin_float.so",
    ]

    /// Whether a worker has a library of this name; interpreters have theirs beside the others.
    package static func has(_ name: String, isPython: Bool) -> Bool {
        names.contains(name) || (isPython && RuntimeLibraries.pythonVersion(of: name) != nil)
    }
}
