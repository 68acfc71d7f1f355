import CWorker
import Foundation

/// Somebody who is let at the worker of one instance before its plugin creates anything.
package final class WorkerDebugger: Sendable, Equatable {
    /// Where a worker can be looked at.
    package struct Target: Sendable {
        package let pid: Int32
        /// Path of the library.
        package let library: String
        /// Names of the layers that are on.
        package let layers: [String]
    }

    /// Name of the instance in its run.
    package let instance: String
    /// Where debugpy waits for it, which then debugs in the place of a debugger of processes.
    package let debugpy: Debugpy?
    private let attach: @Sendable (Target) -> Void

    /// - Parameter attach: Is called with the worker waiting; returns once it may go on.
    package init(
        instance: String, debugpy: Debugpy? = nil, attach: @escaping @Sendable (Target) -> Void
    ) {
        self.instance = instance
        self.debugpy = debugpy
        self.attach = attach
    }

    /// Layers that a worker lacks when debugpy runs inside of it, and why.
    package static let leftAwayForDebugpy: [(name: String, use: String)] = [
        ("namespaces", "the connection to debugpy's adapter is one of this machine"),
        ("private-root", "the source and debugpy are read where they lie"),
        ("own-user", "so that it may read the source"),
        ("sealed-library", "the worker opens the file where it lies"),
        ("filter", "threads, clocks and random bytes, and talk over that one connection"),
        ("no-clock", "threads of debugpy wait by the clock"),
        ("deadlines", "whoever stands at a breakpoint takes time"),
        ("replacement", "a worker that dies is what one wants to look at"),
    ]

    /// Layers that a worker lacks when a debugger is let at it from outside, and why.
    package static let leftAwayForTracing: [(name: String, use: String)] = [
        ("namespaces", "a debugger of another namespace does not find it"),
        ("private-root", "a debugger looks for its files where they lie"),
        ("own-user", "a debugger is let at processes of its own user only"),
        ("sealed-library", "a debugger reads the file, so the worker opens it where it lies"),
        ("restart_syscall", "a wait that the debugger interrupts goes on by this system call"),
        ("deadlines", "whoever stands at a breakpoint takes time"),
        ("replacement", "a worker that dies is what one wants to look at"),
    ]

    func letAt(_ library: String, _ worker: WorkerProcess) {
        attach(
            Target(
                pid: worker.pid, library: library, layers: worker.layers.names))
    }

    package static func == (a: WorkerDebugger, b: WorkerDebugger) -> Bool { a === b }
}

/// debugpy on the operator's machine, with its adapter listening.
package struct Debugpy: Sendable {
    /// The folder that its package lies in.
    package let folder: String
    /// Of the adapter, for the worker; on this machine.
    package let port: UInt16

    package init(folder: String, port: UInt16) {
        self.folder = folder
        self.port = port
    }

    /// What a worker is started with.
    func arguments(library: String) -> [String] {
        let folder = library.lastIndex(of: "/").map { String(library[..<$0]) } ?? "."
        let places = [folder, folder + "/.."]
        let source = places.first { Self.hasModules($0) }.map { ["--source", $0.absolutePath] }
        return ["--debugpy", self.folder, "--debugpy-port", "\(port)"] + (source ?? [])
    }

    /// Whether a folder has modules of Python: an author's project has, or its parent.
    private static func hasModules(_ folder: String) -> Bool {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.contains { $0.hasSuffix(".py") }
    }
}

extension String {
    /// The same file, from the root on and without detours.
    fileprivate var absolutePath: String { URL(filePath: self).standardizedFileURL.path }
}

extension WorkerSettings {
    /// Lets the debugger at a worker that it is for: debugpy before the library is opened, which
    /// then waits for it, any other when its code is there.
    func attachDebugger(_ library: String, _ worker: WorkerProcess, isOpen: Bool) {
        guard isDebugged, let debugger, (debugger.debugpy == nil) == isOpen else { return }
        debugger.letAt(library, worker)
    }
}
