import Glibc
import RialtoHistory

/// The process's stdout for large output, where a failed write must be told.
package enum StandardOutput {
    /// Writes all bytes.
    ///
    /// - Throws: ``HistoryError`` of kind `system`, such as for a full disk.
    @Sendable package static func write(_ bytes: UnsafeRawBufferPointer) throws(HistoryError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = UnsafeRawBufferPointer(rebasing: rest).withMemoryRebound(to: UInt8.self) {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ code: Int32) -> HistoryError {
        let reason = strerror(code).map { String(cString: $0).lowercased() } ?? "error \(code)"
        return HistoryError(
            .system, "the output cannot be written: " + reason, file: "stdout",
            help: "what was written before is not whole; --to FILE writes all or nothing")
    }
}
