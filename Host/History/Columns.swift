import Glibc

/// Growing columns of equal length in memory that it owns.
final class Columns {
    /// Bytes of one value of each column.
    private let widths: [Int]
    private(set) var pointers: [UnsafeMutableRawPointer]
    private(set) var count = 0
    private var capacity: Int

    /// - Parameter capacity: Rows to make room for at once, 0 or more.
    init(_ kind: SeriesKind, capacity: Int = 0) throws(HistoryError) {
        widths = kind.fields.map(\.width)
        self.capacity = max(capacity, 1024)
        pointers = []
        for width in widths {
            guard let pointer = malloc(self.capacity * width) else { throw Self.noMemory }
            pointers.append(pointer)
        }
    }

    func append(_ row: Row) throws(HistoryError) {
        if count == capacity { try grow() }
        for index in widths.indices {
            if widths[index] == 8 {
                pointers[index].storeBytes(of: row[index], toByteOffset: count &* 8, as: Int64.self)
            } else {
                let value = UInt8(truncatingIfNeeded: row[index])
                pointers[index].storeBytes(of: value, toByteOffset: count, as: UInt8.self)
            }
        }
        count &+= 1
    }

    private func grow() throws(HistoryError) {
        let wanted = capacity * 2
        for index in widths.indices {
            guard let pointer = realloc(pointers[index], wanted * widths[index]) else {
                throw Self.noMemory
            }
            pointers[index] = pointer
        }
        capacity = wanted
    }

    private static var noMemory: HistoryError {
        HistoryError(
            .system, "reading stopped: the machine has no memory left for the columns",
            help: "import a shorter period, or on a machine with more memory")
    }

    deinit { for pointer in pointers { free(pointer) } }
}
