import CWorker
import Glibc

/// How sandboxed workers are run.
package struct WorkerSettings: Sendable, Equatable {
    /// How often each side looks for the other before it sleeps. The standard is some tens of
    /// microseconds: longer than a light plugin takes for 4,096 rows, and about what a sleep costs.
    package var spins: UInt32 = 2000
    /// Most processor time that a plugin may take for one batch, in nanoseconds.
    package var deadline_ns: Int64 = 2_000_000_000
    /// Most time without an answer where no processor time is used either, in nanoseconds.
    package var patience_ns: Int64 = 10_000_000_000
    /// What its plugins can see of the market beside the batch that they are given.
    package var publishes = Publishing.justInTime
    /// Most memory of a plugin beside what is shared, in bytes.
    package var memoryMax: UInt64 = 2 << 30
    /// Whether workers get namespaces, a root folder and a control group of their own where the
    /// system allows.
    package var usesNamespaces = true
    /// Whether a worker that dies by no violation of its plugin is replaced by another that is told
    /// all that it was told.
    package var replaces = true
    /// How often an instance's worker is replaced in one run at most.
    package var replacementsMax = 100
    /// How long a worker lives before a spare one is started beside it, in nanoseconds.
    package var spareAfter_ns: Int64 = 100_000_000
    /// An instance that can be saved is saved when it was told so many bytes since the last time,
    package var snapshotBytes = 4 << 20
    /// or so many batches.
    package var snapshotBatches = 1024
    /// Most bytes that are kept in memory of what an instance was told; more goes to a file.
    package var replayMemory = 64 << 20
    /// Most bytes that are kept on disk of what an instance was told that cannot be saved; past it
    /// its worker cannot be replaced any more.
    package var replayMax = 256 << 20
    /// Versions of the contract that plugins are told.
    package var abi = HostABI.current
    /// Is told of every worker; nil for nobody.
    package var watch: WorkerWatch?
    /// Where deaths of workers leave a record; nil nowhere.
    package var crashes: CrashShelf?
    /// Where what plugins write is kept; nil nowhere.
    package var journal: PluginJournal?
    /// Where it is noted which plugin the host itself is inside of; nil nowhere.
    package var breadcrumbs: Breadcrumbs?
    /// Knows what is in quarantine, and is told of crashes; nil for nobody, as for drills and
    /// trials, which never put a plugin there.
    package var quarantine: QuarantineWatch?
    /// Is let at the worker of one instance; nil at none. Never set in a live run.
    package var debugger: WorkerDebugger?
    /// Whether it is the worker that the debugger is let at.
    private(set) var isDebugged = false
    /// Path of `rialto-worker`; nil looks beside this program.
    package var launcher: String?
    /// Folder of Python's standard library; nil looks where systems have it.
    package var python: String?
    /// Folder of the Swift runtime for plugins that need one; nil is the host's own.
    package var runtime: String?

    package init() {}

    /// The group of one more worker; nil where the system gives none, and for a debugged one.
    func group() -> WorkerGroup? {
        guard usesNamespaces, !isDebugged, let parent = WorkerGroup.parent else { return nil }
        return WorkerGroup(below: parent, memoryMax: memoryMax)
    }

    /// Layers without which a worker is not used.
    var layersNeeded: UInt32 {
        SandboxLayers.floor.bits & ~(isDebugged ? RIALTO_LAYER_OWN_USER : 0)
    }

    /// The settings of one instance: those of a debugged one have no deadline, and lack the walls
    /// that stop a debugger.
    func of(instance: String) -> WorkerSettings {
        guard let debugger, debugger.instance == instance else { return self }
        var settings = self
        settings.isDebugged = true
        settings.usesNamespaces = false
        settings.replaces = false
        return settings
    }

    /// The launcher: as set, by RIALTO_WORKER, or beside the program that runs.
    func launcherPath() throws(WorkerFault) -> String {
        if let launcher { return launcher }
        if let set = getenv("RIALTO_WORKER") { return String(cString: set) }
        for folder in Self.ownFolders where access(folder + "/rialto-worker", X_OK) == 0 {
            return folder + "/rialto-worker"
        }
        throw .notStarted("rialto-worker is not beside this program")
    }

    /// A launcher beside `rialto-worker`: as `variable` of the environment says, or by its name.
    func sibling(_ name: String, variable: String) throws(WorkerFault) -> String {
        if let set = getenv(variable) { return String(cString: set) }
        let worker = try launcherPath()
        guard let slash = worker.lastIndex(of: "/") else {
            throw .notStarted("\(name) is not beside this program")
        }
        let path = String(worker[...slash]) + name
        guard access(path, X_OK) == 0 else {
            throw .notStarted("\(name) is not beside rialto-worker")
        }
        return path
    }

    /// The standard library of a version of Python, such as 3.11: as set, by RIALTO_PYTHON, or
    /// where systems have it.
    func pythonFolder(_ version: String) throws(WorkerFault) -> String {
        let set = python ?? getenv("RIALTO_PYTHON").map { String(cString: $0) }
        let places =
            set.map { [$0] } ?? ["/usr", "/usr/local"].map { "\($0)/lib/python\(version)" }
        for place in places where access(place + "/encodings", R_OK) == 0 { return place }
        throw .notStarted(
            "the standard library of Python \(version) is not in "
                + places.joined(separator: " or ") + " (RIALTO_PYTHON says where)")
    }

    /// Where the host's own Swift runtime lies.
    func runtimeFolder() -> String? {
        runtime
            ?? Self.parent { rialto_worker_file_of_symbol("swift_retain", $0, $1) != 0 }
    }

    /// Folders of this program and of the file that this code was loaded from.
    static var ownFolders: [String] {
        [folder(of: "/proc/self/exe"), folderOfImage()].compactMap(\.self)
    }

    private static func folder(of link: String) -> String? {
        parent { buffer, size in
            guard let buffer else { return false }
            let length = readlink(link, buffer, Int(size) - 1)
            guard length > 0 else { return false }
            buffer[length] = 0
            return true
        }
    }

    /// Folder of the file that this code was loaded from: tests run inside another program.
    private static func folderOfImage() -> String? {
        parent { rialto_worker_own_file($0, $1) != 0 }
    }

    /// The folder of a path that is written into a buffer.
    private static func parent(
        _ path: (UnsafeMutablePointer<CChar>?, UInt64) -> Bool
    ) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let isKnown = buffer.withUnsafeMutableBufferPointer { path($0.baseAddress, 4096) }
        guard isKnown else { return nil }
        let text = String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.lastIndex(of: "/").map { String(text[..<$0]) }
    }
}
