import RialtoPluginHost
import RialtoText

/// The checks of one library, made one at a time on each thread.
struct CheckRun: Sendable {
    private let fileChecks: Swift.Result<StaticChecks, ImageError>
    private let probe: PluginProbe
    private let given: Given
    private let settings: WorkerSettings
    private let digest: String

    init(
        bytes: [UInt8], home: String, manifest: Manifest?, scope: Given, settings: WorkerSettings
    ) {
        given = scope
        self.settings = settings
        digest = SHA256.hex(bytes)
        probe = PluginProbe(library: bytes, home: home, settings: settings)
        do throws(ImageError) {
            fileChecks = .success(try StaticChecks(bytes, manifest: manifest))
        } catch { fileChecks = .failure(error) }
    }

    /// Why a check cannot hold for an interpreter, by number.
    private static let notOfInterpreters = [
        12: "it starts an interpreter and imports its modules, which takes its time",
        26: "an interpreter has a process of its own, with one thread",
        27: "an interpreter takes memory for every value",
    ]

    private var isPython: Bool {
        if case .success(let checks) = fileChecks { checks.isPython } else { false }
    }

    func outcome(_ check: Check) -> Outcome {
        if isPython, let reason = Self.notOfInterpreters[check.number] { return .skipped(reason) }
        switch (check.stage, check.number) {
        case (_, 10): return rebuilt()
        case (.file, let number): return ofFile(number)
        case (_, 11): return Outcome(probe.loading().answer)
        case (_, 12): return loadingTime()
        case (_, 26): return Outcome(probe.ask(26, letsThreads: true))
        case (_, 34): return soak()
        case (_, 37): return stopped()
        case (_, 43): return former()
        case (.replay, let number): return sameTwice(number)
        case (_, 46):
            let calls = given.generated
            return Outcome(
                probe.ask(46, given: [calls.seed, calls.count], more_ns: calls.time_ns))
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

    private func rebuilt() -> Outcome {
        guard let other = given.rebuilt else {
            return .skipped("no second build was given: --rebuilt FILE")
        }
        return other == digest
            ? .passed("a second build has the same SHA-256")
            : .failed("its SHA-256 is \(digest), of the second build \(other)")
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

    // MARK: Time and memory

    /// Time groups are read in rounds of 1,200; each costs processor time, which is what counts.
    private func soak() -> Outcome {
        let began_ns = PluginProbe.now_ns()
        let end_ns = began_ns + Int64(given.soak_minutes) * 60_000_000_000
        let soak = probe.soak(34, warm: Self.roundsWarm) { rounds in
            rounds < Self.roundsMin
                || (given.soak_minutes > 0 && PluginProbe.now_ns() < end_ns)
        }
        guard case .pass = soak.answer else { return Outcome(soak.answer) }
        let sorted = soak.rounds_ns.sorted(), median = sorted[sorted.count / 2]
        guard median <= Self.roundMax_ns else {
            return .failed(
                "1200 time groups take \(median / 1_000_000) ms, allowed are "
                    + "\(Self.roundMax_ns / 1_000_000)")
        }
        guard soak.growth <= Self.growthMax else {
            return .failed(
                "its process grew by \(soak.growth >> 10) KiB in "
                    + "\(sorted.count - Self.roundsWarm) rounds of 1200 time groups")
        }
        return .passed(
            given.soak_minutes > 0
                ? "nothing grew in \(given.soak_minutes) min" : "nothing grew in a long run")
    }

    private static let roundsWarm = 12, roundsMin = 36
    /// A tenth of what a worker may take for one batch.
    private static let roundMax_ns: Int64 = 200_000_000
    /// Pages that are touched for the first time, late.
    private static let growthMax = 4 << 20

    // MARK: State

    /// What one process saved, in another.
    private func stopped() -> Outcome {
        switch probe.handOver() {
        case .none(let answer): return Outcome(answer)
        case .words(let words): return Outcome(probe.ask(37, given: words))
        }
    }

    private func former() -> Outcome {
        guard !given.previous.isEmpty else {
            return .skipped("no former library was given: --previous FILE")
        }
        var found: [String] = []
        for one in given.previous {
            let former = PluginProbe(library: one.bytes, home: one.home, settings: settings)
            switch former.handOver() {
            case .none(.fail(let text)):
                return .skipped("\(one.path) could not be driven: \(text)")
            case .none(let answer): found.append("\(one.path): \(Outcome(answer).finding)")
            case .words(let words):
                let outcome = Outcome(probe.ask(43, given: words))
                guard case .passed(let text) = outcome else {
                    return .failed("\(one.path): \(outcome.finding)")
                }
                found.append("\(one.path): \(text)")
            }
        }
        return .passed(found.joined(separator: ", "))
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
