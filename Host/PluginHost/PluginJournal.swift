import Foundation
import Glibc
import Synchronization

/// What the plugins of one run wrote, a JSON object per line, in a file that others can read while
/// it grows. Any thread.
package final class PluginJournal: Sendable, Equatable {
    package let path: String
    private let file: Mutex<Content>

    private struct Content {
        var descriptor: Int32
        var left = PluginJournal.sizeMax
        var isFull = false
    }

    /// Most bytes of a journal; later lines are left out, and its last line says so.
    package static let sizeMax = 64 << 20
    /// Where the last line begins.
    private static let room = 512

    /// Creates the file, which is locked as long as the journal is written.
    ///
    /// - Throws: The system's reason.
    package init(_ path: String) throws(JournalError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw JournalError(String(cString: strerror(errno))) }
        // Whoever looks whether it is written holds it for a moment only.
        _ = flock(descriptor, LOCK_EX)
        file = Mutex(Content(descriptor: descriptor))
    }

    /// Adds a line.
    func add(_ line: VoiceLine) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else { return }
        let bytes = [UInt8](data) + [0x0A]
        file.withLock { content in
            guard !content.isFull else { return }
            guard bytes.count + Self.room <= content.left else {
                content.isFull = true
                let last = VoiceLine(
                    time_ns: line.time_ns, event_ns: line.event_ns, instance: line.instance,
                    plugin: line.plugin, source: .host, level: 2,
                    text: "the log is full: later lines are left out")
                let end = [UInt8]((try? encoder.encode(last)) ?? Data()) + [0x0A]
                Self.write(end, to: content.descriptor)
                return
            }
            content.left -= bytes.count
            Self.write(bytes, to: content.descriptor)
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        guard descriptor >= 0 else { return }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            done += count
        }
    }

    /// Ends it: the lock is gone, so that a reader knows that nothing follows.
    package func close() {
        file.withLock { content in
            if content.descriptor >= 0 { Glibc.close(content.descriptor) }
            content.descriptor = -1
            content.isFull = true
        }
    }

    deinit { close() }

    package static func == (a: PluginJournal, b: PluginJournal) -> Bool { a === b }

    /// Reads a line of a journal; nil for one that is none.
    package static func line(_ bytes: some Sequence<UInt8>) -> VoiceLine? {
        try? JSONDecoder().decode(VoiceLine.self, from: Data(Array(bytes)))
    }

    /// Whether somebody still writes the journal open at `descriptor`.
    package static func isWritten(_ descriptor: Int32) -> Bool {
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            _ = flock(descriptor, LOCK_UN)
            return false
        }
        return errno == EWOULDBLOCK
    }
}

/// Why no journal can be written: the system's reason.
package struct JournalError: Error, Equatable, Sendable {
    package let reason: String

    init(_ reason: String) { self.reason = reason }
}
