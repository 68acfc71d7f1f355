import CWorker
import Glibc
import Synchronization

/// The names under which libraries were opened in this process.
///
/// The linker is one for the process, and so is this list. It knows a library by its name alone: to
/// whoever opens a file again that has become another, it gives the old library. So a path is a
/// name of the bytes that were opened first under it, and all others are opened from memory.
enum LinkerNames {
    private struct Names {
        /// SHA-256 of what was opened, by path.
        var paths: [String: String] = [:]
        /// Memory that holds a library, by its SHA-256. Stays open as long as the library.
        var copies: [String: String] = [:]
    }

    private static let names = Mutex(Names())

    /// The name to open a library by. Any thread.
    ///
    /// - Parameters:
    ///   - path: Where it was found.
    ///   - sha256: Of its bytes.
    ///   - isSealed: Whether exactly these bytes are to be opened, whatever the file is now.
    /// - Throws: ``PluginError`` where the system has no memory for a copy.
    static func name(
        of bytes: [UInt8], sha256: String, at path: String, isSealed: Bool
    ) throws(PluginError) -> String {
        let full = path.hasPrefix("/") ? path : currentFolder() + "/" + path
        return try names.withLock { names throws(PluginError) in
            if !isSealed, names.paths[full, default: sha256] == sha256 {
                names.paths[full] = sha256
                return full
            }
            if let copy = names.copies[sha256] { return copy }
            let copy = bytes.withUnsafeBytes {
                rialto_worker_memory("plugin", UInt64($0.count), $0.baseAddress)
            }
            guard copy >= 0 else {
                throw PluginError(path, .load(String(cString: strerror(-copy))))
            }
            let name = "/proc/self/fd/\(copy)"
            names.copies[sha256] = name
            return name
        }
    }

    private static func currentFolder() -> String {
        guard let folder = getcwd(nil, 0) else { return "." }
        defer { free(folder) }
        return String(cString: folder)
    }
}
