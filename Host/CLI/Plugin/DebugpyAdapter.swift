import Foundation
import Glibc
import RialtoPluginHost
import RialtoText

/// debugpy's adapter beside one run: editors speak to it, and it speaks to the worker.
final class DebugpyAdapter: Sendable {
    /// What the worker is told.
    let debugpy: Debugpy
    private let editorPort: Int
    private let group: pid_t

    /// Where an interpreter is looked for that has debugpy: Debian's own, then the path's.
    private static let interpreters = ["/usr/bin/python3", "python3"]
    /// How long the adapter may take to start, in milliseconds.
    private static let patience_ms: Int32 = 15_000

    /// Starts it.
    ///
    /// - Parameter port: Where editors find it; 0 is any.
    /// - Throws: Where there is no debugpy, or it does not start.
    init(port: UInt16) throws(HouseMessage) {
        let found = Self.interpreters.lazy.compactMap { python in
            Self.folder(of: python).map { (python: python, folder: $0) }
        }.first
        guard let found else {
            throw HouseMessage(
                "debugpy was not found by \(Self.interpreters.joined(separator: " or by "))",
                help: "apt-get install python3-debugpy, or pip install debugpy")
        }
        guard let listener = LocalListener() else {
            throw HouseMessage("no port of this machine is left", help: "end some programs")
        }
        group = Self.start([
            found.python, "-m", "debugpy.adapter", "--for-server", "\(listener.port)", "--host",
            "127.0.0.1", "--port", "\(port)",
        ])
        let said = group > 0 ? listener.receive(within_ms: Self.patience_ms) : Data()
        let places = (try? JSONSerialization.jsonObject(with: said)) as? [String: Any] ?? [:]
        guard let editor = Self.port(places["client"]), let worker = Self.port(places["server"])
        else {
            if group > 0 { kill(-group, SIGTERM) }
            throw HouseMessage(
                "debugpy's adapter did not start: \(places["error"] ?? "it said nothing")",
                help: "is port \(port) free? try \(found.python) -m debugpy.adapter --help")
        }
        editorPort = editor
        debugpy = Debugpy(folder: found.folder, port: UInt16(clamping: worker))
    }

    /// Says how an editor comes in.
    func invite(_ console: Console) {
        console.note(
            "debugpy waits at 127.0.0.1:\(editorPort); the plugin begins once it is told to")
        console.note("VS Code, in .vscode/launch.json under \"configurations\":")
        console.note(
            """
              { "name": "rialto", "type": "debugpy", "request": "attach", "justMyCode": false,
                "connect": { "host": "127.0.0.1", "port": \(editorPort) } }
            """)
    }

    /// Ends it, where it has not ended with the worker.
    func end() {
        kill(-group, SIGTERM)
        while waitpid(group, nil, 0) < 0, errno == EINTR {}
    }

    private static func port(_ place: Any?) -> Int? { (place as? [String: Any])?["port"] as? Int }

    /// The folder that debugpy lies in for an interpreter; nil where it has none.
    private static func folder(of python: String) -> String? {
        let process = Process(), output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            python, "-c",
            "import debugpy, os; print(os.path.dirname(os.path.dirname(debugpy.__file__)))",
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0
            ? text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
    }

    /// Starts a program as a session that its children share. Returns 0 when it cannot.
    private static func start(_ words: [String]) -> pid_t {
        var attributes = posix_spawnattr_t(), signals = sigset_t(), pid: pid_t = 0
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | spawnSession)
        let arguments = words.map { strdup($0) } + [nil]
        defer { for word in arguments { free(word) } }
        return posix_spawnp(&pid, words[0], nil, &attributes, arguments, environ) == 0 ? pid : 0
    }

    /// POSIX_SPAWN_SETSID, which the headers show to GNU sources alone.
    private static let spawnSession: Int16 = 0x80
}

/// A socket of this machine that takes one message.
private struct LocalListener: ~Copyable {
    let port: UInt16
    private let descriptor: Int32

    init?() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let own = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(own, $0, size) == 0 && listen(own, 1) == 0 && getsockname(own, $0, &size) == 0
            }
        }
        guard isBound else {
            close(descriptor)
            return nil
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// All that the first caller says; empty where nobody calls in time.
    borrowing func receive(within_ms: Int32) -> Data {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, within_ms) == 1 else { return Data() }
        let caller = accept(descriptor, nil, nil)
        guard caller >= 0 else { return Data() }
        return FileHandle(fileDescriptor: caller, closeOnDealloc: true).readDataToEndOfFile()
    }

    deinit { close(descriptor) }
}
