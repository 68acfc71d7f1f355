/// Where the fields of a line are.
///
/// A field may stand in double quotes; a quote ends on its own line. Blanks around a field are no
/// part of it. A doubled quote inside quotes stays doubled in the field's bytes.
struct FieldSplitter: ~Copyable {
    /// Columns of the widest table that is read.
    static let columnsMax = 4096

    let delimiter: UInt8
    private let bounds: UnsafeMutablePointer<(Int32, Int32)>
    private(set) var count = 0

    init(delimiter: UInt8) {
        self.delimiter = delimiter
        bounds = .allocate(capacity: Self.columnsMax)
    }

    /// Finds the first `limit` fields of `line`, 1...columnsMax; ``count`` says how many there are.
    mutating func split(_ line: UnsafeBufferPointer<UInt8>, limit: Int) throws(FieldFault) {
        count = 0
        var index = 0
        while count < limit {
            while index < line.count, isBlank(line[index]) { index &+= 1 }
            if index < line.count, line[index] == 0x22 {
                index = try quoted(line, from: index &+ 1)
            } else {
                let first = index
                while index < line.count, line[index] != delimiter { index &+= 1 }
                var last = index
                while last > first, isBlank(line[last &- 1]) { last &-= 1 }
                bounds[count] = (Int32(first), Int32(last))
            }
            count &+= 1
            guard index < line.count else { return }
            index &+= 1
        }
    }

    /// One found field, 0..<count.
    @inline(__always)
    func field(_ index: Int, of line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let (first, last) = bounds[index]
        return UnsafeBufferPointer(rebasing: line[Int(first)..<Int(last)])
    }

    /// Notes a quoted field; returns the place of the delimiter after it.
    private func quoted(_ line: UnsafeBufferPointer<UInt8>, from first: Int) throws(FieldFault)
        -> Int
    {
        var index = first
        while true {
            guard index < line.count else { throw .quoteOpen }
            if line[index] == 0x22 {
                guard index + 1 < line.count, line[index + 1] == 0x22 else { break }
                index += 1
            }
            index += 1
        }
        bounds[count] = (Int32(first), Int32(index))
        index += 1
        while index < line.count, isBlank(line[index]) { index += 1 }
        guard index == line.count || line[index] == delimiter else { throw .quoteOpen }
        return index
    }

    @inline(__always)
    private func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte == 0x09 && delimiter != 0x09)
    }

    deinit { bounds.deallocate() }
}
