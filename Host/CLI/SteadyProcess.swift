import Glibc

/// A process in which the same work gives the same bits: on every processor, and in process as in
/// a sandboxed worker.
///
/// Swift's hashing is random, and glibc's exp, log, sin and others give other bits where the
/// processor fuses multiplication and addition. Both are settled before a program's first line, so
/// this one starts itself anew, once, with both settled.
package enum SteadyProcess {
    /// What workers are given, too (`WorkerProcess`).
    private static let hashing = (name: "SWIFT_DETERMINISTIC_HASHING", value: "1")
    private static let mathematics = "glibc.cpu.hwcaps=-FMA,-FMA4"
    /// Set in a program that has been started anew.
    private static let mark = "RIALTO_STEADY"

    /// Starts this program anew unless that was done, or its environment is steady as it is.
    /// Returns in the program that goes on; also where the system does not let it start.
    package static func begin() {
        let tunables = text("GLIBC_TUNABLES") ?? ""
        let isSteady =
            text(hashing.name) == hashing.value
            && tunables.split(separator: ":").contains { $0 == mathematics }
        guard !isSteady, text(mark) == nil else { return }
        setenv(mark, "1", 1)
        setenv(hashing.name, hashing.value, 1)
        let others = tunables.split(separator: ":").filter { !$0.hasPrefix("glibc.cpu.hwcaps=") }
        setenv("GLIBC_TUNABLES", (others + [Substring(mathematics)]).joined(separator: ":"), 1)
        // By its own path: under another one it would be listed by another name.
        guard let program = Executable.path else { return }
        execv(program, CommandLine.unsafeArgv)
    }

    private static func text(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
