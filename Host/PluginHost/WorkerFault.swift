import CSeccomp
import CWorker
import Glibc

/// Why a sandboxed worker is not there any more, or never was.
package enum WorkerFault: Error, Equatable, Sendable {
    /// The system would not start it, or lacks what it needs.
    case notStarted(String)
    /// A step of the launcher failed before any of the plugin's code ran.
    case step(String)
    /// A signal ended it: its name, and where in the library that was.
    case crashed(signal: String, CrashTrace)
    /// A signal that somebody else sent ended or stopped it: its name.
    case killed(signal: String)
    /// It made a system call that is not allowed.
    case systemCall(String)
    /// It read the time-stamp counter.
    case readClock
    /// It used more processor time for one batch than it may.
    case deadline(limit_ns: Int64)
    /// It gave no answer, and used no processor time either.
    case silent(limit_ns: Int64)
    /// It ended of its own accord.
    case exited(code: Int32)
    /// Its layers are not those that were asked for.
    case unconfined(missing: UInt32)

    /// One line: what it did.
    package var reason: String {
        switch self {
        case .notStarted(let why): "its worker could not be started: \(why)"
        case .step(let what): "its worker could not be set up: \(what)"
        case .crashed(let signal, let trace): "it crashed with \(signal)\(trace.words)"
        case .killed(let signal): "somebody else sent its worker \(signal)"
        case .systemCall(let name):
            "it made the system call \(name), which a sandboxed plugin may not"
        case .readClock: "it read the time-stamp counter: time comes from events only"
        case .deadline(let limit):
            "it computed for more than \(limit / 1_000_000) ms over one batch and was stopped"
        case .silent(let limit):
            "it gave no answer for \(limit / 1_000_000) ms and was stopped"
        case .exited(let code): "it ended its process with code \(code)"
        case .unconfined(let missing):
            "its worker lacks the layers \(SandboxLayers(bits: missing))"
        }
    }

    /// The next step.
    package var help: String {
        switch self {
        case .notStarted, .step, .unconfined: "see what this system has with: rialto doctor"
        case .systemCall, .readClock:
            "a plugin computes and does nothing else: see PluginAPI/Sandbox.md"
        case .killed: "see who ended it: the system does so where memory runs out"
        case .crashed, .deadline, .silent, .exited:
            "tell its author; other plugins were not touched"
        }
    }

    /// What the end of a process means, with what its answer says of it.
    static func ended(
        _ code: Int32, _ answer: UnsafePointer<rialto_answer_t>, _ library: LibraryCode
    ) -> WorkerFault {
        let fault = answer.pointee.fault
        switch code {
        case RIALTO_WORKER_EXIT_STEP:
            return .step(answer.pointee.error.message)
        case RIALTO_WORKER_EXIT_FILTER: return .systemCall(name(ofCall: fault.system_call))
        case RIALTO_WORKER_EXIT_ABORT: return crash(SIGABRT, answer, library)
        case RIALTO_WORKER_EXIT_SENT:
            return .killed(signal: name(ofSignal: Int32(truncatingIfNeeded: fault.signal)))
        case 1000... where fromOutside.contains(code - 1000):
            return .killed(signal: name(ofSignal: code - 1000))
        case 1000...: return crash(code - 1000, answer, library)
        default: return .exited(code: code)
        }
    }

    /// Signals that no plugin can bring about: it may send none.
    private static let fromOutside = [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT]

    static func stopped() -> WorkerFault { .killed(signal: name(ofSignal: SIGSTOP)) }

    private static func crash(
        _ signal: Int32, _ answer: UnsafePointer<rialto_answer_t>, _ library: LibraryCode
    ) -> WorkerFault {
        let fault = answer.pointee.fault
        guard fault.signal == UInt32(signal) else {
            return .crashed(signal: name(ofSignal: signal), .unknown)
        }
        if fault.reads_clock != 0 { return .readClock }
        return .crashed(signal: name(ofSignal: signal), library.trace(answer))
    }

    /// Whether it is the same crash: the same signal at the same place, whoever had called.
    func isSameCrash(as other: WorkerFault) -> Bool {
        guard case .crashed(let signal, let trace) = self,
            case .crashed(let otherSignal, let otherTrace) = other
        else { return self == other }
        return signal == otherSignal && trace.place?.offset == otherTrace.place?.offset
    }

    /// Who had called the function that crashed, innermost first; empty for other faults.
    package var callers: [CodePlace] {
        guard case .crashed(_, let trace) = self else { return [] }
        return trace.callers
    }

    private static func name(ofSignal number: Int32) -> String {
        rialto_worker_signal(number).map { "SIG" + String(cString: $0) } ?? "signal \(number)"
    }

    private static func name(ofCall number: UInt32) -> String {
        guard let known = Int32(exactly: number),
            let name = seccomp_syscall_resolve_num_arch(UInt32(SCMP_ARCH_NATIVE), known)
        else { return "\(number)" }
        defer { free(name) }
        return String(cString: name)
    }
}

/// Layers that keep a worker where it is.
package struct SandboxLayers: Equatable, Sendable, CustomStringConvertible {
    package let bits: UInt32

    package init(bits: UInt32) { self.bits = bits }

    /// What every worker has, whatever the system.
    package static let floor = SandboxLayers(bits: RIALTO_LAYERS_FLOOR)

    /// Every layer there is, with what it is for.
    package static let all: [(bit: UInt32, name: String, use: String)] = [
        (
            RIALTO_LAYER_NO_NEW_PRIVILEGES, "no-new-privileges",
            "nothing it starts has more rights than it has"
        ),
        (RIALTO_LAYER_FILTER, "seccomp", "the few system calls that computing needs, no other"),
        (RIALTO_LAYER_LANDLOCK, "landlock", "no file, no port"),
        (RIALTO_LAYER_LIMITS, "limits", "memory, stack, descriptors; no process, no core dump"),
        (RIALTO_LAYER_OWN_USER, "own-user", "a user of its own where the host is root"),
        (RIALTO_LAYER_NAMESPACES, "namespaces", "sees no other process, network or mount"),
        (RIALTO_LAYER_PRIVATE_ROOT, "private-root", "a root folder with its library alone"),
        (RIALTO_LAYER_NO_CLOCK, "no-clock", "the time-stamp counter traps"),
        (RIALTO_LAYER_GROUP, "group", "the system counts its memory and processes (cgroup v2)"),
    ]

    /// Names of the layers, in the order in which a worker puts them up.
    package var names: [String] { Self.all.filter { bits & $0.bit != 0 }.map(\.name) }

    package var description: String { names.joined(separator: ", ") }
}
