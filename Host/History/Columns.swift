import Glibc

/// Growing columns of equal length in memory that it owns.
final class Columns {
    let fields: [SeriesField]
    private(set) var pointers: [UnsafeMutableRawPointer]
    private(set) var count = 0
    private var capacity: Int

    /// - Parameter capacity: Rows to make room for at once, 0 or more.
    init(_ kind: SeriesKind, capacity: Int = 0) throws(HistoryError) {
        fields = kind.fields
        self.capacity = max(capacity, 1024)
        pointers = []
        for field in fields {
            guard let pointer = malloc(self.capacity * field.width) else { throw Self.noMemory }
            pointers.append(pointer)
        }
    }

    func append(_ row: Row) throws(HistoryError) {
        if count == capacity { try grow() }
        for index in fields.indices {
            if fields[index].width == 8 {
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
        for index in fields.indices {
            guard let pointer = realloc(pointers[index], wanted * fields[index].width) else {
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
