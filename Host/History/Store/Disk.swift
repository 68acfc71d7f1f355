import Glibc

/// The system calls that change a folder, so that a test can fail each of them in turn.
///
/// Each closure answers as the call it is named for, -1 with `errno` set on failure.
package struct Disk {
    package var makeFolder: (String) -> Int32
    /// Creates a new file; fails when it exists.
    package var create: (String) -> Int32
    package var write: (Int32, UnsafeRawPointer, Int) -> Int
    package var sync: (Int32) -> Int32
    package var rename: (String, String) -> Int32
    package var remove: (String) -> Int32

    package init(
        makeFolder: @escaping (String) -> Int32, create: @escaping (String) -> Int32,
        write: @escaping (Int32, UnsafeRawPointer, Int) -> Int, sync: @escaping (Int32) -> Int32,
        rename: @escaping (String, String) -> Int32, remove: @escaping (String) -> Int32
    ) {
        self.makeFolder = makeFolder
        self.create = create
        self.write = write
        self.sync = sync
        self.rename = rename
        self.remove = remove
    }

    /// The real calls.
    package static var posix: Disk {
        Disk(
            makeFolder: { mkdir($0, 0o755) },
            create: { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) },
            write: { Glibc.write($0, $1, $2) },
            sync: { fsync($0) },
            rename: { Glibc.rename($0, $1) },
            remove: { unlink($0) })
    }
}

extension HistoryError {
    /// What the last failed system call says, with the next step where there is an obvious one.
    static func system(_ what: String, _ path: String) -> HistoryError {
        let code = errno
        let help: String? =
            switch code {
            case ENOSPC, EDQUOT, EFBIG: "free some space, then do it again: nothing was changed"
            case EACCES, EPERM, EROFS: "check who may read and write there"
            case ENOENT: "check the path"
            default: nil
            }
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return HistoryError(.system, what + ": " + lowered(reason), file: path, help: help)
    }

    private static func lowered(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}
