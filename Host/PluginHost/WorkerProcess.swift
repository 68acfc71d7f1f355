import CWorker
import Glibc
import Synchronization

/// A sandboxed process that runs one plugin, and the memory shared with it. Use it on one thread at
/// a time; it ends with its owner.
package final class WorkerProcess {
    let settings: WorkerSettings
    /// The worker writes here: nothing of it is believed before it was copied and checked.
    let answer: UnsafeMutablePointer<rialto_answer_t>
    let window: WorkerWindow
    private let ask: UnsafeMutablePointer<rialto_ask_t>
    let pid: pid_t
    /// Refers to the process, and to no other that may come to have its number.
    let process: Int32
    private let lifeline: Int32
    private let output: Int32
    /// Where the system counts what it takes; nil without one.
    private let group: WorkerGroup?
    private var written: [UInt8] = []
    private var heard = 0
    private var hasEnded = false
    private let filesCount: Int
    private let library: LibraryCode

    /// Every worker of a root host is a user of its own.
    private static let users = Atomic<UInt32>(0)
    private static let firstUser: UInt32 = 2_000_000_000

    /// Layers that this system gives a worker, found out by putting them up around nothing.
    package static func layers(_ settings: WorkerSettings) throws(WorkerFault) -> SandboxLayers {
        let none = LibraryCode(name: "", bytes: [])
        let worker = try WorkerProcess(starting: none, settings, ["--probe"], market: nil)
        do throws(WorkerFault) { try worker.wait() } catch {
            guard case .exited(code: RIALTO_WORKER_EXIT_END) = error else { throw error }
        }
        return SandboxLayers(bits: worker.answer.pointee.layers)
    }

    /// Starts a worker with a library whose digest was checked, and does not wait for it: see
    /// ``begin()``.
    ///
    /// - Parameters:
    ///   - library: With what it reads while it is loaded.
    ///   - market: Mapped there before any of the plugin's code is.
    ///   - more: Further words for the launcher: a probe has some of its own.
    convenience init(
        _ library: LibraryCode, _ settings: WorkerSettings, market: SharedMarket? = nil,
        more: [String] = []
    ) throws(WorkerFault) {
        try self.init(starting: library, settings, more, market: market)
    }

    /// The first bytes of what it said as text, copied.
    func saidText(_ count: Int) -> [UInt8] {
        Array(
            UnsafeRawBufferPointer(
                start: rialto_answer_text(answer),
                count: min(count, Int(RIALTO_INTENT_TEXT_MAX))))
    }

    /// Processor time that it has taken, in nanoseconds.
    var time_ns: Int64 { rialto_worker_time_ns(pid) }

    /// Bytes of memory that it has of its own and shares, as the system counts them; 0 unknown.
    var residentBytes: Int {
        guard let file = fopen("/proc/\(pid)/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, file) != nil else { return 0 }
        let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private init(
        starting library: LibraryCode, _ settings: WorkerSettings, _ more: [String],
        market: SharedMarket?
    ) throws(WorkerFault) {
        self.settings = settings
        self.library = library
        let launcher = try settings.launcherPath()
        let pieces = try WorkerPieces(library.bytes)
        defer { pieces.closeThoseOfTheWorker() }
        lifeline = pieces.lifeline.host
        output = pieces.output.host
        (ask, answer) = try pieces.maps()
        ask.pointee.number = 1
        let files = market?.files ?? []
        filesCount = files.count
        let shared =
            try Self.arguments(library, library.comesWith, settings) + more
            + files.flatMap {
                [$0.isResident ? "--resident" : "--region", "\($0.length)"]
            }
        let group = settings.group()
        let started = pieces.start(
            launcher, [launcher, "--namespaces"] + shared, [launcher] + shared,
            Self.environment(settings), regions: files.map(\.descriptor), group: group,
            namespaces: settings.usesNamespaces)
        guard started.pid > 0 else {
            munmap(ask, Int(RIALTO_WINDOW_SIZE))
            munmap(answer, MemoryLayout<rialto_answer_t>.size)
            close(lifeline)
            close(output)
            throw .notStarted(String(cString: strerror(-started.pid)))
        }
        pid = started.pid
        process = started.descriptor
        self.group = group.flatMap { $0.holds(started.pid) ? $0 : nil }
        window = WorkerWindow(
            UnsafeMutableRawPointer(ask), length: Int(RIALTO_WINDOW_SIZE), market: market)
    }

    /// Waits for the walls, looks which are up, and has the library opened. Called once.
    ///
    /// - Parameter opening: Is called once the walls are up, before the library is opened.
    func begin(opening: () -> Void = {}) throws(WorkerFault) {
        try wait()
        // None of the plugin's code has run: what the answer says is the launcher's own word.
        layers = SandboxLayers(
            bits: answer.pointee.layers & ~RIALTO_LAYER_GROUP
                | (group == nil ? 0 : RIALTO_LAYER_GROUP))
        places = Self.places(answer, filesCount)
        window.settle(base: answer.pointee.window, files: places)
        let missing = settings.layersNeeded & ~layers.bits
        guard missing == 0 else { throw .unconfined(missing: missing) }
        // Until now it was to sleep: a spare one may wait for long.
        spins = settings.spins
        opening()
        try ask(RIALTO_ASK_OPEN, 0)
    }

    /// Where it has the files of the market, as it said when it had begun.
    private(set) var places: [UInt64] = []

    /// How often each side looks for the other before it sleeps; 0 until it has begun.
    var spins: UInt32 = 0 {
        didSet { rialto_worker_set_spins(ask, spins) }
    }

    /// Layers that are on, as the launcher said before it opened the library.
    private(set) var layers = SandboxLayers(bits: 0)

    private static func arguments(
        _ library: LibraryCode, _ comesWith: PluginPackage, _ settings: WorkerSettings
    ) throws(WorkerFault) -> [String] {
        let needed = (try? ELFLibraries.needed(by: library.bytes)) ?? []
        let own = needed.filter(RuntimeLibraries.languages.contains)
        let preload = own + comesWith.preload.filter { !own.contains($0) }
        let user =
            geteuid() == 0
            ? firstUser + users.wrappingAdd(1, ordering: .relaxed).newValue % 100_000_000
            : geteuid()
        var list = [
            "--memory", "\(settings.memoryMax)", "--user", "\(user)", "--group", "\(getegid())",
        ]
        if settings.isDebugged {
            list += ["--debug", library.path]
            if let debugpy = settings.debugger?.debugpy {
                list += debugpy.arguments(library: library.path)
            }
        }
        list += preload.flatMap { ["--preload", $0] }
        list += comesWith.libraries.flatMap { ["--load", $0] }
        list += comesWith.engines.flatMap { ["--engine", "\($0.id):\($0.version):\($0.path)"] }
        if let folder = comesWith.folder { list += ["--files", folder] }
        return list + (try interpreter(comesWith, settings))
    }

    /// What the profile of an interpreter adds.
    private static func interpreter(
        _ comesWith: PluginPackage, _ settings: WorkerSettings
    ) throws(WorkerFault) -> [String] {
        guard let profile = comesWith.profile else { return [] }
        let version = comesWith.preload.lazy.compactMap(RuntimeLibraries.pythonVersion).first
        guard let version else { throw .notStarted("its manifest names no libpython") }
        let folder = try settings.pythonFolder(version)
        return ["--profile", profile.rawValue, "--runtime", folder]
    }

    /// Where the worker says that its regions lie, copied.
    private static func places(
        _ answer: UnsafeMutablePointer<rialto_answer_t>, _ count: Int
    ) -> [UInt64] {
        withUnsafeBytes(of: answer.pointee.regions) {
            Array($0.bindMemory(to: UInt64.self).prefix(count))
        }
    }

    /// All of a worker's environment: the same for every run.
    private static func environment(_ settings: WorkerSettings) -> [String] {
        [
            "SWIFT_DETERMINISTIC_HASHING=1", "SWIFT_BACKTRACE=enable=no", "PYTHONHASHSEED=0",
            "GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4", "LANG=C", "TZ=UTC",
            // One thread, and the same sums on every machine.
            "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "OPENBLAS_CORETYPE=\(oldestCore)",
            "NPY_DISABLE_CPU_FEATURES=\(laterFeatures)",
        ] + (settings.runtimeFolder().map { ["LD_LIBRARY_PATH=\($0)"] } ?? [])
    }

    #if arch(x86_64)
        private static let oldestCore = "Nehalem"
        private static let laterFeatures =
            "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"
    #else
        private static let oldestCore = "ARMV8", laterFeatures = "ASIMDDP ASIMDFHM SVE"
    #endif

    /// Asks one question and waits for its answer.
    ///
    /// - Parameters:
    ///   - place: What is asked, in the worker's addresses.
    ///   - meanwhile: What the host does while the worker computes.
    func ask(
        _ operation: UInt32, _ place: UInt64, meanwhile: () -> Void = {}
    ) throws(WorkerFault) {
        rialto_worker_ask(ask, answer, operation, place)
        meanwhile()
        if rialto_worker_wait(ask, answer, spins, Self.slice_ns) == 0 { try wait() }
    }

    /// How long one sleep is; a worker's end is seen at the end of it at the latest.
    private static let slice_ns: Int64 = 250_000

    private func wait() throws(WorkerFault) {
        let used = rialto_worker_time_ns(pid), began = Self.now_ns()
        while rialto_worker_wait(ask, answer, 0, Self.slice_ns) == 0 {
            if rialto_worker_has_ended(process) != 0 { throw found() }
            drain()
            // Whoever stands in a debugger takes the time that it takes.
            if settings.isDebugged { continue }
            if rialto_worker_has_stopped(process) != 0 {
                stop()
                throw .stopped()
            }
            if rialto_worker_time_ns(pid) - used > settings.deadline_ns {
                stop()
                throw .deadline(limit_ns: settings.deadline_ns)
            }
            if Self.now_ns() - began > settings.deadline_ns + settings.patience_ns {
                stop()
                throw .silent(limit_ns: settings.deadline_ns + settings.patience_ns)
            }
        }
    }

    static func now_ns() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The worker is gone: says why.
    private func found() -> WorkerFault {
        guard !hasEnded else { return .exited(code: -1) }
        hasEnded = true
        return .ended(rialto_worker_reap(process), answer, library)
    }

    /// Kills the worker.
    func stop() {
        guard !hasEnded else { return }
        rialto_worker_kill(process)
        hasEnded = true
        _ = rialto_worker_reap(process)
    }

    /// What the plugin wrote to its output since the last call, at most ``outputMax`` bytes.
    func takeOutput() -> [UInt8] {
        drain()
        defer { written = [] }
        return written
    }

    /// Output that is kept until somebody takes it; a plugin that writes more at once loses some.
    static let outputMax = 1 << 16

    /// Empties the pipe, so that a plugin that writes much does not wait for ever.
    private func drain() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            // A worker that is writing all the time is read again the next time.
            for _ in 0..<64 {
                let count = read(output, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                let room = max(0, Self.outputMax - written.count)
                written.append(
                    contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<min(count, room)]))
            }
        }
    }

    /// Lines that the plugin logged since the last call, by level.
    func takeLogLines() -> [(level: UInt32, text: ArraySlice<UInt8>)] {
        let size = min(Int(answer.pointee.log_size), Int(RIALTO_WORKER_LOG_MAX))
        guard size > heard else { return [] }
        let bytes = Array(
            UnsafeRawBufferPointer(start: rialto_answer_log(answer), count: size))
        defer {
            heard = size
            // Room for more: the worker begins anew with the next question.
            if size > Int(RIALTO_WORKER_LOG_MAX) / 2 {
                heard = 0
                ask.pointee.log_taken = UInt32(size)
            }
        }
        return bytes[heard...].split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.count >= 2, let level = line.first else { return nil }
            return (UInt32(level &- UInt8(ascii: "0")), line.dropFirst(2))
        }
    }

    /// Whether it may have something to say that was not taken yet; looks at no file.
    var hasLogged: Bool { answer.pointee.log_size > UInt32(truncatingIfNeeded: heard) }

    /// What it wrote and logged so far was known already.
    func forgetWords() {
        _ = takeLogLines()
        _ = takeOutput()
    }

    /// Lines that the plugin has logged, by level.
    func logLines() -> [(level: UInt32, text: String)] {
        let size = min(Int(answer.pointee.log_size), Int(RIALTO_WORKER_LOG_MAX))
        let bytes = Array(
            UnsafeRawBufferPointer(start: rialto_answer_log(answer), count: size))
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.count >= 2, let level = line.first else { return nil }
            return (
                UInt32(level &- UInt8(ascii: "0")),
                String(decoding: line.dropFirst(2), as: UTF8.self)
            )
        }
    }

    /// Lets the plugin release what it holds, for 10 ms at most, and ends the worker. What it wrote
    /// can still be taken.
    func end() {
        guard !hasEnded else { return }
        rialto_worker_ask(ask, answer, RIALTO_ASK_END, 0)
        var slices = 0
        while rialto_worker_has_ended(process) == 0, slices < 100 {
            usleep(100)
            slices += 1
        }
        stop()
    }

    deinit {
        end()
        munmap(ask, Int(RIALTO_WINDOW_SIZE))
        munmap(answer, MemoryLayout<rialto_answer_t>.size)
        close(process)
        close(lifeline)
        close(output)
    }
}

/// The descriptors that a worker is made of.
private struct WorkerPieces {
    let window: Int32
    let answer: Int32
    let plugin: Int32
    let lifeline: (worker: Int32, host: Int32)
    let output: (worker: Int32, host: Int32)

    init(_ library: [UInt8]) throws(WorkerFault) {
        window = rialto_worker_memory("window", RIALTO_WINDOW_SIZE, nil)
        answer = rialto_worker_memory("answer", UInt64(MemoryLayout<rialto_answer_t>.size), nil)
        plugin = library.withUnsafeBytes {
            rialto_worker_memory("plugin", UInt64($0.count), $0.baseAddress)
        }
        let life = Self.pipe(), words = Self.pipe()
        lifeline = (life.reading, life.writing)
        output = (words.writing, words.reading)
        let all = [window, answer, plugin, life.reading, words.reading]
        if let error = all.first(where: { $0 < 0 }) {
            closeThoseOfTheWorker()
            for descriptor in [life.writing, words.reading] where descriptor >= 0 {
                close(descriptor)
            }
            throw .notStarted(
                "no descriptor or no memory for it is left: \(String(cString: strerror(-error)))")
        }
        _ = fcntl(words.reading, F_SETFL, O_NONBLOCK)
    }

    private static func pipe() -> (reading: Int32, writing: Int32) {
        var reading: Int32 = -1, writing: Int32 = -1
        let result = rialto_worker_pipe(&reading, &writing)
        return result == 0 ? (reading, writing) : (result, result)
    }

    func closeThoseOfTheWorker() {
        for descriptor in [window, answer, plugin, lifeline.worker, output.worker]
        where descriptor >= 0 { close(descriptor) }
    }

    func maps() throws(WorkerFault) -> (
        UnsafeMutablePointer<rialto_ask_t>, UnsafeMutablePointer<rialto_answer_t>
    ) {
        let ask = mmap(
            nil, Int(RIALTO_WINDOW_SIZE), PROT_READ | PROT_WRITE, MAP_SHARED, window, 0)
        let said = mmap(
            nil, MemoryLayout<rialto_answer_t>.size, PROT_READ | PROT_WRITE, MAP_SHARED, answer, 0)
        guard let ask, ask != MAP_FAILED, let said, said != MAP_FAILED else {
            throw .notStarted("no address space is left")
        }
        guard rialto_worker_seal(window) == 0 else {
            throw .notStarted("memory cannot be sealed on this system")
        }
        return (
            ask.bindMemory(to: rialto_ask_t.self, capacity: 1),
            said.bindMemory(to: rialto_answer_t.self, capacity: 1)
        )
    }

    func start(
        _ launcher: String, _ arguments: [String], _ bare: [String], _ environment: [String],
        regions: [Int32], group: WorkerGroup?, namespaces: Bool
    ) -> (pid: pid_t, descriptor: Int32) {
        launcher.withCString { path in
            withCStrings(arguments) { arguments in
                withCStrings(bare) { bare in
                    withCStrings(environment) { environment in
                        regions.withUnsafeBufferPointer { regions in
                            var start = rialto_worker_start_t()
                            start.path = path
                            start.regions = regions.baseAddress
                            start.region_count = UInt32(regions.count)
                            start.arguments = arguments
                            start.bare = bare
                            start.environment = environment
                            start.descriptors = (window, answer, plugin, lifeline.worker)
                            start.output = output.worker
                            start.group = group?.descriptor ?? -1
                            start.namespaces = namespaces ? 1 : 0
                            var descriptor: Int32 = -1, hasNamespaces: Int32 = 0
                            let pid = rialto_worker_start(&start, &descriptor, &hasNamespaces)
                            return (pid, descriptor)
                        }
                    }
                }
            }
        }
    }
}

/// Texts as C wants them: a list of pointers, ended by null.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let list = copies.map { UnsafePointer($0) } + [nil]
    return list.withUnsafeBufferPointer { body($0.baseAddress) }
}
