import CWorker
import Glibc

/// Tries a library out in processes of its own, behind the walls of a worker: one question, one
/// process, so that a bad plugin costs only that question.
package struct PluginProbe: Sendable {
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
        // Checks run beside builds and other checks: who waits for a processor is not silent.
        settings.patience_ns = 25_000_000_000
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
    ///   - letsThreads: Whether the process may have threads.
    package func ask(
        _ number: UInt32, given: [UInt64] = [], more_ns: Int64 = 0, letsThreads: Bool = false
    ) -> Answer {
        do throws(Refusal) {
            let worker = try loaded(for: number, more_ns, letsThreads)
            return Self.ask(worker, number, given)
        } catch { return error.answer }
    }

    /// Why there is nobody to be asked.
    private struct Refusal: Error {
        let answer: Answer
    }

    /// A process that has loaded the library.
    private func loaded(
        for number: UInt32, _ more_ns: Int64 = 0, _ letsThreads: Bool = false
    ) throws(Refusal) -> WorkerProcess {
        switch start(more_ns, letsThreads) {
        case .failure(let fault): throw Refusal(answer: .fail(fault.reason))
        case .success(let worker):
            let answer: Answer
            do throws(WorkerFault) { answer = try Self.said(worker, Self.load) } catch {
                // What it did while it was loaded is what this check is about.
                if number == Self.surroundings, case .systemCall = error {
                    throw Refusal(answer: .fail(error.reason))
                }
                throw Refusal(answer: Self.notLoaded)
            }
            if case .fail = answer { throw Refusal(answer: Self.notLoaded) }
            return worker
        }
    }

    // MARK: State for another process

    /// What a library's instances saved when they were stopped, for a process that loads it.
    package enum HandOver {
        case words([UInt64])
        /// There is none: why.
        case none(Answer)
    }

    /// Drives all plugins of the library, stops them in between and hands out what they saved.
    package func handOver() -> HandOver {
        do throws(Refusal) {
            let worker = try loaded(for: Self.handOut)
            let answer = Self.ask(worker, Self.handOut)
            guard case .pass = answer else { return .none(answer) }
            return Self.fetched(worker)
        } catch { return .none(error.answer) }
    }

    private static func fetched(_ worker: WorkerProcess) -> HandOver {
        let size = Int(clamping: worker.answer.pointee.state_size)
        guard size <= handOverMax else { return .none(.fail("it hands out \(size) bytes")) }
        var bytes: [UInt8] = []
        while bytes.count < size {
            let part: [UInt8]
            do throws(WorkerFault) {
                try worker.ask(fetch, UInt64(bytes.count))
                part = worker.saidText(Int(worker.answer.pointee.consumed))
            } catch { return .none(.fail(error.reason)) }
            guard !part.isEmpty else { return .none(.fail("it hands out less than it says")) }
            bytes += part
        }
        return .words(
            stride(from: 0, to: size & ~7, by: 8).map { start in
                (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
            })
    }

    private static let handOut: UInt32 = 1001
    private static let fetch: UInt32 = 1002
    /// Most bytes that are handed over: what fits into the window.
    private static let handOverMax = 16 << 20

    // MARK: A long run

    /// What a long run took.
    package struct Soak {
        /// Of the last question: the first that did not pass, if there was one.
        package let answer: Answer
        /// Processor time of each round, in nanoseconds.
        package let rounds_ns: [Int64]
        /// By how many bytes the process grew since it was warm.
        package let growth: Int
    }

    /// Has instances read one replay after the other in one process.
    ///
    /// - Parameters:
    ///   - number: Of the check.
    ///   - warm: Rounds before growth counts.
    ///   - goesOn: Told how many rounds there were: whether another is to come.
    package func soak(
        _ number: UInt32, warm: Int, while goesOn: (_ rounds: Int) -> Bool
    ) -> Soak {
        var rounds_ns: [Int64] = [], first = 0, answer = Answer.skip("it was not begun")
        do throws(Refusal) {
            let worker = try loaded(for: number)
            while goesOn(rounds_ns.count) {
                let began = worker.time_ns
                answer = Self.ask(worker, number)
                guard case .pass = answer else { break }
                rounds_ns.append(worker.time_ns - began)
                if rounds_ns.count == warm { first = worker.residentBytes }
            }
            let growth = rounds_ns.count > warm ? worker.residentBytes - first : 0
            return Soak(answer: answer, rounds_ns: rounds_ns, growth: growth)
        } catch { return Soak(answer: error.answer, rounds_ns: [], growth: 0) }
    }

    private static let notLoaded = Answer.skip("it could not be loaded, see V11")
    /// The check of what loading changes.
    private static let surroundings: UInt32 = 13

    private func started() -> Answer {
        if case .failure(let fault) = start() { return .fail(fault.reason) }
        return .fail("its process could not be started")
    }

    private func start(
        _ more_ns: Int64 = 0, _ letsThreads: Bool = false
    ) -> Result<WorkerProcess, WorkerFault> {
        var settings = settings
        settings.deadline_ns += more_ns
        do throws(WorkerFault) {
            let worker = try WorkerProcess(
                LibraryCode(bytes: library, comesWith: comesWith), settings,
                more: letsThreads ? ["--threads"] : [])
            try worker.begin()
            return .success(worker)
        } catch { return .failure(error) }
    }

    /// A check may say what it is about to do: that is told with its end.
    private static func ask(
        _ worker: WorkerProcess, _ number: UInt32, _ given: [UInt64] = []
    ) -> Answer {
        do throws(WorkerFault) { return try said(worker, number, given) } catch {
            let doing = worker.answer.pointee.error.message
            return .fail(doing.isEmpty ? error.reason : "\(doing): \(error.reason)")
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

    /// Nanoseconds of a clock that never falls.
    package static func now_ns() -> Int64 {
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
