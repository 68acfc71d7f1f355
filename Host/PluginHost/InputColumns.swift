import CHost
import Glibc

/// Columns of numbers that another process can be given to read, and can never write.
package final class InputColumns {
    /// Rows of every column.
    package let rows: Int
    /// How many there are.
    package let count: Int
    private let start: UnsafeMutableRawPointer
    /// Bytes from one column to the next: a whole number of pages, so that reading past the end of
    /// one does not give another's values unnoticed.
    let stride: Int
    let descriptor: Int32

    /// Most rows of one set: 2 GB a column.
    package static let rowsMax = 1 << 28

    /// Columns of zeros.
    ///
    /// - Parameters:
    ///   - count: 1...16.
    ///   - rows: 1...``rowsMax``.
    /// - Returns: nil where the system has no such memory.
    package init?(_ count: Int, rows: Int) {
        precondition(count >= 1 && count <= 16)
        precondition(rows >= 1 && rows <= Self.rowsMax)
        self.rows = rows
        self.count = count
        stride = (rows * 8 + 4095) / 4096 * 4096
        var start: UnsafeMutableRawPointer?
        descriptor = rialto_memory_file(UInt64(stride * count), &start)
        guard descriptor >= 0, let start else { return nil }
        self.start = start
    }

    /// Bytes of all columns.
    var length: Int { stride * count }

    /// A column, to be filled by the host alone.
    package subscript(_ column: Int) -> UnsafeMutableBufferPointer<Double> {
        precondition(column >= 0 && column < count)
        let first = (start + column * stride).assumingMemoryBound(to: Double.self)
        return UnsafeMutableBufferPointer(start: first, count: rows)
    }

    deinit {
        munmap(start, length)
        close(descriptor)
    }
}
