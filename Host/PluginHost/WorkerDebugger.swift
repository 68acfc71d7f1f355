import CWorker

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
    private let attach: @Sendable (Target) -> Void

    /// - Parameter attach: Is called with the worker waiting; returns once it may go on.
    package init(instance: String, attach: @escaping @Sendable (Target) -> Void) {
        self.instance = instance
        self.attach = attach
    }

    /// Layers that a worker lacks when a debugger is let at it, and why.
    package static let leftAway: [(name: String, use: String)] = [
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

extension WorkerSettings {
    /// Lets the debugger at a worker that it is for.
    func attachDebugger(_ library: String, _ worker: WorkerProcess) {
        if isDebugged { debugger?.letAt(library, worker) }
    }
}
