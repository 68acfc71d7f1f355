import Glibc
import Synchronization

/// A recording that grows on disk, entry by entry: what was answered, and perhaps paid for, is
/// there before anybody acts on it. Several threads may add.
package final class RecordingFile: Sendable {
    /// What it held when it was opened.
    package let recording: Recording
    private let descriptor: Int32
    private let lock = Mutex(())

    /// Opens a recording, or begins one. An entry that was cut short by a crash is taken away.
    ///
    /// - Throws: ``NetworkError/recording(line:_:)`` when it is none, or another run has it open.
    package init(_ path: String) throws(NetworkError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RecordingFile.failure("cannot be opened") }
        do throws(NetworkError) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw NetworkError.recording(line: 0, "another run writes it")
            }
            let bytes = try RecordingFile.contents(descriptor)
            let (recording, size) = try Recording.whole(of: bytes)
            self.recording = recording
            guard ftruncate(descriptor, size) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
                throw RecordingFile.failure("cannot be written")
            }
            if size == 0 { try RecordingFile.write(Recording.start, to: descriptor) }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Adds what came of a request; it is on disk when this returns.
    package func append(_ entry: Recording.Entry) throws(NetworkError) {
        let bytes = Recording.bytes(of: entry)
        try lock.withLock { _ throws(NetworkError) in
            try RecordingFile.write(bytes, to: descriptor)
        }
    }

    /// Reads a recording to replay.
    package static func read(_ path: String) throws(NetworkError) -> Recording {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        defer { close(descriptor) }
        return try Recording(bytes: try contents(descriptor))
    }

    /// Largest recording, in bytes.
    private static let sizeMax = 1 << 30

    private static func contents(_ descriptor: Int32) throws(NetworkError) -> [UInt8] {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0, size <= sizeMax else { throw failure("is larger than 1 GiB, or no file") }
        var bytes = [UInt8](repeating: 0, count: size), done = 0
        while done < size {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + done }, size - done, done)
            }
            guard count > 0 else { throw failure("cannot be read") }
            done += count
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(NetworkError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            guard count > 0 else { throw failure("cannot be written") }
            done += count
        }
        guard fdatasync(descriptor) == 0 else { throw failure("cannot be written") }
    }

    private static func failure(_ what: String) -> NetworkError {
        .recording(line: 0, "the file \(what): \(String(cString: strerror(errno)))")
    }
}
